/** The app, packed for Windows around a stand-in for Electron's program. */
import { join } from "node:path";
import { Arch, build, Platform } from "electron-builder";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { writeApp } from "./bundle.ts";
import { packagingOf } from "./packaging.ts";
import { writeStubElectron } from "./stub-electron.suite.ts";
import type { WindowsTools } from "./wine.suite.ts";

export interface PackedOptions {
  /** What writes version and icon into the program; without them it is packed as it is. */
  tools?: WindowsTools | null;
}

/** @returns the folder that an installer would lay down */
export async function packWithStub({ tools }: PackedOptions = {}): Promise<string> {
  const folder = temporaryFolder();
  const [app, output, electronDist] = ["app", "release", "electron"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeApp(app, { production: true, target: "win32-x64" });
  writeStubElectron(electronDist);
  const whole = packagingOf({ output, electronDist });
  if (tools) Object.assign(process.env, tools.env, { ELECTRON_BUILDER_RCEDIT_PATH: tools.rcedit });
  const config = tools ? whole : { ...whole, win: { ...whole.win, signAndEditExecutable: false } };
  await build({ targets: Platform.WINDOWS.createTarget("dir", Arch.x64), projectDir: app, config, publish: "never" });
  return join(output, "win-unpacked");
}
