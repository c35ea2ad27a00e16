/** Electron's program. It is in no package registry: its package downloads it from github.com. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ELECTRON = fileURLToPath(new URL("../../node_modules/electron", import.meta.url));

/** @returns its path; null if it is not installed */
export function findElectron(): string | null {
  const named = join(ELECTRON, "path.txt");
  if (!existsSync(named)) return null;
  const program = join(ELECTRON, "dist", readFileSync(named, "utf8"));
  return existsSync(program) ? program : null;
}

/** Downloads it. @returns its path; null if the download failed, with a message on stderr */
export function downloadElectron(): string | null {
  spawnSync(process.execPath, [join(ELECTRON, "install.js")], { stdio: "inherit" });
  return findElectron();
}
