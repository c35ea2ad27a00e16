/** Bundles the app's programs and its page into single files, with esbuild. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { FONT_FILES } from "../../projector/paper/parts/fonts.ts";
import type { PageFiles } from "../shell/page-files.ts";
import { APP_VERSION } from "../shell/version.ts";
import { TYPST_PACKAGE, typstLibrary } from "./typst-library.ts";

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Leaves out zod's messages in fifty languages, a third of a bundle. The default is English, which the app uses. */
const withoutLocales: Plugin = {
  name: "without-locales",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]zod[\\/]v4[\\/]/.test(importer) ? { path: "none", namespace: "locales", sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "locales" }, () => ({ contents: "export {};" }));
  },
};

/**
 * Checks a native library before it is loaded. Windows loads it from beside the package, so the package's own hash does not
 * cover it; the expected hash is in the program, which the package's hash covers.
 */
const checkedLibraries: Plugin = {
  name: "checked-libraries",
  setup({ onLoad }) {
    onLoad({ filter: /\.node$/ }, async ({ path }) => {
      const hash = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
      const loader = basename(path).startsWith("typst") ? typstLoader : libraryLoader;
      return { contents: loader(basename(path), hash), loader: "js" };
    });
  },
};

/** The folder of fonts beside the programs of a packed app. */
const FONTS = "fonts";
const INSTALLED_FONTS = at("../../node_modules/@expo-google-fonts");

/** Takes the library of Typst for a system. Without one, it stays in this project: it is larger than all else. */
function typstFor(target: string | undefined): Plugin {
  return {
    name: "typst",
    setup({ onResolve }) {
      onResolve({ filter: /^@myriaddreamin\/typst-ts-node-compiler$/ }, () => ({
        path: typstLibrary(target ?? ownTarget()),
        external: target === undefined,
      }));
    },
  };
}

/** The module that a program has in place of a library. */
function libraryLoader(name: string, hash: string): string {
  return `
    const path = require("node:path").join(__dirname, ${JSON.stringify(name)});
    const bytes = require("node:fs").readFileSync(path);
    if (require("node:crypto").createHash("sha256").update(bytes).digest("hex") !== ${JSON.stringify(hash)})
      throw new Error(path + ": is not the file that was installed; install Invoify again");
    module.exports = require(path);`;
}

const NO_RUNTIME =
  "this computer lacks Microsoft\u2019s Visual C++ runtime. Install the \u201cVisual C++ Redistributable\u201d for x64 from " +
  "https://aka.ms/vs/17/release/vc_redist.x64.exe, and try again";

/**
 * The same for the library of Typst, whose failure is the document's: the thread starts, and who asks for a document reads
 * why there is none. On Windows the library needs a runtime that most computers have, but not all.
 */
export function typstLoader(name: string, hash: string): string {
  return `
    try {${libraryLoader(name, hash)}
    } catch (cause) {
      const isRuntime = process.platform === "win32" && cause.code === "ERR_DLOPEN_FAILED";
      const message = isRuntime ? ${JSON.stringify(NO_RUNTIME)} : cause.message;
      module.exports = { NodeCompiler: { create() { throw new Error(message, { cause }); } } };
    }`;
}

/** The builds of pdf.js for browsers that are some years old, too. */
const PDF_LIBRARY = at("../../node_modules/pdfjs-dist/legacy/build");

/** Bundles the renderer. @param options.production smaller, and without names for a debugger */
export async function bundleRenderer({ production = false } = {}): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: [
      { in: at("../renderer/app.tsx"), out: "app" },
      { in: at("../renderer/styles/app.css"), out: "app" },
    ],
    outdir: at("../renderer"),
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
    plugins: [withoutLocales],
    logLevel: "silent",
  });
  const file = (ending: string) => {
    const output = outputFiles.find(({ path }) => path.endsWith(ending));
    if (!output) throw new Error(`the bundle has no ${ending}`);
    return output.contents;
  };
  return {
    "index.html": await readFile(at("../renderer/page.html")),
    "app.js": file("app.js"),
    "app.css": file("app.css"),
    "pdf.js": await readFile(join(PDF_LIBRARY, "pdf.min.mjs")),
    "pdf.worker.js": await readFile(join(PDF_LIBRARY, "pdf.worker.min.mjs")),
  };
}

/** The programs of the app, by their names in its folder. */
const PROGRAMS = {
  "main.cjs": "../main/main.ts",
  "preload.cjs": "../main/preload.ts",
  "worker.cjs": "../worker/worker.ts",
  "row-thread-program.cjs": "../../projector/rebuild/row-thread-program.ts",
  "maker-program.cjs": "../../projector/maker/maker-program.ts",
} as const;

