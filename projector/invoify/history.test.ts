import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { clientOf, issuedOf, LINE, paymentOf } from "../../events/business/office.suite.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOffice } from "../writer/office.suite.ts";
import { does, fails, json, writeLog } from "./invoify.suite.ts";

const folder = temporaryFolder();
const HOUR_MS = 3_600_000;

/** An invoice with a life: revised, issued, paid, credited, the payment put elsewhere and taken back. */
async function told(t: TestContext) {
  const office = await openOffice(t, folder, { profile: { timeZone: "Europe/Paris" } });
  const { run, clock } = office;
  const clientId = await clientOf(office, { name: "Bob Ltd" });
  const clerk = await run("AddUser", { email: "carl@example.com", name: "Carl", role: "clerk" });
  const other = await issuedOf(office, { clientId });
  await paymentOf(office, { clientId, allocations: [{ invoiceId: other, amountMinor: 1_000 }] }); // not this one's
  clock.nowMs += HOUR_MS;
  const id = (await run("DraftInvoice", { clientId, lines: [LINE] }, { actor: clerk.stream })).stream;
  await run("ReviseInvoice", { lines: [LINE, LINE] }, { id, actor: clerk.stream });
  await run("ChangeUserDetails", { name: "Carla" }, { id: clerk.stream });
  await run("IssueInvoice", {}, { id, actor: clerk.stream });
  const allocations = [
    { invoiceId: id, amountMinor: 9_000 },
    { invoiceId: other, amountMinor: 3_000 },
  ];
  const payment = await paymentOf(office, { clientId, reference: "R-1", allocations });
  await run("ReallocatePayment", { allocations: allocations.slice(1) }, { id: payment });
  await run("ReversePayment", { reason: "bounced" }, { id: payment });
  const note = (await run("DraftCreditNote", {}, { id })).stream;
  await run("IssueInvoice", {}, { id: note });
  await run("ApplyCredit", { allocations: [{ invoiceId: id, amountMinor: 24_000 }] }, { id: note });
  return { log: office.log.name, cache: office.cachePath, id, other, payment, note, clientId };
}

const STORY = (of: { payment: number; note: number }) => [
  ["Carl", "Drafted: invoice, 1 line, 120.00 GBP"],
  ["Carl", "Draft revised: 2 lines, 240.00 GBP"],
  ["Carla", "Issued: INV-00002 to Bob Ltd, 240.00 GBP, on 2024-03-15, due 2024-04-14"],
  [
    "Olive Owner",
    `payment ${of.payment}: Payment received: 120.00 GBP by bank transfer on 2024-03-15, reference R-1, 90.00 GBP for this invoice, 30.00 GBP for invoice 5`,
  ],
  ["Olive Owner", `payment ${of.payment}: Payment reallocated: 30.00 GBP for invoice 5`],
  ["Olive Owner", `payment ${of.payment}: Payment reversed: bounced`],
  ["Olive Owner", `credit note ${of.note}: Drafted: credit note for this invoice, 2 lines, 240.00 GBP`],
  ["Olive Owner", `credit note ${of.note}: Issued: INV-00003 to Bob Ltd, 240.00 GBP, on 2024-03-15, due 2024-04-14`],
  ["Olive Owner", `credit note ${of.note}: Credit applied: 240.00 GBP for this invoice`],
];

test("invoify history --from tells an invoice's whole life, with what was put against it at any time", async (t) => {
  const { log, id, payment, note } = await told(t);
  const [title, heading, ...lines] = (await does(["history", "INV-00002", "--from", log])).split("\n");
  assert.equal(title, `invoice INV-00002 (stream ${id})`);
  assert.match(heading ?? "", /^EVENT {2}TIME {24}WHO {10}WHAT$/);
  const columns = lines.map((line) => /^ *(\d+) {2}(\S+ \S+ \+\d\d:\d\d) {2}(.{11}) {2}(.*)$/.exec(line));
  assert.deepEqual(
    columns.map((found) => [found?.[3]?.trim(), found?.[4]]),
    STORY({ payment, note }),
  );
  assert.equal(columns[0]?.[2], "2024-03-15 14:00:00 +01:00", "where the organization is");
  assert.equal(await does(["history", String(id), "--from", log]), [title, heading, ...lines].join("\n"));
});

