/** Electron's own program, which no package registry has: its package downloads it from github.com. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ELECTRON = fileURLToPath(new URL("../../node_modules/electron", import.meta.url));

/** Its path; null: it is not here. */
export function findElectron(): string | null {
  const named = join(ELECTRON, "path.txt");
  if (!existsSync(named)) return null;
  const program = join(ELECTRON, "dist", readFileSync(named, "utf8"));
  return existsSync(program) ? program : null;
}

/** Downloads it. @returns its path; null: it cannot be had, and why was said */
export function downloadElectron(): string | null {
  spawnSync(process.execPath, [join(ELECTRON, "install.js")], { stdio: "inherit" });
  return findElectron();
}
