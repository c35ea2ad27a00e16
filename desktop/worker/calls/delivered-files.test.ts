/** Files as they were delivered: fetched once, kept on the device, and never shown if they are other ones. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blobText } from "../../../events/blobs/blob-store.ts";
import { COMMANDS } from "../../../events/commands/commands.ts";
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { sha256 } from "../../../events/hash.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { blobsFileName } from "../../../events/sources/sqlite/sqlite-blobs.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { draftInvoice, issueInvoice } from "../../app-tests/sales.suite.ts";
import { DeliveredFiles } from "../documents/delivered-files.ts";
import { DELIVERED_FILE, deliveredFileName } from "../files/file-names.ts";
import { desktopAt, headOf, OWNER, registerClients, runApi, type Seat, startDesktop } from "../sync/desktop.suite.ts";

const api = await runApi();
const [client = 0] = await registerClients(api, "Ada Ltd");
const serverFile = blobsFileName(api.organization.log.name);

/** Between a device and its server. */
const line = {
  cut: false,
  asked: [] as string[],
  change: null as ((bytes: Buffer) => Buffer) | null,
  before: async () => {},
};
const throughLine: typeof fetch = async (input, init) => {
  if (line.cut) throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
  const path = new URL(String(input)).pathname;
  if (path.startsWith("/api/blobs/")) await line.before();
  const response = await fetch(input, init);
  if (!path.startsWith("/api/blobs/")) return response;
  line.asked.push(path);
  if (!line.change || !response.ok) return response;
  const { headers } = response;
  return new Response(new Uint8Array(line.change(Buffer.from(await response.arrayBuffer()))), { headers });
};

async function seatNow(): Promise<Seat> {
  Object.assign(line, { cut: false, asked: [], change: null, before: async () => {} });
  return await desktopAt(api, { fetch: throughLine });
}

/** An issued invoice that was delivered as other bytes than this release would make. */
async function deliveredAs(bytes: Uint8Array, paperVersion = 1): Promise<number> {
  const id = await issueInvoice(api, { clientId: client });
  await (await api.organization.blobs()).put(bytes);
  const file = { sha256: sha256(bytes), size: bytes.length, format: "pdf", paperVersion } as const;
  const input = COMMANDS.RecordDelivery.input.parse({ how: "sent", format: "pdf" });
  const by = { actor: 2, key: null, ifMatch: null };
  await api.organization.writer.execute({ ...by, command: "RecordDelivery", id, input, file });
  return id;
}

const fileOf = async (seat: Seat, id: number, format: DocumentFormat = "pdf", at?: string) => {
  const answer = await seat.ask("documentFile", { id, format, ...(at !== undefined && { at }) });
  return { ...answer, bytes: Buffer.from(answer.base64, "base64") };
};
const changeOnServer = (sql: string, ...values: unknown[]) => {
  const db = openDatabase(serverFile);
  db.prepare(sql).run(...values);
  db.close();
};
const storeOf = ({ folder }: Seat) => readdirSync(folder).filter((name) => DELIVERED_FILE.test(name));

test("a delivered file is fetched once, and is then there offline and after a restart", async () => {
  const bytes = randomBytes(50_000);
  const id = await deliveredAs(bytes);
  const seat = await seatNow();
  assert.deepEqual(storeOf(seat), [], "nothing is fetched before it is asked for");
  const [first, same] = await Promise.all([fileOf(seat, id), fileOf(seat, id)]);
  for (const answer of [first, same]) assert.ok(answer.bytes.equals(bytes));
  assert.deepEqual([first.isDelivered, first.instead, first.mediaType], [true, null, "application/pdf"]);
  assert.deepEqual(first.delivered, { sha256: blobText(sha256(bytes)), size: bytes.length, paperVersion: 1 });
  assert.match(first.name, /^INV-\d+ .+\.pdf$/);
  assert.equal(line.asked.length, 1);
  await seat.close();
  line.cut = true;
  const { folder, stored } = seat;
  const later = await startDesktop({ server: api.base, folder, stored, fetch: throughLine });
  assert.ok((await fileOf(later, id)).bytes.equals(bytes));
  assert.equal(line.asked.length, 1);
});

test("offline, a file that is not on the device is made again, and said to be another one", async () => {
  const [mine, other] = [await issueInvoice(api, { clientId: client }), await deliveredAs(randomBytes(100))];
  await api.send("POST", `/api/invoices/${mine}/delivered`, { how: "pdf", format: "pdf" });
  const seat = await seatNow();
  line.cut = true;
  const again = await fileOf(seat, other);
  assert.match(again.bytes.toString("latin1"), /^%PDF-/);
  assert.deepEqual([again.isDelivered, again.instead?.code], [false, "KEPT_ON_SERVER"]);
  assert.match(again.instead?.message ?? "", /kept on the server, and not on this device.+made again/s);
  // The same bytes as were delivered are the delivered file, wherever they were made.
  const same = await fileOf(seat, mine);
  assert.deepEqual([same.isDelivered, same.instead], [true, null]);
  assert.equal(blobText(sha256(same.bytes)), same.delivered?.sha256);
});

test("a file that was written on a paper that this release does not have is not made again", async () => {
  const id = await deliveredAs(randomBytes(100), 99);
  const seat = await seatNow();
  line.cut = true;
  assert.equal(await seat.refused("documentFile", { id, format: "pdf" }), "KEPT_ON_SERVER");
});

