/** `npm run electron:dev`, `make desktop`: builds the app, and starts it on Electron where its program can be had. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeApp } from "./bundle.ts";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const ELECTRON = at("../node_modules/electron");

/** Electron's program, downloaded if it is not there; null: it cannot be had. */
function findElectron(): string | null {
  const named = join(ELECTRON, "path.txt");
  const program = () => (existsSync(named) ? join(ELECTRON, "dist", readFileSync(named, "utf8")) : null);
  const found = program();
  if (found && existsSync(found)) return found;
  process.stderr.write("Electron is downloaded …\n");
  spawnSync(process.execPath, [join(ELECTRON, "install.js")], { stdio: "inherit" });
  const downloaded = program();
  return downloaded && existsSync(downloaded) ? downloaded : null;
}

await writeApp(at("dist"));
const electron = findElectron();
if (electron === null) {
  process.stderr.write(
    "\n!!! Electron's program is not here, and cannot be downloaded (from github.com): the app was built, but not started.\n" +
      "!!! `make viewer` shows the same app in a browser.\n\n",
  );
  process.exitCode = 1;
} else {
  const child = spawn(electron, [at("dist"), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
