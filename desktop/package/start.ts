/** `npm run electron:dev`, `make desktop`: builds the app, and starts it on Electron. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startProgram } from "../../projector/command-line/program.ts";
import { writeApp } from "./bundle.ts";
import { downloadElectron, findElectron } from "./electron-program.ts";

const forElectron = await startProgram({
  name: "electron:dev",
  about: `Builds the app, and starts it on Electron. Arguments after -- are Electron's, such
as -- --remote-debugging-port=9222.`,
  positionals: [],
  further: "ARGUMENT",
  options: {},
  read: ({ positionals }) => positionals,
});
const dist = fileURLToPath(new URL("../dist", import.meta.url));

await writeApp(dist);
let electron = findElectron();
if (electron === null) {
  process.stderr.write("Downloading Electron …\n");
  electron = downloadElectron();
}
if (electron === null) {
  process.stderr.write(
    "\n!!! Electron is not installed, and cannot be downloaded from github.com: the app was built, but not started.\n" +
      "!!! `make viewer` shows the same app in a browser.\n\n",
  );
  process.exitCode = 1;
} else {
  const child = spawn(electron, [dist, ...forElectron], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
