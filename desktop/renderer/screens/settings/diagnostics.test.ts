/**
 * Diagnostics and the settings of this device, in a real browser; and what is left when the server is gone, and after a
 * logout.
 */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../../../projector/cache/digest.ts";
import { askWorker, assertAccessible, browserTest, goTo } from "../../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../../app-tests/demo-screens.suite.ts";
import { count, day, money } from "../../text/format.ts";

const screens = await openDemoScreens({ invoices: 60 });
const setup = () => screens ?? assert.fail();
const one = <T>(sql: string) => setup().db.prepare<[], T>(sql).pluck().get() ?? assert.fail();

browserTest("diagnostics show versions, files, positions and the digest", async () => {
  const { page, db, folder } = setup();
  await goTo(page, "/diagnostics");
  const fact = (name: string) => page.locator(".facts div", { hasText: name }).locator("dd");
  const head = count(one<number>("SELECT max(seq) FROM activity"), "en-GB");
  await fact("Cache's checkpoint").waitFor();
  for (const name of ["Server's head", "Mirror's head", "Cache's checkpoint"])
    assert.equal(await fact(name).textContent(), head, name);
  assert.equal(await fact("Node").textContent(), process.version);
  const files = await page.locator("section", { hasText: "Files" }).locator("tbody td:first-child").allTextContents();
  assert.ok(files.includes("invoify.sqlite") && files.some((name) => name.endsWith(".mirror.sqlite")), files.join());
  await page.getByText(folder, { exact: true }).waitFor();
  await page.getByRole("button", { name: "Compute" }).click();
  await page.locator("code:not(.fingerprint)").waitFor();
  assert.equal(await page.locator("code:not(.fingerprint)").textContent(), digestOf(db).digest);
  const syncs = page.locator("section", { has: page.getByRole("heading", { name: "Recent syncs" }) });
  assert.ok((await syncs.locator("tbody tr").count()) > 0);
});

browserTest("a button rebuilds the cache, with the same digest", async () => {
  const { page, db, folder } = setup();
  await goTo(page, "/diagnostics");
  const before = digestOf(db).digest;
  const file = join(folder, "invoify.sqlite");
  const { ino } = statSync(file);
  await page.getByRole("button", { name: "Rebuild cache" }).click();
  await page.getByText("The cache was rebuilt.").waitFor();
  assert.notEqual(statSync(file).ino, ino, "it is another file");
  await goTo(page, "/");
  await goTo(page, "/diagnostics");
  await page.getByRole("button", { name: "Compute" }).click();
  await page.locator("code:not(.fingerprint)").waitFor();
  assert.equal(await page.locator("code:not(.fingerprint)").textContent(), before);
});

browserTest("diagnostics are exported as a file without personal data", async () => {
  const { page, folder } = setup();
  await goTo(page, "/diagnostics");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export diagnostics" }).click();
  const download = await coming;
  assert.match(download.suggestedFilename(), /^invoify-diagnostics-\d{4}-\d\d-\d\d\.json$/);
  const text = readFileSync(await download.path(), "utf8");
  assert.ok(JSON.parse(text).versions.node);
  for (const secret of [
    one<string>("SELECT legal_name FROM organization"),
    one<string>('SELECT email FROM "user" LIMIT 1'),
    one<string>('SELECT name FROM "user" LIMIT 1'),
    "127.0.0.1",
    folder,
  ])
    assert.ok(!text.includes(secret), secret);
});

browserTest("a language applies immediately to dates, numbers and amounts, and is stored", async () => {
  const { page, open } = setup();
  for (const [tag, name] of [
    ["de-DE", "German (Germany)"],
    ["ja-JP", "Japanese (Japan)"],
  ] as const) {
    await goTo(page, "/settings/device");
    await page.getByLabel("Dates, numbers and amounts").selectOption(name);
    await page.getByText(day("2026-06-30", tag), { exact: false }).waitFor();
    await goTo(page, "/");
    await page.locator(".figure").first().waitFor();
    const currency = (await page.locator(".tabs [aria-pressed=true]").textContent()) ?? "";
    const figure = await page.locator(".figure", { hasText: "Overdue" }).locator("dd").first().textContent();
    const late = one<number>(
      `SELECT coalesce(sum(gross_minor - prepaid_minor + rounding_minor - paid_minor), 0) FROM invoice
       WHERE currency = '${currency}' AND status = 'issued' AND kind = 'invoice' AND due_on < date('now')`,
    );
    assert.equal(figure, money(late, currency, tag));
    const another = await open();
    await another.locator(".page-head .detail").waitFor();
    assert.match((await another.locator(".page-head .detail").textContent()) ?? "", /^\d{1,2} [A-Z][a-z]+ \d{4}$/);
    await another.context().close();
  }
  await goTo(page, "/settings/device");
  await page.getByLabel("Dates, numbers and amounts").selectOption("");
});

browserTest("colours apply immediately, override the system's, and are stored", async () => {
  const { page, open } = setup();
  await goTo(page, "/settings/device");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByLabel("Dark").check();
  await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor !== was, light);
  await assertAccessible(page);
  const another = await open({ colorScheme: "light" });
  await another.locator(".figure").first().waitFor();
  assert.equal(await another.evaluate(() => document.documentElement.dataset.theme), "dark");
  await another.context().close();
  await page.getByLabel("Light").check();
  await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor === was, light);
  await assertAccessible(page);
  await page.getByRole("radio", { name: "System default" }).check();
});

browserTest("without the server, all data is shown with a quiet note; Sync now shows the error", async () => {
  const { page, stopServer, problems } = setup();
  await stopServer();
  await page.getByText("Offline. You see your data", { exact: false }).waitFor();
  for (const [path, heading] of [
    ["/", "Overview"],
    ["/invoices", "Invoices"],
    ["/clients", "Clients"],
    ["/items", "Items"],
    ["/payments", "Payments"],
    ["/diagnostics", "Diagnostics"],
    ["/settings", "Settings"],
    ["/settings/device", "Settings"],
  ] as const) {
    await goTo(page, path);
    await page.getByRole("heading", { name: heading, level: 1, exact: true }).waitFor();
    assert.equal(await page.locator(".problem").count(), 0, path);
  }
  await page.keyboard.press("F5");
  await page.locator(".sync-error", { hasText: "Invoify is not running there" }).waitFor();
  await assertAccessible(page);
  assert.deepEqual(problems, []);
});

browserTest("a logout asks for confirmation, and then no data is shown", async () => {
  const { page } = setup();
  const known = [
    one<string>("SELECT legal_name FROM organization"),
    one<string>("SELECT name FROM client WHERE archived = 0 ORDER BY name LIMIT 1"),
  ];
  await goTo(page, "/clients");
  await page
    .getByText(known[1] ?? "")
    .first()
    .waitFor();
  await goTo(page, "/settings/device");
  await page.getByRole("button", { name: "Log out…" }).click();
  await page.getByRole("button", { name: "Stay logged in" }).click();
  await page.getByRole("button", { name: "Log out…" }).click();
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  for (const path of ["/clients", "/", "/invoices"]) {
    await goTo(page, path);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  }
  await page.goBack();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  const content = await page.content();
  for (const name of known) assert.ok(!content.includes(name), name);
  const stored = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  assert.deepEqual(stored, ["invoify-viewer"], "only what lets the page use the viewer");
  const answer = await askWorker(page, "listClients", {});
  assert.equal(answer.failure?.code, "NO_DATA");
  await assertAccessible(page);
});
