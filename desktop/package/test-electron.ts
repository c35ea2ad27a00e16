/**
 * `npm run electron:test`: runs the app's tests on a real Electron, which is downloaded if it is not installed. Without
 * Electron this fails, whereas `npm test` skips those tests.
 */
import { spawn } from "node:child_process";
import { startProgram } from "../../projector/command-line/program.ts";
import { downloadElectron, findElectron } from "./electron-program.ts";

await startProgram({
  name: "electron:test",
  about: "Runs the app's tests on a real Electron, which is downloaded if it is not installed.",
  positionals: [],
  options: {},
  read: () => null,
});

if ((findElectron() ?? downloadElectron()) === null) {
  process.stderr.write("\n!!! Electron is not installed, and cannot be downloaded from github.com\n\n");
  process.exitCode = 1;
} else {
  const child = spawn(process.execPath, ["--test", "desktop/main/electron.test.ts"], { stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
