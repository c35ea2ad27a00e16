/** The activity of the whole organization, in a real browser: each filter against SQL of its own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { assertAccessible, browserTest, goTo, hashOf } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { listedOn } from "../invoices/list.suite.ts";

const screens = await openDemoScreens({ invoices: 60 });
const setup = () => screens ?? assert.fail();

const countOf = (where: string, ...values: (string | number)[]) =>
  setup()
    .db.prepare<(string | number)[], number>(`SELECT count(*) FROM activity WHERE ${where}`)
    .pluck()
    .get(...values) ?? 0;

browserTest("the activity lists every event, newest first, with its thing, its user and its time", async () => {
  const { page, db, problems } = setup();
  await goTo(page, "/activity");
  const rows = await listedOn(page);
  assert.equal(rows.length, countOf("true"));
  const last = db.prepare<[], { at: number }>("SELECT at FROM activity ORDER BY seq DESC LIMIT 1").get();
  const when = await page.evaluate(
    (at) => new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(at),
    last?.at ?? 0,
  );
  assert.equal(rows[0]?.[3], when);
  assert.ok(rows.every(([what, of, who]) => what && of && who));
  assert.match(rows.at(-1)?.[0] ?? "", /^Organization registered/);
  await assertAccessible(page);
  assert.deepEqual(problems, []);
});

browserTest("who, what and when narrow the list, and every filter is in the address", async () => {
  const { page, db } = setup();
  const kinds = db.prepare<[], string>("SELECT DISTINCT stream_kind FROM activity").pluck().all();
  const types = db.prepare<[], string>("SELECT DISTINCT type FROM activity").pluck().all();
  await goTo(page, "/activity");
  const choice = (label: string) => page.getByRole("combobox", { name: label, exact: true });
  for (const what of [...kinds, ...types]) {
    await choice("What").selectOption(what);
    assert.equal(
      (await listedOn(page)).length,
      countOf("stream_kind = ? OR type = ?", what, what),
      `${what} is listed completely`,
    );
  }
  await choice("What").selectOption("InvoiceIssued");
  const actor = db.prepare<[], number>("SELECT actor FROM activity WHERE actor > 0 LIMIT 1").pluck().get() ?? 0;
  await choice("Who").selectOption(String(actor));
  assert.equal((await listedOn(page)).length, countOf("type = 'InvoiceIssued' AND actor = ?", actor));
  const day = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 10);
  const [start, end] = await page.evaluate((date) => {
    const [year = 0, month = 1, first = 1] = date.split("-").map(Number);
    return [new Date(year, month - 1, first).getTime(), new Date(year, month - 1, first + 20).getTime()];
  }, day);
  await page.getByLabel("From", { exact: true }).fill(day);
  await page
    .getByLabel("To", { exact: true })
    .fill(new Date(Date.parse(day) + 19 * 86_400_000).toISOString().slice(0, 10));
  const inRange = countOf("type = 'InvoiceIssued' AND actor = ? AND at >= ? AND at < ?", actor, start ?? 0, end ?? 0);
  assert.ok(inRange > 0);
  assert.equal((await listedOn(page)).length, inRange);
  assert.match(await hashOf(page), /^#\/activity\?(?=.*who=)(?=.*what=InvoiceIssued)(?=.*from=)(?=.*to=)/);
  await goTo(page, "/activity?what=nonsense&who=x&from=2024-13-99");
  assert.equal((await listedOn(page)).length, countOf("true"));
});

browserTest("an entry opens what it is about, and the export contains what the list shows", async () => {
  const { page, db } = setup();
  await goTo(page, "/activity?what=PaymentReceived&sort=seq");
  const rows = await listedOn(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^activity-\d{4}-\d\d-\d\d\.csv$/);
  const exported: Record<string, string>[] = parse(readFileSync(await download.path()), { bom: true, columns: true });
  const events = db
    .prepare<[], { seq: number; at: number }>(
      "SELECT seq, at FROM activity WHERE type = 'PaymentReceived' ORDER BY seq",
    )
    .all();
  assert.equal(rows.length, events.length);
  assert.deepEqual(
    exported.map((row) => [row.Event, row["Time (UTC)"], row.Type, row.Kind]),
    events.map(({ seq, at }) => [String(seq), new Date(at).toISOString(), "PaymentReceived", "payment"]),
  );
  assert.deepEqual(
    exported.map(({ Name, User }) => [Name, User]),
    rows.map(([, of, who]) => [of, who]),
  );
  const first = db.prepare<[], number>("SELECT min(seq) FROM activity WHERE type = 'PaymentReceived'").pluck().get();
  await page.locator("#main [role=grid]").evaluate((list) => list.scrollTo(0, 0));
  const links = page.locator("#main [aria-rowindex='2'] a");
  await links.nth(0).click();
  await page.waitForFunction((hash) => location.hash === hash, `#/events/${first}`);
  await page.goBack();
  await links.nth(1).click();
  await page.waitForFunction((hash) => location.hash === hash, `#/payments/${first}`);
});

browserTest("the activity of a client has the events of its documents and payments", async () => {
  const { page, db } = setup();
  const client = db.prepare<[], number>("SELECT client_id FROM payment LIMIT 1").pluck().get() ?? 0;
  const of = (table: string) => `SELECT id FROM ${table} WHERE client_id = ${client}`;
  const streams = `SELECT ${client} UNION ${of("invoice")} UNION ${of("payment")} UNION ${of("refund")}`;
  await goTo(page, `/clients/${client}`);
  // By its address: while the screen is loading, the last link of this name is the menu's.
  await page.locator(`#main a[href='#/activity?client=${client}']`).click();
  await page.waitForFunction((hash) => location.hash === hash, `#/activity?client=${client}`);
  assert.equal((await listedOn(page)).length, countOf(`stream IN (${streams})`));
  await page.getByRole("combobox", { name: "What", exact: true }).selectOption("PaymentReceived");
  const payments = countOf(`stream IN (${streams}) AND type = 'PaymentReceived'`);
  assert.ok(payments > 0);
  assert.equal((await listedOn(page)).length, payments);
});
