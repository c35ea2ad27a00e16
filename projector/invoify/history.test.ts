import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { clientOf, issuedOf, LINE, paymentOf } from "../../events/business/office.suite.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf, PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOffice } from "../writer/office.suite.ts";
import { does, eventAt, fails, invoify, json, writeLog } from "./invoify.suite.ts";

const folder = temporaryFolder();
const HOUR_MS = 3_600_000;

/** An invoice that is revised, issued, paid and credited. Its payment is reallocated and reversed. */
async function writeLife(t: TestContext) {
  const office = await openOffice(t, folder, { profile: { timeZone: "Europe/Paris" } });
  const { run, clock } = office;
  const clientId = await clientOf(office, { name: "Bob Ltd" });
  const clerk = await run("AddUser", { email: "carl@example.com", name: "Carl", role: "clerk" });
  const other = await issuedOf(office, { clientId });
  await paymentOf(office, { clientId, allocations: [{ invoiceId: other, amountMinor: 1_000 }] }); // for another one
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

const LIFE = (of: { payment: number; note: number }) => [
  ["Carl", "Drafted: invoice, 1 line, 120.00 GBP"],
  ["Carl", "Draft revised: 2 lines, 240.00 GBP"],
  ["Carla", "Issued: INV-00002 to Bob Ltd, 240.00 GBP, on 2024-03-15, due 2024-04-14"],
  [
    "Olive Owner",
    `payment ${of.payment}: Payment received: 120.00 GBP by bank transfer on 2024-03-15, reference R-1, 90.00 GBP for this invoice, 30.00 GBP for invoice 5`,
  ],
  ["Olive Owner", `payment ${of.payment}: Payment reallocated: 30.00 GBP for invoice 5, on 2024-03-15`],
  ["Olive Owner", `payment ${of.payment}: Payment reversed: bounced`],
  ["Olive Owner", `credit note ${of.note}: Drafted: credit note for this invoice, 2 lines, 240.00 GBP`],
  ["Olive Owner", `credit note ${of.note}: Issued: INV-00003 to Bob Ltd, 240.00 GBP, on 2024-03-15, due 2024-04-14`],
  ["Olive Owner", `credit note ${of.note}: Credit applied: 240.00 GBP for this invoice, on 2024-03-15`],
];

test("invoify history --from shows an invoice's whole life, with everything ever applied to it", async (t) => {
  const { log, id, payment, note } = await writeLife(t);
  const [title, heading, ...lines] = (await does(["history", "INV-00002", "--from", log])).split("\n");
  assert.equal(title, `invoice INV-00002 (stream ${id})`);
  assert.match(heading ?? "", /^EVENT {2}TIME {23}WHO {10}WHAT$/);
  const columns = lines.map((line) => /^ *(\d+) {2}(\S+T\S+\+\d\d:\d\d) {2}(.{11}) {2}(.*)$/.exec(line));
  assert.deepEqual(
    columns.map((match) => [match?.[3]?.trim(), match?.[4]]),
    LIFE({ payment, note }),
  );
  assert.equal(columns[0]?.[2], "2024-03-15T14:00:00+01:00", "in the organization's time zone");
  assert.equal(await does(["history", String(id), "--from", log]), [title, heading, ...lines].join("\n"));
});

test("invoify history --cache --from finds events in the cache, and details in the log", async (t) => {
  const { log, cache, id, payment, note } = await writeLife(t);
  const { events, ...heading } = await json(["history", "INV-00002", "--cache", cache, "--from", log]);
  const title = `invoice INV-00002 (stream ${id}), Bob Ltd: issued`;
  assert.deepEqual(heading, { kind: "invoice", stream: id, title, timeZone: "Europe/Paris", upTo: note + 2 });
  const actual = (events as { who: string; words: string; about: string | null; at: string }[]).map(
    ({ who, about, words }) => [who, about === null ? words : `${about}: ${words}`],
  );
  // The payment was only once applied to this invoice. The names of users and invoices are the current ones.
  assert.deepEqual(
    actual,
    LIFE({ payment, note }).map(([who, words]) => [
      who === "Carl" ? "Carla" : who,
      words?.replace("invoice 5", "INV-00001"),
    ]),
  );
});

test("invoify history --cache shows what the cache knows, and how to get details", async (t) => {
  const { cache, id } = await writeLife(t);
  const lines = (await does(["history", "INV-00002", "--cache", cache])).split("\n");
  assert.equal(lines[0], `invoice INV-00002 (stream ${id}), Bob Ltd: issued`);
  assert.match(lines[2] ?? "", / Carla +Drafted$/);
  assert.equal(lines.at(-1), "(for details, add --from LOG)");
});

test("invoify history --cache reads the mirror beside the cache", async (t) => {
  const { log, id, note } = await writeLife(t);
  const desktop = join(folder, "desktop");
  mkdirSync(desktop);
  await does(["replay", "--from", log, "--to", join(desktop, "invoify.sqlite")]);
  const source = SqliteLog.open(log, { readonly: true });
  const mirror = SqliteLog.open(join(desktop, `${await source.id()}.1.mirror.sqlite`), {
    kind: "mirror",
    create: true,
  });
  mirror.mirror(0, source.readNow(0, source.headNow()));
  mirror.closeNow();
  source.closeNow();
  const output = await does(["history", "INV-00003", "--cache", desktop]);
  assert.match(output, new RegExp(`^credit note INV-00003 \\(stream ${note}\\), Bob Ltd: issued`));
  assert.match(output, / Drafted: credit note for INV-00002, 2 lines, 240\.00 GBP\n/);
  assert.match(output, / Credit applied: 240\.00 GBP for INV-00002, on 2024-03-15$/);
  assert.doesNotMatch(output, /--from LOG/);
  assert.equal((await json(["history", String(id), "--cache", desktop])).stream, id);
});

test("invoify history shows any stream: a client, a user, a payment, the organization", async (t) => {
  const { log, cache, clientId, payment } = await writeLife(t);
  for (const sources of [
    ["--from", log],
    ["--cache", cache, "--from", log],
  ]) {
    const about = (stream: number) => does(["history", String(stream), ...sources]);
    assert.match(await about(clientId), new RegExp(`^client ${clientId}\n(.*\n).*Client registered: Bob Ltd$`));
    assert.match(await about(1), /^organization 1\n(.*\n).* the server +Organization registered: Example Ltd, Europe/);
    assert.match(await about(payment), /Payment reversed: bounced$/);
    assert.match(await about(4), /^user 4\n(.*\n){2}.*User changed: Carla <carl@example\.com>$/);
  }
});

test("invoify history finds the credit note that cancels an invoice, and tells of it with the invoice", async (t) => {
  const office = await openOffice(t, folder);
  const id = await issuedOf(office);
  const { stream: note } = await office.run("CancelInvoice", { reason: "twice" }, { id });
  for (const sources of [
    ["--from", office.log.name],
    ["--cache", office.cachePath, "--from", office.log.name],
  ]) {
    const history = await json(["history", "INV-00002", ...sources]);
    assert.equal(history.stream, note);
    assert.match(String(history.title), new RegExp(`^credit note INV-00002 \\(stream ${note}\\)`));
    const { events } = (await json(["history", "INV-00001", ...sources])) as { events: { seq: number }[] };
    assert.equal(events.at(-1)?.seq, note, sources.join(" "));
  }
});

test("invoify history --from has the refunds of a payment", async () => {
  const log = fileURLToPath(new URL("../../fixtures/logs/every-event.ndjson", import.meta.url));
  const history = await does(["history", "54", "--from", log]);
  assert.match(
    history,
    /refund 68: Refund paid: 75\.00 EUR by bank transfer on 2024-05-02, reference BACK-1, 50\.00 EUR of this payment/,
  );
  assert.match(history, /refund 68: Refund reversed: returned on 2024-05-05, The account is closed/);
});

test("invoify history reports an unknown number or stream", async (t) => {
  const { log, cache, id } = await writeLife(t);
  for (const sources of [
    ["--from", log],
    ["--cache", cache],
  ]) {
    const refuses = (query: string[], message: RegExp) => fails(["history", ...query, ...sources], 2, message);
    await refuses(["INV-99999"], /no invoice or credit note has the number INV-99999$/m);
    await refuses(["999"], /no invoice or credit note has the number 999, and no stream begins with event 999$/m);
    await refuses([String(id + 1)], /no stream begins with event/);
    await refuses([String(id), "--number"], /has the number \d+$/m);
    await refuses(["INV-00001", "--stream"], /INV-00001: not a stream/);
    await refuses(["1", "--stream", "--number"], /use --number or --stream, not both/);
  }
});

test("invoify history asks for an option if a number is also a stream", async (t) => {
  const foreign = { name: "import", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true } as const;
  const office = await openOffice(t, folder, { profile: { series: [foreign] } });
  const id = await issuedOf(office, {}, { series: "import", number: "1" }); // and stream 1 is the organization
  for (const sources of [
    ["--from", office.log.name],
    ["--cache", office.cachePath],
  ]) {
    await fails(
      ["history", "1", ...sources],
      2,
      /1 is the number of invoice 4, but there is also a stream 1; use --number or --stream/,
    );
    assert.equal((await json(["history", "1", "--number", ...sources])).stream, id);
    assert.equal((await json(["history", "1", "--stream", ...sources])).kind, "organization");
  }
});

/** Gives an event another type, which this release does not know, or data that do not fit. */
function damage(log: string, seq: number, find: string, replace: string): void {
  const db = new Database(log);
  const body = db.prepare<[number], Buffer>("SELECT body FROM event WHERE seq = ?").pluck().get(seq) ?? Buffer.alloc(0);
  body.write(replace, body.indexOf(find), "latin1");
  db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(body, seq);
  db.close();
}

for (const [what, find, replace, message] of [
  ["of an unknown type", "InvoiceIssued", "InvoiceSigned", "this release does not know the type"],
  ["whose data do not fit", "INV-00002", "INV-\0\0\0\0\0", "number"],
] as const)
  test(`invoify history ends before an event ${what}, and says where`, async (t) => {
    const { log, id } = await writeLife(t);
    const issued = id + 3;
    damage(log, issued, find, replace);
    for (const [query, count] of [
      [String(id), 2],
      ["5", 3], // another invoice: the event could concern it too
    ] as const) {
      const { exitCode, stdout, stderr } = await invoify(["history", query, "--stream", "--from", log, "--json"]);
      const { events, upTo } = JSON.parse(stdout) as { events: unknown[]; upTo: number };
      assert.deepEqual({ exitCode, count: events.length, upTo }, { exitCode: 1, count, upTo: issued - 1 });
      assert.match(
        stderr,
        new RegExp(`^invoify: event ${issued}\\b.*${message}.*contains the events up to ${issued - 1}\n$`),
      );
    }
    await fails(
      ["history", "INV-00002", "--from", log],
      1,
      new RegExp(`event ${issued}\\b.*${message}.*; no event before it gives the number INV-00002$`, "m"),
    );
  });

test("invoify history shows UTC if this Node does not know the time zone, and --at asks for a time", async () => {
  const data = { ...PROFILE, timeZone: "Mars/Olympus" };
  const at = Date.UTC(2024, 0, 1);
  const log = writeLog(folder, "mars.sqlite", [
    [eventAt(1, at, { type: "OrganizationRegistered", data }, { actor: 0 })],
  ]);
  const output = await does(["history", "1", "--from", log]);
  assert.match(output, / 2024-01-01T00:00:00\+00:00 /);
  assert.match(output, /\(this Node does not know the time zone Mars\/Olympus: the times are in UTC\)$/);
  const replay = ["replay", "--from", log, "--to", join(folder, "mars-cache.sqlite"), "--at"];
  await fails(
    [...replay, "2024-01-01"],
    2,
    /does not know the organization's time zone Mars\/Olympus; name a time, such as/,
  );
  assert.match(await does([...replay, "2024-01-01T00:00:00Z"]), /1 event /);
});

test("invoify history --cache says if the log has newer events", async (t) => {
  const { log, cache } = await writeLife(t);
  const earlier = join(folder, "earlier.sqlite");
  await does(["replay", "--from", log, "--to", earlier, "--at", "7"]);
  const { upTo } = await json(["history", "INV-00001", "--cache", cache, "--from", log]);
  const output = await does(["history", "INV-00001", "--cache", earlier, "--from", log]);
  assert.match(output, new RegExp(`\\(the cache ends at event 7, the log at event ${upTo}: update the cache with`));
});

test("invoify history refuses a log other than the cache's", async (t) => {
  const { cache } = await writeLife(t);
  const other = writeLog(folder, "other.sqlite", [logOf(30)]);
  await fails(
    ["history", "1", "--cache", cache, "--from", other],
    2,
    /other\.sqlite: is log \S+, but \S+ was made from/,
  );
});
