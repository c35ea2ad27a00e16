/**
 * `npm run electron:test`: the app's tests on a real Electron, whose program is downloaded if it is not here. Without it
 * this fails, unlike `npm test`, which leaves those tests out.
 */
import { spawn } from "node:child_process";
import { downloadElectron, findElectron } from "./electron-program.ts";

if ((findElectron() ?? downloadElectron()) === null) {
  process.stderr.write("\n!!! Electron's program is not here, and cannot be downloaded (from github.com)\n\n");
  process.exitCode = 1;
} else {
  const child = spawn(process.execPath, ["--test", "desktop/main/electron.test.ts"], { stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
