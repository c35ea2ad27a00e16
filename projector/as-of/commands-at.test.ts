/** `invoify info`, `show` and `history` at a moment, on a cache and on its log. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { clientOf, issuedOf, paymentOf } from "../../events/business/office.suite.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { does, fails, invoify, json } from "../invoify/invoify.suite.ts";
import { openOffice } from "../writer/office.suite.ts";

const folder = temporaryFolder();

test("info, show and history tell what was true at a moment, on a cache as on its log", async (t) => {
  const office = await openOffice(t, folder, { profile: { timeZone: "Pacific/Kiritimati" } });
  office.clock.nowMs = Date.parse("2026-12-30T12:00:00Z"); // the 31st there
  const clientId = await clientOf(office, { name: "Harbour" });
  const invoice = await issuedOf(office, { clientId });
  const issued = await office.log.head();
  office.clock.nowMs = Date.parse("2027-01-03T12:00:00Z");
  const payment = await paymentOf(office, { clientId, allocations: [{ invoiceId: invoice, amountMinor: 12_000 }] });
  await office.run("ChangeUserDetails", { name: "Olivia Owner" }, { id: 2 });
  const [log, cache] = [office.log.name, office.cachePath];
  const moments = [String(issued), `event:${issued}`, "2026-12-31", "2027-01-01T00:00:00Z"];

  for (const at of moments) {
    const ofLog = await json(["info", log, "--at", at]);
    const ofCache = await json(["info", cache, "--at", at]);
    assert.deepEqual([ofLog.head, ofCache.asOf], [issued, issued], at);
    assert.deepEqual(ofCache.events, ofLog.events);
    assert.equal(ofCache.lastAt, ofLog.lastAt);
    const { client, payment, activity } = ofCache.rows as Record<string, number>;
    assert.deepEqual({ client, payment, activity }, { client: 1, payment: 0, activity: issued });
  }
  assert.equal((await json(["info", log, "--at", "0"])).head, 0);
  assert.deepEqual((await json(["info", cache, "--at", "0"])).events, {});
  for (const place of [log, cache]) await fails(["info", place, "--at", "9999"], 2, /--at 9999: /);

  for (const at of ["2026-12-31", "2027-01-01T00:00:00Z", String(issued)])
    assert.equal((await json(["show", at, "--from", log])).seq, issued, at);
  await fails(["show", "2020-01-01", "--from", log], 2, /2020-01-01: .* has no event up to then/);
  await fails(["show", "soon", "--from", log], 2, /soon: not a sequence/);

  const history = async (...words: string[]) => {
    const { events, upTo } = await json(["history", String(invoice), "--stream", ...words]);
    const own = (events as { seq: number; type: string; who: string }[]).map(({ seq, type, who }) => [seq, type, who]);
    return { own, upTo };
  };
  for (const at of moments)
    for (const words of [
      ["--cache", cache],
      ["--from", log],
      ["--cache", cache, "--from", log],
    ])
      assert.deepEqual(
        await history(...words, "--at", at),
        {
          own: [
            [invoice, "InvoiceDrafted", "Olive Owner"],
            [issued, "InvoiceIssued", "Olive Owner"],
          ],
          upTo: issued,
        },
        `${words.join(" ")} --at ${at}`,
      );
  const now = await history("--cache", cache);
  assert.deepEqual(
    now.own.map(([seq]) => seq),
    [invoice, issued, payment],
  );
  assert.equal(now.own[0]?.[2], "Olivia Owner");
  assert.doesNotMatch(
    await does(["history", String(invoice), "--cache", cache, "--from", log, "--at", String(issued)]),
    /update the cache/,
  );
  await fails(
    ["history", String(payment), "--stream", "--cache", cache, "--at", String(issued)],
    2,
    /no stream begins/,
  );
  await fails(["history", String(payment), "--stream", "--from", log, "--at", String(issued)], 2, /no stream begins/);
});

test("the end of a day is the same on a cache and on its log, also where the time zone changes", async (t) => {
  const office = await openOffice(t, join(folder), { profile: { timeZone: "UTC" } });
  const { run, clock } = office;
  const at = async (time: string, name: string) => {
    clock.nowMs = Date.parse(time);
    await clientOf(office, { name });
  };
  await at("2026-12-30T23:30:00Z", "One");
  await at("2026-12-31T00:30:00Z", "Two");
  await run("ChangeProfile", { ...PROFILE, timeZone: "Pacific/Kiritimati" }, { id: 1 });
  await at("2026-12-31T09:00:00Z", "Three"); // the 31st there, until 10:00
  await at("2026-12-31T11:00:00Z", "Four");
  await run("ChangeProfile", { ...PROFILE, timeZone: "America/Los_Angeles" }, { id: 1 });
  await at("2027-01-01T07:00:00Z", "Five"); // the 31st there
  const [log, cache] = [office.log.name, office.cachePath];
  const heads: unknown[] = [];
  for (const day of ["2026-12-29", "2026-12-30", "2026-12-31"]) {
    const { head } = await json(["info", log, "--brief", "--at", day]);
    assert.equal((await json(["info", cache, "--brief", "--at", day])).asOf, head, day);
    heads.push(head);
  }
  assert.ok(new Set(heads).size > 2, heads.join());
});

test("today is a date at every moment, the same on a cache and on its log", async (t) => {
  const office = await openOffice(t, folder, { profile: { timeZone: "America/Los_Angeles" } });
  office.clock.nowMs = Date.parse("2026-12-30T12:00:00Z");
  const clientId = await clientOf(office, { name: "Harbour" });
  await issuedOf(office, { clientId });
  const todays: readonly [at: string, today: string][] = [
    ["9999-12-31T23:59:59-12:00", "9999-12-31"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31"],
    ["9999-12-31", "9999-12-31"],
    ["2027-06-30", "2027-06-30"],
    ["2020-06-30", "2020-06-30"],
    ["2020-06-30T23:59Z", "2020-06-30"],
  ];
  for (const [at, today] of todays)
    for (const place of [office.log.name, office.cachePath]) {
      const { exitCode, stdout } = await invoify(["open-items", place, "--at", at]);
      assert.equal(exitCode, 0);
      assert.equal(/as of (\S+?)[.:]?(?:\s|$)/m.exec(stdout)?.[1], today, `${place} --at ${at}: ${stdout}`);
    }
});
