/** `npm run desktop:build`: the app in `desktop/dist/`, as Electron starts it. `--production`: as it is packed. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeApp } from "./bundle.ts";

const { values } = parseArgs({ options: { production: { type: "boolean", default: false } } });

await writeApp(fileURLToPath(new URL("../dist", import.meta.url)), values);