test("invoify history --cache with the log finds the events by the cache, and tells them by the log", async (t) => {
  const { log, cache, id, note } = await told(t);
  const { events, ...heading } = await json(["history", "INV-00002", "--cache", cache, "--from", log]);
  const title = `invoice INV-00002 (stream ${id}), Bob Ltd: issued`;
  assert.deepEqual(heading, { kind: "invoice", stream: id, title, timeZone: "Europe/Paris" });
  const said = (events as { who: string; words: string; about: string | null; at: string }[]).map(
    ({ who, about, words }) => [who, about === null ? words : `${about}: ${words}`],
  );
  // The payment is put elsewhere: the cache does not know that it once was for this. Names are those of now.
  const expected = STORY({ payment: 0, note }).filter(([, words]) => !words?.startsWith("payment"));
  assert.deepEqual(
    said,
    expected.map(([who, words]) => [who === "Carl" ? "Carla" : who, words]),
  );
});

test("invoify history --cache alone says what a cache knows, and where there is more", async (t) => {
  const { cache, id } = await told(t);
  const lines = (await does(["history", "INV-00002", "--cache", cache])).split("\n");
  assert.equal(lines[0], `invoice INV-00002 (stream ${id}), Bob Ltd: issued`);
  assert.match(lines[2] ?? "", / Carla +Drafted$/);
  assert.equal(lines.at(-1), "(a cache keeps no more than this: --from LOG tells it in full)");
});

test("invoify history --cache reads the mirror beside the cache", async (t) => {
  const { log, id, note } = await told(t);
  const place = join(folder, "desktop");
  mkdirSync(place);
  await does(["replay", "--from", log, "--to", join(place, "invoify.sqlite")]);
  const source = SqliteLog.open(log, { readonly: true });
  const mirror = SqliteLog.open(join(place, `${await source.id()}.1.mirror.sqlite`), { kind: "mirror", create: true });
  mirror.mirror(0, source.readNow(0, source.headNow()));
  mirror.closeNow();
  source.closeNow();
  const said = await does(["history", "INV-00003", "--cache", place]);
  assert.match(said, new RegExp(`^credit note INV-00003 \\(stream ${note}\\), Bob Ltd: issued`));
  assert.match(said, / Drafted: credit note for INV-00002, 2 lines, 240\.00 GBP\n/);
  assert.match(said, / Credit applied: 240\.00 GBP for INV-00002$/);
  assert.doesNotMatch(said, /--from LOG/);
  assert.equal((await json(["history", String(id), "--cache", place])).stream, id);
});

test("invoify history tells any stream: a client, a user, a payment, the organization", async (t) => {
  const { log, cache, clientId, payment } = await told(t);
  for (const place of [
    ["--from", log],
    ["--cache", cache, "--from", log],
  ]) {
    const about = (stream: number) => does(["history", String(stream), ...place]);
    assert.match(await about(clientId), new RegExp(`^client ${clientId}\n(.*\n).*Client registered: Bob Ltd$`));
    assert.match(await about(1), /^organization 1\n(.*\n).* the server +Organization registered: Example Ltd, Europe/);
    assert.match(await about(payment), /Payment reversed: bounced$/);
    assert.match(await about(4), /^user 4\n(.*\n){2}.*User changed: Carla <carl@example\.com>$/);
  }
});

test("invoify history says when there is nothing of that name", async (t) => {
  const { log, cache, id } = await told(t);
  for (const place of [
    ["--from", log],
    ["--cache", cache],
  ]) {
    const nothing = (what: string[], message: RegExp) => fails(["history", ...what, ...place], 2, message);
    await nothing(["INV-99999"], /no invoice or credit note has the number INV-99999$/m);
    await nothing(["999"], /no invoice or credit note has the number 999, and no stream begins with event 999$/m);
    await nothing([String(id + 1)], /no stream begins with event/);
    await nothing([String(id), "--number"], /has the number \d+$/m);
    await nothing(["INV-00001", "--stream"], /INV-00001: not a stream/);
    await nothing(["1", "--stream", "--number"], /two answers to one question/);
  }
});

test("invoify history asks back where a number is also a stream", async (t) => {
  const foreign = { name: "import", kind: "both", prefix: "", digits: 1, foreign: true } as const;
  const office = await openOffice(t, folder, { profile: { series: [foreign] } });
  const id = await issuedOf(office, {}, { series: "import", number: "1" }); // and stream 1 is the organization
  for (const place of [
    ["--from", office.log.name],
    ["--cache", office.cachePath],
  ]) {
    await fails(["history", "1", ...place], 2, /1 is the number of invoice 4, and stream 1 is something else/);
    assert.equal((await json(["history", "1", "--number", ...place])).stream, id);
    assert.equal((await json(["history", "1", "--stream", ...place])).kind, "organization");
  }
});

test("invoify history refuses a log that the cache was not made from", async (t) => {
  const { cache } = await told(t);
  const other = writeLog(folder, "other.sqlite", [logOf(30)]);
  await fails(
    ["history", "1", "--cache", cache, "--from", other],
    2,
    /other\.sqlite: is log \S+, and \S+ was made from/,
  );
});
