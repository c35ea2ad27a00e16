/** Writes a folder that electron-builder accepts as Electron: its program is valid for Windows, and does nothing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SENTINEL } from "@electron/fuses/dist/constants.js";
import { NtExecutable, NtExecutableResource, Resource } from "resedit";

/** The number of fuses in Electron's program. */
const FUSES = 9;

/** @param folder created if it does not exist */
export function writeStubElectron(folder: string): void {
  mkdirSync(join(folder, "resources"), { recursive: true });
  mkdirSync(join(folder, "locales"));
  writeFileSync(join(folder, "electron.exe"), stubProgram());
  for (const name of ["LICENSE", "LICENSES.chromium.html", "version", "locales/en-US.pak"])
    writeFileSync(join(folder, name), name);
}

function stubProgram(): Buffer {
  const exe = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(exe);
  const info = Resource.VersionInfo.createEmpty();
  info.setFileVersion(1, 0, 0, 0, 1033);
  info.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: "Electron", FileDescription: "Electron" });
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(exe);
  // The sentinel, the version, the number of fuses, and each fuse off.
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.alloc(FUSES, "0")]);
  return Buffer.concat([Buffer.from(exe.generate()), wire]);
}
