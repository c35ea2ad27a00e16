/** A folder that electron-builder takes for Electron's: its program is a valid one for Windows that does nothing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SENTINEL } from "@electron/fuses/dist/constants.js";
import { NtExecutable, NtExecutableResource, Resource } from "resedit";

/** Fuses of Electron's program, each as `r`: not there. */
const FUSES = 9;

/** @param folder is made */
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
  // What the fuses are called, their version, how many they are, and each one off.
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FUSES]), Buffer.alloc(FUSES, "0")]);
  return Buffer.concat([Buffer.from(exe.generate()), wire]);
}