interface AppOptions {
  production?: boolean;
  /**
   * The target system, such as `win32-x64`, which selects the libraries, and the app has all that it needs. Without it, the app
   * is for this system, and finds what makes documents in this project's packages.
   */
  target?: string;
}

/**
 * Bundles one program into a CommonJS file. The sandboxed preload must be CommonJS, and the other programs start without
 * waiting for a loader. Only Electron itself is not bundled.
 *
 * @returns the program (for the worker also its SQLite library), and the paths of all its sources
 */
export async function bundleProgram(
  name: keyof typeof PROGRAMS,
  { production = false, target }: AppOptions,
): Promise<{ files: [string, Uint8Array][]; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [{ in: at(PROGRAMS[name]), out: name.replace(/\.cjs$/, "") }],
    outdir: at("../dist"),
    outExtension: { ".js": ".cjs" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node22",
    // msgpackr works without its native part, and imports it in a way that cannot be bundled.
    external: ["electron", "msgpackr-extract"],
    // The same library with an SQLite that can encrypt files.
    alias: { "better-sqlite3": `better-sqlite3-multiple-ciphers/${target ?? ownTarget()}` },
    plugins: [withoutLocales, typstFor(target), checkedLibraries],
    supported: { "dynamic-import": false },
    define: {
      "import.meta.url": "moduleUrl",
      FONT_FOLDER: JSON.stringify(target === undefined ? INSTALLED_FONTS : FONTS),
      "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development"),
    },
    // A preload cannot require Node's modules.
    ...(name !== "preload.cjs" && {
      banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    }),
    metafile: true,
    logLevel: "silent",
  });
  const inputs = Object.keys(metafile.inputs);
  const libraries = inputs.filter((path) => path.endsWith(".node"));
  const copies = libraries.map(async (path): Promise<[string, Uint8Array]> => [basename(path), await readFile(path)]);
  return {
    files: [
      ...outputFiles.map(({ path, contents }): [string, Uint8Array] => [basename(path), contents]),
      ...(await Promise.all(copies)),
    ],
    inputs,
  };
}

/** Bundles the worker for this system, its threads and its SQLite library. @returns files by name, for the same folder */
export async function bundleWorker(options: Pick<AppOptions, "production"> = {}): Promise<[string, Uint8Array][]> {
  const names = ["maker-program.cjs", "row-thread-program.cjs", "worker.cjs"] as const;
  const programs = await Promise.all(names.map((name) => bundleProgram(name, options)));
  return programs.flatMap(({ files }) => files);
}

/** This system, as better-sqlite3 names its prebuilt files. */
function ownTarget(): string {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const isMusl = process.platform === "linux" && header.glibcVersionRuntime === undefined;
  return `${process.platform}${isMusl ? "musl" : ""}-${process.arch}`;
}

/** Writes the whole app into a folder: programs, and the page's files in `page/`. Deletes the folder's earlier content. */
export async function writeApp(folder: string, options: AppOptions = {}): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "page"), { recursive: true });
  const page = await bundleRenderer(options);
  for (const [name, bytes] of Object.entries(page)) await writeFile(join(folder, "page", name), bytes);
  const libraries = new Set(["preact", "@preact/signals", "pdfjs-dist"]);
  for (const program of Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]) {
    const { files, inputs } = await bundleProgram(program, options);
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    for (const library of librariesIn(inputs)) libraries.add(library);
  }
  if (options.target !== undefined) {
    await writeFonts(join(folder, FONTS));
    for (const file of FONT_FILES) libraries.add(`@expo-google-fonts/${file.split("/")[0]}`);
  }
  await writeFile(join(folder, "LICENSES.txt"), await licensesOf([...libraries].sort()));
  const about = { name: "invoify", productName: "Invoify", version: APP_VERSION, main: "main.cjs" };
  const more = { description: "Invoices, with or without the internet", author: "Invoify", license: "MIT" };
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ ...about, ...more }, null, 2)}\n`);
}

async function writeFonts(folder: string): Promise<void> {
  for (const file of FONT_FILES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(INSTALLED_FONTS, file), join(folder, file));
  }
}

/** The packages of these paths. The library of Typst for another system is not among those that are installed. */
function librariesIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    /\/(typst-ts-node-compiler)[-\w.]*\.node$/.test(path)
      ? [TYPST_PACKAGE]
      : (/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
}

/** The licenses of the bundled packages, which must accompany every copy. */
async function licensesOf(libraries: readonly string[]): Promise<string> {
  const texts = libraries.map(async (library) => {
    const folder = at(`../../node_modules/${library}`);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    // Packages of fonts have a license for the package, and one for the fonts.
    const files = (await readdir(folder)).filter((name) => /^licen[cs]e/i.test(name)).sort();
    const own = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    return `${library} ${version} (${license})\n\n${own.join("\n")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
