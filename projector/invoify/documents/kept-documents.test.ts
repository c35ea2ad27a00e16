/** `invoify document --kept`: the files that were delivered, from the place of the log or from another one. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { decodeEvent, encodeEvent } from "../../../events/encoding/event.ts";
import { openBlobs } from "../../../events/sources/open-blobs.ts";
import { openWritableLog } from "../../../events/sources/open-log.ts";
import { blobsFileName } from "../../../events/sources/sqlite/sqlite-blobs.ts";
import { idOf, logOf } from "../../../fixtures/data/events.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { does, invoify, writeLog } from "../invoify.suite.ts";

const EVERY = fileURLToPath(new URL("../../../fixtures/logs/every-event.ndjson", import.meta.url));
const folder = temporaryFolder();
const LOG = join(folder, "log.sqlite");
const EVENTS = join(folder, "log.events");
assert.equal((await invoify(["copy", EVERY, LOG])).exitCode, 0); // the files of its deliveries were never made
const hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Issued invoices that were not delivered as files, with the versions of their streams. */
async function deliver(files: readonly { format: "pdf" | "ubl" | "cii"; bytes: Buffer }[]): Promise<number> {
  const log = await openWritableLog(LOG);
  const blobs = await openBlobs(LOG, { create: true });
  let head = await log.head();
  let [stream, version, at] = [0, 0, 0];
  for await (const { bodies } of log.read({ after: 0, upTo: head }))
    for (const body of bodies) {
      const event = decodeEvent(body);
      if (event.type === "InvoiceIssued" && event.data.number === "INV-00001") ({ stream } = event);
      if (stream > 0 && event.stream === stream) ({ version } = event);
      ({ at } = event);
    }
  for (const { format, bytes } of files) {
    const sha256 = (await blobs?.put(bytes)) ?? assert.fail();
    const file = { sha256, size: bytes.length, format, paperVersion: format === "pdf" ? 1 : null };
    const place = { seq: ++head, id: idOf(head, 77), stream, version: ++version, at, actor: 2 };
    await log.append([encodeEvent({ ...place, type: "DocumentDelivered", data: { how: "sent", file } }, null)]);
  }
  await blobs?.close();
  await log.close();
  return head;
}

const [pdf, ubl, cii] = [randomBytes(3_000), randomBytes(2_000), randomBytes(1_000)];
const head = await deliver([
  { format: "pdf", bytes: pdf },
  { format: "ubl", bytes: ubl },
  { format: "cii", bytes: cii },
]);
assert.equal((await invoify(["copy", LOG, EVENTS])).exitCode, 0);
const SELLER = "Lighthouse Supply & Services Ltd";
const kept = (place: string, to: string, ...args: string[]) =>
  invoify(["document", place, ...args, "--kept", "--to", join(folder, to)]);

test("document --kept writes the files that were delivered, with the event that names each", async () => {
  const { exitCode, stdout, stderr } = await kept(LOG, "all", "INV-00001");
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    `INV-00001 ${SELLER}.pdf  ${hex(pdf)}  event ${head - 2}`,
    `INV-00001 ${SELLER}.xml  ${hex(ubl)}  event ${head - 1}`,
    `INV-00001 ${SELLER} (2).xml  ${hex(cii)}  event ${head}`,
    `${join(folder, "all")}: 3 files written`,
  ]);
  const names = readdirSync(join(folder, "all")).map((name) => join(folder, "all", name));
  assert.deepEqual(names.map((name) => hex(readFileSync(name))).sort(), [pdf, ubl, cii].map(hex).sort());
  const one = await kept(LOG, "one", "INV-00001", "--format", "ubl");
  assert.match(one.stdout, new RegExp(`^INV-00001 [^\n]+  ${hex(ubl)}  event ${head - 1}\n[^\n]+: 1 file written\n$`));
  const before = await kept(LOG, "before", "INV-00001", "--at", `event:${head - 2}`);
  assert.match(before.stdout, /: 1 file written\n$/, "the others were delivered later");
});

test("document without --kept says that another file was delivered", async () => {
  const write = (number: string, to: string) =>
    invoify(["document", LOG, number, "--format", "pdf", "--to", join(folder, to)]);
  const other = await write("INV-00001", "made");
  assert.equal(other.exitCode, 0);
  assert.match(other.stderr, /1 document once left as another file: --kept writes those that were delivered/);
  assert.doesNotMatch((await write("INV-00002", "never")).stderr, /--kept/);
});

test("document --kept takes the files of another place for the events of a copy, or of a cache", async () => {
  const without = await kept(EVENTS, "none", "INV-00001");
  assert.deepEqual([without.exitCode, without.stdout], [2, ""]);
  assert.match(without.stderr, /log\.events: has no files of documents; name .+ with --files LOG/);
  const cache = join(folder, "cache.sqlite");
  await does(["replay", "--from", EVENTS, "--to", cache]);
  for (const [n, place] of [EVENTS, cache].entries()) {
    const { exitCode, stdout, stderr } = await kept(place, `from-${n}`, "INV-00001", "--files", LOG);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /: 3 files written\n$/);
  }
  const other = writeLog(folder, "other.sqlite", [logOf(3)]);
  const foreign = await kept(EVENTS, "foreign", "INV-00001", "--files", other);
  assert.match(foreign.stderr, /other\.sqlite: is log .+, and the documents are of log /);
  const wrong = await invoify(["document", EVENTS, "INV-00001", "--files", LOG, "--format", "pdf", "--to", folder]);
  assert.match(wrong.stderr, /--files needs --kept/);
});

test("document --kept names what is missing and what was altered, and writes neither", async () => {
  const none = await kept(LOG, "unkept", "INV-00002");
  assert.equal(none.exitCode, 1);
  assert.match(none.stderr, /^INV-00002: no file of it was kept$/m);
  const other = await kept(LOG, "unkept", "INV-00001", "--format", "peppol-bis-3");
  assert.match(other.stderr, /^INV-00001: no file of it was kept in the format peppol-bis-3$/m);
  const db = new Database(blobsFileName(LOG));
  db.prepare("DELETE FROM blob WHERE sha256 = ?").run(Buffer.from(hex(ubl), "hex"));
  db.prepare("UPDATE blob SET bytes = zeroblob(size) WHERE sha256 = ?").run(Buffer.from(hex(cii), "hex"));
  db.close();
  const { exitCode, stdout, stderr } = await kept(LOG, "lost", "INV-00001");
  assert.equal(exitCode, 1);
  assert.match(stderr, new RegExp(`INV-00001: the file ${hex(ubl)}, which event ${head - 1} names, is missing`));
  assert.match(stderr, new RegExp(`INV-00001: the file ${hex(cii)}, which event ${head} names, was altered`));
  assert.match(stdout, /: 1 file written\n$/);
  assert.deepEqual(readdirSync(join(folder, "lost")), [`INV-00001 ${SELLER}.pdf`]);
});
