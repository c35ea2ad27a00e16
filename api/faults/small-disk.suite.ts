/** A folder on a small disk of its own, for tests of what a server does when it is full. Linux, where users may mount. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** As root, or as the root of a namespace of one's own. */
const UNSHARE = [
  ["unshare", "--mount"],
  ["unshare", "--user", "--map-root-user", "--mount"],
];
const MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"';
/** What one write of ballast adds, bytes: less would leave more room for what is written meanwhile. */
const STEPS = [64 * 1024, 4096];

const unshare = UNSHARE.find(([program = "", ...args]) => {
  const mount = ["sh", "-c", "mount -t tmpfs tmpfs /tmp"];
  return process.platform === "linux" && spawnSync(program, [...args, ...mount]).status === 0;
});

/** Whether such disks can be had: else say so, loudly. */
export const canMount = unshare !== undefined;

/**
 * The command that runs a program which sees a new, empty disk in the place of a folder. The disk goes when the program
 * ends. For `serveProcess`.
 *
 * @param size as tmpfs takes it: `4m`
 */
export function onSmallDisk(folder: string, size: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return [...(unshare ?? []), "sh", "-c", MOUNT, "sh", size, folder];
}

/** A path as the program that runs there sees it. */
export function seenBy(pid: number | undefined, path: string): string {
  return join(`/proc/${pid}/root`, path);
}

/** Fills a disk until not one page is left. */
export function fillDisk(folder: string): void {
  const ballast = openSync(join(folder, "ballast"), "a");
  try {
    for (const step of STEPS) while (writes(ballast, step));
  } finally {
    closeSync(ballast);
  }
}

/** Makes room on a disk that was filled. */
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
