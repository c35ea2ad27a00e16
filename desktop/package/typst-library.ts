/**
 * The library of Typst for a system: npm installs only that of this machine. That of another one is downloaded once, and
 * must be the one that `package-lock.json` names.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(PROJECT, "node_modules/.cache/invoify-typst");
export const TYPST_PACKAGE = "@myriaddreamin/typst-ts-node-compiler";
/** The packages' names for systems, by those of better-sqlite3. */
const SYSTEMS: Readonly<Record<string, string>> = {
  "win32-x64": "win32-x64-msvc",
  "linux-x64": "linux-x64-gnu",
  "linuxmusl-x64": "linux-x64-musl",
  "linux-arm64": "linux-arm64-gnu",
  "linuxmusl-arm64": "linux-arm64-musl",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
};

const lock = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** @param target the system, such as `win32-x64` @returns the path of the library @throws Error if there is none for it */
export function typstLibrary(target: string): string {
  const system = SYSTEMS[target];
  if (system === undefined) throw new Error(`there is no Typst for ${target}`);
  const name = `${TYPST_PACKAGE}-${system}`;
  const library = `typst-ts-node-compiler.${system}.node`;
  try {
    // The package's main file is the library.
    return createRequire(createRequire(import.meta.url).resolve(TYPST_PACKAGE)).resolve(name);
  } catch {
    return join(downloaded(name), library);
  }
}

/** @returns the folder of the unpacked package */
function downloaded(name: string): string {
  const { packages } = lock.parse(JSON.parse(readFileSync(join(PROJECT, "package-lock.json"), "utf8")));
  const { version, integrity = "" } = packages[`node_modules/${name}`] ?? {};
  const folder = join(CACHE, `${name.replace(/^.*\//, "")}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const next = mkdtempSync(join(CACHE, "next-"));
  try {
    execFileSync("npm", ["pack", `${name}@${version}`, "--pack-destination", next, "--silent"], {
      shell: process.platform === "win32",
    });
    const [archive = ""] = readdirSync(next);
    const hash = createHash("sha512")
      .update(readFileSync(join(next, archive)))
      .digest("base64");
    if (integrity !== `sha512-${hash}`)
      throw new Error(`${name} ${version} is not the package that package-lock.json names`);
    execFileSync("tar", ["-xzf", archive], { cwd: next });
    renameSync(join(next, "package"), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // otherwise another process was first
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
  return folder;
}
