/** A folder on its own small disk, for tests of a server whose disk is full. Needs Linux that lets users mount. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** As root, or as root of a new user namespace. */
const UNSHARE = [
  ["unshare", "--mount"],
  ["unshare", "--user", "--map-root-user", "--mount"],
];
const MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"';
/** Sizes of one write of ballast, bytes, tried in this order until not even the smallest fits. */
const STEPS = [64 * 1024, 4096];

const unshare = UNSHARE.find(([program = "", ...args]) => {
  const mount = ["sh", "-c", "mount -t tmpfs tmpfs /tmp"];
  return process.platform === "linux" && spawnSync(program, [...args, ...mount]).status === 0;
});

/** False if small disks are not available. Tests must then report loudly that they were skipped. */
export const canMount = unshare !== undefined;

/**
 * The command that runs a program with a new, empty disk mounted on a folder. The disk is removed when the program ends.
 * For `serveProcess`.
 *
 * @param size in the notation of tmpfs: `4m`
 */
export function onSmallDisk(folder: string, size: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return [...(unshare ?? []), "sh", "-c", MOUNT, "sh", size, folder];
}

/** A path as seen by the program with this process id. */
export function seenBy(pid: number | undefined, path: string): string {
  return join(`/proc/${pid}/root`, path);
}

/** Fills a disk until no page is left. */
export function fillDisk(folder: string): void {
  const ballast = openSync(join(folder, "ballast"), "a");
  try {
    for (const step of STEPS) while (writes(ballast, step));
  } finally {
    closeSync(ballast);
  }
}

/** Makes room on a disk filled by `fillDisk`. */
export function emptyDisk(folder: string): void {
  rmSync(join(folder, "ballast"));
}

/** @returns false if the disk is full */
function writes(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) === bytes;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
