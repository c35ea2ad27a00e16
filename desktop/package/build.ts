/** `npm run desktop:build`: writes the app to `desktop/dist/`, ready for Electron. */
import { fileURLToPath } from "node:url";
import { defineCommand } from "../../projector/command-line/command.ts";
import { runCommand } from "../../projector/command-line/program.ts";
import { writeApp } from "./bundle.ts";

const build = defineCommand({
  program: null,
  name: "desktop:build",
  about: "Writes the app to desktop/dist, ready for Electron.",
  positionals: [],
  options: { production: { type: "boolean", help: "as for the installer: small, without names for a debugger" } },
  async run({ values: { production = false } }) {
    await writeApp(fileURLToPath(new URL("../dist", import.meta.url)), { production });
    return 0;
  },
});

process.exitCode = await runCommand(build, process.argv.slice(2));
