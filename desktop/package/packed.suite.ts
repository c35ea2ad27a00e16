/** Packs the app for Windows, with a stand-in for Electron's program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Arch, build, Platform } from "electron-builder";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeApp } from "./bundle.ts";
import { packagingOf } from "./packaging.ts";
import { writeStubElectron } from "./stub-electron.suite.ts";
import type { WindowsTools } from "./wine.suite.ts";

interface PackedOptions {
  /** The tools that write version and icon into the program; without them it stays unchanged. */
  tools?: WindowsTools | null;
  /** The address of the updates. */
  updates?: string;
}

/** @returns the folder that an installer would install */
export async function packWithStub({ tools, updates }: PackedOptions = {}): Promise<string> {
  const folder = temporaryFolder();
  const [app, output, electronDist] = ["app", "release", "electron"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeApp(app, { production: true, target: "win32-x64" });
  writeStubElectron(electronDist);
  const whole = packagingOf({ output, electronDist, updates });
  if (tools) Object.assign(process.env, tools.env, { ELECTRON_BUILDER_RCEDIT_PATH: tools.rcedit });
  const config = tools ? whole : { ...whole, win: { ...whole.win, signAndEditExecutable: false } };
  // The tools for an installer are not available, so the build stops there: the folder is complete by then.
  const stop = new Error("the installer would be built now");
  const artifactBuildStarted = () => Promise.reject(stop);
  const targets = Platform.WINDOWS.createTarget("nsis", Arch.x64);
  await assert.rejects(
    build({ targets, projectDir: app, config: { ...config, artifactBuildStarted }, publish: "never" }),
    stop,
  );
  return join(output, "win-unpacked");
}