test("missing is not altered, and neither is shown", async () => {
  const [lost, changed, wrong] = [randomBytes(100), randomBytes(100), randomBytes(100)];
  const ids = [await deliveredAs(lost), await deliveredAs(changed), await deliveredAs(wrong)];
  changeOnServer("DELETE FROM blob WHERE sha256 = ?", sha256(lost));
  changeOnServer("UPDATE blob SET bytes = ? WHERE sha256 = ?", randomBytes(100), sha256(changed));
  const seat = await seatNow();
  line.change = (bytes) => Buffer.concat([bytes.subarray(1), Buffer.from("x")]);
  for (const [n, code] of ["FILE_MISSING", "FILE_ALTERED", "FILE_ALTERED"].entries()) {
    const { isDelivered, instead, bytes } = await fileOf(seat, ids[n] ?? 0);
    assert.deepEqual([isDelivered, instead?.code], [false, code]);
    assert.match(bytes.toString("latin1"), /^%PDF-/, "it is made again");
  }
  line.change = null;
  assert.ok((await fileOf(seat, ids[2] ?? 0)).bytes.equals(wrong), "what arrived altered was not kept");
});

test("what is altered or damaged on the device is fetched again", async () => {
  const bytes = randomBytes(2_000);
  const id = await deliveredAs(bytes);
  const seat = await seatNow();
  await fileOf(seat, id);
  const [name = ""] = storeOf(seat);
  const db = openDatabase(join(seat.folder, name));
  db.prepare("UPDATE blob SET bytes = ?").run(randomBytes(2_000));
  db.close();
  assert.ok((await fileOf(seat, id)).bytes.equals(bytes));
  assert.ok((await fileOf(seat, id)).bytes.equals(bytes));
  assert.equal(line.asked.length, 2);
  await seat.close();
  for (const end of ["-wal", "-shm", ""])
    if (end === "" || existsSync(join(seat.folder, name + end)))
      writeFileSync(join(seat.folder, name + end), randomBytes(5_000));
  const { folder, stored } = seat;
  const later = await startDesktop({ server: api.base, folder, stored, fetch: throughLine });
  await later.until(({ isOnline }) => isOnline);
  for (const _ of [1, 2]) assert.ok((await fileOf(later, id)).bytes.equals(bytes));
  assert.equal(line.asked.length, 3);
});

test("a cache that is replaced while a file is fetched is read anew", async () => {
  const lost = randomBytes(100);
  const id = await deliveredAs(lost);
  changeOnServer("DELETE FROM blob WHERE sha256 = ?", sha256(lost));
  const seat = await seatNow();
  line.before = async () => void (await seat.ask("rebuildCache"));
  assert.equal((await fileOf(seat, id)).instead?.code, "FILE_MISSING");
});

test("before its delivery, a document is made; other formats and drafts too", async () => {
  const draft = await draftInvoice(api, { clientId: client });
  const bytes = randomBytes(100);
  const id = await deliveredAs(bytes);
  const delivered = await headOf(api);
  const seat = await seatNow();
  for (const made of [
    await fileOf(seat, id, "pdf", `event:${delivered - 1}`),
    await fileOf(seat, id, "factur-x"),
    await fileOf(seat, draft),
  ])
    assert.deepEqual([made.isDelivered, made.delivered, made.instead], [false, null, null]);
  assert.ok((await fileOf(seat, id, "pdf", `event:${delivered}`)).bytes.equals(bytes));
});

test("after a logout no file is shown; a login to the same log finds it, and one to another log removes it", async () => {
  const bytes = randomBytes(100);
  const id = await deliveredAs(bytes);
  const seat = await seatNow();
  await fileOf(seat, id);
  const { email, password } = OWNER;
  const asked = seat.refused("documentFile", { id: await deliveredAs(randomBytes(9)), format: "pdf" });
  await seat.ask("logout");
  assert.match(await asked, /^(NO_DATA|UNKNOWN_INVOICE)$/);
  assert.equal(await seat.refused("documentFile", { id, format: "pdf" }), "NO_DATA");
  await seat.ask("login", { email, password });
  await seat.until(({ initialized }) => initialized);
  const before = line.asked.length;
  assert.ok((await fileOf(seat, id)).bytes.equals(bytes));
  assert.equal(line.asked.length, before);
  const [kept = ""] = storeOf(seat);
  await seat.close();
  const elsewhere = await runApi();
  const other = await startDesktop({ server: elsewhere.base, folder: seat.folder });
  assert.deepEqual(storeOf(other), [kept]);
  await other.ask("login", { email, password });
  assert.deepEqual(storeOf(other), []);
});

test("the files that were used last stay on the device", async () => {
  const files = new DeliveredFiles({
    folder: temporaryFolder(),
    log: "018f0000-0000-7000-8000-000000000000",
    session: () => null,
    isOnline: () => false,
    maxBytes: 3_000,
  });
  const blobs = Array.from({ length: 3 }, () => randomBytes(1_000));
  const isHere = async (bytes: Uint8Array | undefined) =>
    "bytes" in (await files.get(sha256(bytes ?? Buffer.alloc(0))));
  const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
  for (const bytes of blobs) {
    files.keep(bytes);
    await wait();
  }
  assert.ok(await isHere(blobs[0]), "used again");
  await wait();
  files.keep(randomBytes(1_000));
  assert.deepEqual(await Promise.all(blobs.map(isHere)), [true, false, true]);
  files.close();
});

test("a file is shown although the device has no room for it", async () => {
  const bytes = randomBytes(500);
  const id = await deliveredAs(bytes);
  const seat = await seatNow();
  const name = deliveredFileName(api.logId);
  mkdirSync(join(seat.folder, name)); // SQLite cannot open it
  for (const _ of [1, 2]) assert.ok((await fileOf(seat, id)).bytes.equals(bytes));
  assert.equal(line.asked.length, 2);
});
