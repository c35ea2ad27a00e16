/** Bundles of the viewer's page and worker, like those of the packed app. A bundle is rebuilt when a source has changed. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAGE_FILES, type PageFiles } from "../shell/page-files.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** The folders whose files a bundle may contain. */
const SOURCES = ["desktop", "events", "projector"];
/** Bundles that have not been used for this time are deleted, ms. */
const MAX_UNUSED_MS = 7 * 86_400_000;

interface CachedBundle {
  page: PageFiles;
  /** The path of the worker's program. */
  worker: string;
}

/**
 * The bundle of the current sources.
 *
 * @param folder the folder of the bundles. Created if it does not exist
 * @param options.production as for `bundleRenderer`
 */
export async function cachedBundle(folder: string, options: { production: boolean }): Promise<CachedBundle> {
  const bundle = join(folder, keyOf(options.production));
  if (!touch(bundle)) await build(folder, bundle, options);
  const page = Object.fromEntries(PAGE_FILES.map((name) => [name, readFileSync(join(bundle, name))])) as unknown;
  return { page: page as PageFiles, worker: join(bundle, "worker.cjs") };
}

/** A hash of everything that a bundle contains: our sources, and the versions of the packages. */
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

/** Marks a bundle as used. @returns false if it does not exist */
function touch(bundle: string): boolean {
  try {
    const now = new Date();
    utimesSync(bundle, now, now);
    return true;
  } catch {
    return false;
  }
}

async function build(folder: string, bundle: string, options: { production: boolean }): Promise<void> {
  // Loaded only if needed: it takes half as long as a start from a cached bundle.
  const { bundleRenderer, bundleWorker } = await import("../package/bundle.ts");
  const [page, worker] = await Promise.all([bundleRenderer(options), bundleWorker(options)]);
  // Written under a temporary name until it is complete: other processes may build the same bundle.
  const partial = join(folder, `half-${randomUUID()}`);
  mkdirSync(partial, { recursive: true });
  for (const [name, bytes] of [...Object.entries(page), ...worker]) writeFileSync(join(partial, name), bytes);
  try {
    renameSync(partial, bundle);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!touch(bundle)) throw error; // otherwise another process was first, with the same bundle
  }
  removeOld(folder);
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > MAX_UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}
