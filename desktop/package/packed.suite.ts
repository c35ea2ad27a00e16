/** The app, packed for Windows around a stand-in for Electron's program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Arch, build, Platform } from "electron-builder";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeApp } from "./bundle.ts";
import { packagingOf } from "./packaging.ts";
import { writeStubElectron } from "./stub-electron.suite.ts";
import type { WindowsTools } from "./wine.suite.ts";

export interface PackedOptions {
  /** What writes version and icon into the program; without them it is packed as it is. */
  tools?: WindowsTools | null;
  /** Where it looks for newer releases. */
  updates?: string;
}

/** @returns the folder that an installer would lay down */
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
  // The installer's own tools cannot be had: everything that it would lay down is there when it would be made.
  const stop = new Error("here the installer would be made");
  const artifactBuildStarted = () => Promise.reject(stop);
  const targets = Platform.WINDOWS.createTarget("nsis", Arch.x64);
  await assert.rejects(
    build({ targets, projectDir: app, config: { ...config, artifactBuildStarted }, publish: "never" }),
    stop,
  );
  return join(output, "win-unpacked");
}
