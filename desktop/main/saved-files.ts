/**
 * Files that a page saves: the user chooses the place, and the page never learns or names a path. It writes what was chosen
 * last: one file, or any number of new files into a folder, where nothing is overwritten.
 */
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { WebContents } from "electron";
import { CallError } from "../contract/call-error.ts";
import type { FileReply } from "../contract/electron-bridge.ts";

/** The longest accepted name of a file, UTF-16 code units. */
const MAX_NAME = 200;
/** The largest file, bytes: an invoice of 2,000 lines with a logo has 4 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Names with a number at their end that are tried before the folder counts as full of them. */
const MAX_SAME_NAMES = 1_000;

type Place = { file: string } | { folder: string };

export class SavedFiles {
  readonly #places = new WeakMap<WebContents, Place>();

  /** @param path null: the user cancelled */
  chooseFile(page: WebContents, path: string | null): boolean {
    if (path !== null) this.#places.set(page, { file: path });
    return path !== null;
  }

  /** @returns the folder's name, for the user */
  chooseFolder(page: WebContents, path: string | null): string | null {
    if (path === null) return null;
    this.#places.set(page, { folder: path });
    return basename(path) || path;
  }

  /** @throws CallError NOT_VALID, NOTHING_CHOSEN */
  async write(page: WebContents, name: unknown, bytes: unknown): Promise<FileReply> {
    const file = documentNameOf(name);
    if (!(bytes instanceof Uint8Array) || bytes.length > MAX_BYTES)
      throw new CallError("NOT_VALID", "not a file, or one that is too large", "bytes");
    const place = this.#places.get(page);
    if (!place) throw new CallError("NOTHING_CHOSEN", "nobody has chosen where the file is saved");
    if ("file" in place) this.#places.delete(page);
    const path = "file" in place ? place.file : join(place.folder, file);
    try {
      if ("file" in place) await writeFile(path, bytes);
      else await writeNew(path, bytes);
      return { ok: true };
    } catch (error) {
      return { ok: false, failure: { code: "NOT_SAVED", message: `${path}: ${reasonOf(error)}` } };
    }
  }
}

/** Writes a file under its name, or with a number behind it if there is one of that name. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const dot = path.lastIndexOf(".");
  for (let n = 1; ; n++) {
    const one = n === 1 ? path : `${path.slice(0, dot)} (${n})${path.slice(dot)}`;
    try {
      return await writeFile(one, bytes, { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || n === MAX_SAME_NAMES) throw error;
    }
  }
}

/** The name of a PDF or XML file, as Windows accepts it. @throws CallError NOT_VALID */
export function documentNameOf(name: unknown): string {
  const [, stem, ending] =
    typeof name === "string" && name.length <= MAX_NAME ? (/^(.*)\.(pdf|xml)$/s.exec(name) ?? []) : [];
  if (stem === undefined) throw new CallError("NOT_VALID", "not the name of a PDF or XML file", "name");
  return `${safeStem(stem)}.${ending}`;
}

/** Replaces characters and names that Windows does not accept. */
export function safeStem(name: string): string {
  const clean = name
    .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, "-")
    .replace(/[. ]+$/, "")
    .slice(0, 120);
  const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i.test(clean);
  return reserved || clean === "" ? `invoice ${clean}`.trim() : clean;
}

/** Why a file cannot be written, as a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
      return "The disk is full.";
    case "ENOENT":
      return "The folder does not exist.";
    case "EACCES":
    case "EPERM":
    case "EBUSY":
    case "EROFS":
      return "The file is open in another program, or you may not write to this folder.";
    default:
      return `${message}.`;
  }
}
