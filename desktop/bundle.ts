/** The renderer and the preload as single files, made by esbuild: what windows load. */
import { readFile } from "node:fs/promises";
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

/** Bundles the preload: one CommonJS file, as a sandboxed preload must be. */
export async function bundlePreload(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [at("main/preload.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node24",
    external: ["electron"],
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (!file) throw new Error("the preload was not made");
  return file.contents;
}
