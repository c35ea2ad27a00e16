/**
 * Files that hold a company's data are private: only the user who runs the program may read them, whichever
 * user made their folder.
 * Windows is left as it is: a user's folders are private there, and modes have no effect.
 */
import { chmodSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The mode of a private folder. */
export const PRIVATE_FOLDER = 0o700;
/** The mode of a private file. */
export const PRIVATE_FILE = 0o600;

const OTHERS = 0o077;
/** A folder in which every user of the machine may create files, such as /tmp. */
const STICKY = 0o1000;
const hasModes = process.platform !== "win32";

/** From now on, everything that this process creates is private, and everything that its child processes create. */
export function createPrivately(): void {
  if (hasModes) process.umask(OTHERS);
}

/** Creates an empty private file, unless the file exists. An error of the file system is left to who opens the file. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "ax", PRIVATE_FILE));
  } catch {}
}

/**
 * Creates a private folder, and those above it that are missing. (Where no folder can be created, as in `/proc`, Node's
 * recursive mkdir never returns.)
 *
 * @throws Error of the system, which names the folder that cannot be created
 */
export function makePrivateFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makePrivateFolder(above);
  try {
    mkdirSync(folder, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (!isFolder(folder)) throw error; // otherwise another process was faster
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

interface FolderOptions {
  /** The names of our own files in the folder. */
  ours: RegExp;
  /** True if the user chose the folder, so it may contain other files: then only our files are closed. */
  shared?: boolean;
}

/**
 * Creates a private folder, or closes an existing one and our files in it to other users. Folders within it are not opened.
 *
 * @returns for people: what other users could read until now, and what they still can; null if they could read nothing
 * @throws Error if the folder cannot be created
 */
export function openPrivateFolder(folder: string, { ours, shared = false }: FolderOptions): string | null {
  makePrivateFolder(folder);
  if (!hasModes) return null;
  const names = readdirSync(folder);
  const ownNames = names.filter((name) => ours.test(name));
  const hasOthers = names.some((name) => !ours.test(name) && !name.startsWith(".") && name !== "lost+found");
  const files = ownNames.map((name) => join(folder, name)).filter(isOpen);
  const mode = statSync(folder).mode;
  const isFolderOpen = (mode & OTHERS) !== 0;
  const closesFolder = isFolderOpen && !shared && !hasOthers && (mode & STICKY) === 0;
  const left = [...(closesFolder ? [folder] : []), ...files].filter((path) => !close(path));
  const closed = files.length - left.filter((path) => path !== folder).length;
  const says: string[] = [];
  if (closesFolder && !left.includes(folder))
    says.push("the folder was open to other users of this machine, and is closed now");
  if (closed > 0) says.push(`${closed} of its files and folders could be read by other users, and are closed now`);
  if (isFolderOpen && !shared && !closesFolder)
    says.push("the folder stays open to other users, because it has other files too: give Invoify a folder of its own");
  if (left.length > 0) says.push(`cannot be closed to other users, because another user owns it: ${left.join(", ")}`);
  return says.length === 0 ? null : `${folder}: ${says.join("; ")}`;
}

/** True for a file or folder that others may use. Links are not followed. */
function isOpen(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isSymbolicLink() && (stat.mode & OTHERS) !== 0;
}

/** @returns false if it stays open: another user owns it, or the file system has no modes */
function close(path: string): boolean {
  try {
    const { mode } = statSync(path);
    chmodSync(path, mode & 0o777 & ~OTHERS);
    return (statSync(path).mode & OTHERS) === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT"; // deleted meanwhile
  }
}
