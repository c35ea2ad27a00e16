/**
 * `npm run electron:build`: writes the installer for Windows to `release/`. Electron and the installer's tools are
 * downloaded once. INVOIFY_UPDATES is the address where the app looks for updates. WIN_CSC_LINK and WIN_CSC_KEY_PASSWORD
 * sign the installer.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Arch, build, Platform } from "electron-builder";
import { startProgram } from "../../projector/command-line/program.ts";
import { writeApp } from "./bundle.ts";
import { packagingOf } from "./packaging.ts";

await startProgram({
  name: "electron:build",
  about: `Writes the installer for Windows to release/. INVOIFY_UPDATES is the address where
the app looks for updates; WIN_CSC_LINK and WIN_CSC_KEY_PASSWORD sign it.`,
  positionals: [],
  options: {},
  read: () => null,
});
const output = fileURLToPath(new URL("../../release", import.meta.url));
const app = await mkdtemp(join(tmpdir(), "invoify-pack-"));
try {
  await writeApp(app, { production: true, target: "win32-x64" });
  const config = packagingOf({ output, updates: process.env.INVOIFY_UPDATES });
  const files = await build({
    targets: Platform.WINDOWS.createTarget("nsis", Arch.x64),
    projectDir: app,
    config,
    publish: "never",
  });
  process.stdout.write(`packed   ${files.join("\n         ")}\n`);
} catch (error) {
  process.stderr.write(
    `\n!!! nothing was packed: ${error instanceof Error ? error.message : error}\n` +
      "!!! Electron and NSIS are downloaded from github.com, and a system other than Windows needs Wine.\n" +
      "!!! Without them `make viewer` shows the same app in a browser.\n\n",
  );
  process.exitCode = 1;
} finally {
  await rm(app, { recursive: true, force: true });
}
