/** The viewer's page and worker as bundles, as the packed app has them: made once, and again when a source has changed. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PageFiles } from "../package/bundle.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** Whose files a bundle may be made of. */
const SOURCES = ["desktop", "events", "projector"];
/** Bundles that nobody has started from for so long are removed, ms. */
const OLD_MS = 7 * 86_400_000;

export interface CachedBundle {
  page: PageFiles;
  /** The worker's program. */
  worker: string;
}

/**
 * The bundle of the sources as they are now.
 *
 * @param folder where bundles are kept. Made if it is not there
 * @param options.production as `bundleRenderer` takes it
 */
export async function cachedBundle(folder: string, options: { production: boolean }): Promise<CachedBundle> {
  const made = join(folder, keyOf(options.production));
  if (!touch(made)) await make(folder, made, options);
  const read = (name: keyof PageFiles) => readFileSync(join(made, name));
  const page = { "index.html": read("index.html"), "app.js": read("app.js"), "app.css": read("app.css") };
  return { page, worker: join(made, "worker.cjs") };
}

/** Hash of all that goes into a bundle: our sources, and the versions of what they import. */
function keyOf(production: boolean): string {
  const hash = createHash("sha256").update(`${production} ${process.platform} ${process.arch} ${process.version}`);
  const files = SOURCES.flatMap((source) =>
    readdirSync(join(PROJECT, source), { recursive: true, encoding: "utf8" }).map((file) => join(source, file)),
  );
  const sources = files.filter((file) => /\.(?:tsx?|css|html|svg)$/.test(file) && !/\.(?:test|suite)\./.test(file));
  for (const file of [...sources.sort(), "package.json", "package-lock.json", "tsconfig.json"]) {
    const bytes = readFileSync(join(PROJECT, file));
    hash.update(`\n${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}

/** False if it is not there. What is in use is not old. */
function touch(made: string): boolean {
  try {
    const now = new Date();
    utimesSync(made, now, now);
    return true;
  } catch {
    return false;
  }
}

async function make(folder: string, made: string, options: { production: boolean }): Promise<void> {
  // Half of what a start from a kept one takes: only who needs it loads it.
  const { bundleRenderer, bundleWorker } = await import("../package/bundle.ts");
  const [page, worker] = await Promise.all([bundleRenderer(options), bundleWorker(options)]);
  // Under a name of its own until it is whole: others may be making the same.
  const half = join(folder, `half-${randomUUID()}`);
  mkdirSync(half, { recursive: true });
  for (const [name, bytes] of [...Object.entries(page), ...worker]) writeFileSync(join(half, name), bytes);
  try {
    renameSync(half, made);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!touch(made)) throw error; // else another one was first, with the same
  }
  removeOld(folder);
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > OLD_MS) rmSync(path, { recursive: true, force: true });
  }
}
