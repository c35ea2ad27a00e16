/** The app's programs and its page as single files, made by esbuild. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What a page is made of, by the last part of its address. */
export interface PageFiles {
  "index.html": Uint8Array;
  "app.js": Uint8Array;
  "app.css": Uint8Array;
}

/** Bundles the renderer. @param options.production smaller, and without names for a debugger */
export async function bundleRenderer({ production = false } = {}): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: [
      { in: at("renderer/app.tsx"), out: "app" },
      { in: at("renderer/styles/app.css"), out: "app" },
    ],
    outdir: at("renderer"),
    bundle: true,
    write: false,
    format: "esm",
    target: "chrome130",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: production,
    sourcemap: production ? false : "inline",
    define: { "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development") },
    loader: { ".svg": "dataurl" },
    logLevel: "silent",
  });
  const file = (ending: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(ending));
    if (!found) throw new Error(`the bundle has no ${ending}`);
    return found.contents;
  };
  return {
    "index.html": await readFile(at("renderer/page.html")),
    "app.js": file("app.js"),
    "app.css": file("app.css"),
  };
}

/** The programs of the app, by the name that they have in its folder. */
const PROGRAMS = {
  "main.cjs": "main/main.ts",
  "preload.cjs": "main/preload.ts",
  "worker.cjs": "worker/worker.ts",
} as const;

export type ProgramFile = keyof typeof PROGRAMS;

/**
 * Bundles one program into a CommonJS file: the preload must be one, as it is sandboxed, and the others start before
 * Electron is ready without waiting for a loader. Only Electron and what is native stay outside.
 */
export async function bundleProgram(name: ProgramFile, { production = false } = {}): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [at(PROGRAMS[name])],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node22",
    // msgpackr does without its native part, and asks for it in a way that cannot be bundled.
    external: ["electron", "better-sqlite3", "msgpackr-extract"],
    supported: { "dynamic-import": false },
    define: {
      "import.meta.url": "moduleUrl",
      "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development"),
    },
    // A preload may require nothing of Node.
    ...(name !== "preload.cjs" && {
      banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    }),
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${name} was not made`);
  return file.contents;
}

/** Writes the whole app into a folder: the programs, and the page's files in `page/`. What was there is removed. */
export async function writeApp(folder: string, options: { production?: boolean } = {}): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "page"), { recursive: true });
  const page = await bundleRenderer(options);
  for (const [name, bytes] of Object.entries(page)) await writeFile(join(folder, "page", name), bytes);
  for (const name of Object.keys(PROGRAMS) as ProgramFile[])
    await writeFile(join(folder, name), await bundleProgram(name, options));
}
