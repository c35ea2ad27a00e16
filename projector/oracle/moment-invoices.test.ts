/**
 * The imported invoices at fifty random moments: the digest over the past is that of a replay. With INVOIFY_LONG=1 of the
 * real invoices, if they are there; else of a made-up slice in their form.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { Random } from "../../fixtures/data/random.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writeSource } from "../../fixtures/retail/import.suite.ts";
import { importRetail } from "../../fixtures/retail/import.ts";
import { retailSlice } from "../../fixtures/retail/retail-slice.ts";
import { Cache } from "../cache/cache.ts";
import { rowsDigestOf } from "../cache/digest.ts";
import { Moments } from "../moments/moments.ts";

const REAL = fileURLToPath(new URL("../../../shared/data/online-retail-2009-2010.csv.gz", import.meta.url));
const MOMENTS = 50;
const BATCH = 2_000;
const folder = temporaryFolder();

test("at fifty moments of the imported invoices, the digest of the rows is that of a replay", async () => {
  const isReal = process.env.INVOIFY_LONG === "1" && existsSync(REAL);
  const source = isReal ? REAL : writeSource(gzipSync(retailSlice(3, 120)), "slice.csv.gz");
  const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
  const cachePath = join(folder, "writer.sqlite");
  await importRetail(source, { log, cachePath, onRejected: () => undefined });
  const head = log.headNow();
  const random = new Random("fifty moments");
  const sequences = Array.from({ length: MOMENTS }, () => random.int(0, head));
  const replayed = Cache.create(join(folder, "replayed.sqlite"));
  const expected = new Map<number, string>();
  for (const seq of sequences.toSorted((a, b) => a - b)) {
    for (let at = replayed.checkpoint.seq; at < seq; at = replayed.checkpoint.seq)
      replayed.apply(at, log.readNow(at, Math.min(seq, at + BATCH)));
    expected.set(seq, rowsDigestOf(replayed.db).rowsDigest);
  }
  replayed.close();
  log.closeNow();
  const moments = new Moments(cachePath);
  try {
    for (const seq of sequences) {
      const { rowsDigest } = rowsDigestOf(moments.sourceAt({ seq, atMs: 0 }).db);
      assert.equal(rowsDigest, expected.get(seq), `event ${seq} of ${head}`);
    }
  } finally {
    moments.close();
  }
});
