/** The contents of the app's bundled programs. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { MadeDocument } from "../../projector/maker/make-document.ts";
import { sourceOfDocument } from "../../projector/maker/maker.suite.ts";
import { bundleProgram, bundleRenderer, bundleWorker, typstLoader, writeApp } from "./bundle.ts";

/** The folders of a program's own modules, and the packages that it loads. */
async function partsOf(name: Parameters<typeof bundleProgram>[0]): Promise<Set<string>> {
  const { inputs } = await bundleProgram(name, { production: true });
  return new Set(
    inputs.map((path) => {
      const library = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1];
      return library ?? path.replace(/^.*?(?=(?:desktop|projector|events)\/)/, "").replace(/\/[^/]*$/, "");
    }),
  );
}

test("the main process loads nothing that only the worker needs: no schemas, no projector, no SQLite", async () => {
  const parts = await partsOf("main.cjs");
  assert.ok(parts.has("desktop/main") && parts.has("electron-updater"), [...parts].join());
  const foreign = [...parts].filter(
    (part) =>
      /^(?:events|projector|desktop\/worker)/.test(part) || ["zod", "msgpackr"].includes(part) || /sqlite/.test(part),
  );
  assert.deepEqual(foreign, []);
});

test("the page has no schemas, which would double its size", async () => {
  const { "app.js": page } = await bundleRenderer({ production: true });
  assert.doesNotMatch(Buffer.from(page).toString(), /ZodObject|invalid_type/);
});

test("the preload loads nothing but itself", async () => {
  assert.deepEqual([...(await partsOf("preload.cjs"))], ["desktop/main"]);
});

test("the worker loads the schemas, the projector and SQLite", async () => {
  const parts = await partsOf("worker.cjs");
  for (const part of ["zod", "msgpackr", "projector/queries", "better-sqlite3-multiple-ciphers"])
    assert.ok(parts.has(part), `${part} is not among ${[...parts].join()}`);
});

test("only the thread that makes documents loads what sets pages", async () => {
  const [worker, thread] = [await partsOf("worker.cjs"), await partsOf("maker-program.cjs")];
  assert.deepEqual([worker.has("projector/paper"), thread.has("projector/paper")], [false, true]);
});

test("the worker loads its SQLite library only if it is the one that was packed", async () => {
  const folder = temporaryFolder();
  for (const [name, bytes] of await bundleWorker({ production: true })) writeFileSync(join(folder, name), bytes);
  const [library = ""] = readdirSync(folder).filter((name) => name.endsWith(".node"));
  /** The first message after a start. */
  const start = async () => {
    const worker = fork(join(folder, "worker.cjs"), { serialization: "advanced" });
    const data = { folder: temporaryFolder(), server: null, tokens: null, appVersion: "1.2.3" };
    worker.send({ kind: "start", options: data });
    for (;;) {
      const [message] = (await once(worker, "message")) as [{ kind: string; message?: string }];
      if (message.kind !== "started" && message.kind !== "failed") continue;
      worker.kill();
      return message;
    }
  };
  assert.equal((await start()).kind, "started");
  appendFileSync(join(folder, library), "x");
  const failed = await start();
  assert.match(failed.message ?? "", /\.node: is not the file that was installed; install Invoify again/);
});

test("the packed thread makes documents with its own library and fonts, and only if the library is the one that was packed", async () => {
  const folder = temporaryFolder();
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const isMusl = process.platform === "linux" && header.glibcVersionRuntime === undefined;
  await writeApp(folder, { production: true, target: `${process.platform}${isMusl ? "musl" : ""}-${process.arch}` });
  const make = async () => {
    const thread = new Worker(join(folder, "maker-program.cjs"));
    try {
      const ready = once(thread, "message");
      assert.deepEqual(await ready, ["ready"]);
      const reply = once(thread, "message");
      thread.postMessage({ n: 1, format: "factur-x", source: sourceOfDocument() });
      return (await reply)[0] as { made?: MadeDocument; failure?: { message: string } };
    } finally {
      await thread.terminate();
    }
  };
  const { made, failure } = await make();
  assert.equal(failure, undefined);
  // Where the fonts of this project are is not in the program: they are those beside it.
  const program = readFileSync(join(folder, "maker-program.cjs"), "utf8");
  assert.ok(!program.includes("node_modules/@expo-google-fonts"));
  assert.ok(Buffer.from(made?.file.bytes ?? []).includes("<fx:ConformanceLevel>EN 16931<"));
  const [library = ""] = readdirSync(folder).filter((name) => name.startsWith("typst"));
  appendFileSync(join(folder, library), "x");
  assert.match((await make()).failure?.message ?? "", /is not the file that was installed; install Invoify again/);
});

test("a Windows without the Visual C++ runtime starts, and says what to install when a document is made", () => {
  const failure = Object.assign(new Error("The specified module could not be found."), { code: "ERR_DLOPEN_FAILED" });
  const folder = temporaryFolder();
  writeFileSync(join(folder, "typst.node"), "");
  const hash = createHash("sha256").digest("hex");
  /** What the loader exports. */
  const load = (platform: string) => {
    const require = (name: string) => {
      if (name.startsWith("node:")) return process.getBuiltinModule(name);
      throw failure;
    };
    const module: { exports: { NodeCompiler?: { create(): void } } } = { exports: {} };
    runInNewContext(typstLoader("typst.node", hash), { require, module, process: { platform }, __dirname: folder });
    return module.exports;
  };
  assert.throws(() => load("win32").NodeCompiler?.create(), /Visual C\+\+ runtime.*vc_redist\.x64\.exe/);
  assert.throws(() => load("linux").NodeCompiler?.create(), /The specified module could not be found/);
});
