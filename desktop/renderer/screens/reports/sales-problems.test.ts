/** What the sales list asks to check: documents that the authorities would refuse, or ask about. */
import assert from "node:assert/strict";
import { runApi } from "../../../../api/running-api.suite.ts";
import { assertAccessible, browserTest, goTo, openScreens } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";
import { HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { waitForReads } from "../invoices/list.suite.ts";

const GOODS = { ...HOUR, vatCategory: "K", vatRate3: 0 };
/** Documents of a problem, more than are listed at once. */
const MANY = 7;

const api = CHROMIUM === null ? null : await runApi();
if (api) {
  const client = async (name: string, country: string, vatId: string) =>
    (await api.send("POST", "/api/clients", { name, vatId, address: { country } })).stream;
  const astray = await client("Astray", "FR", "DE123456789");
  for (let n = 0; n < MANY; n++) await issueInvoice(api, { clientId: astray, lines: [GOODS] });
  await issueInvoice(api, { clientId: await client("Fine", "FR", "FR12345678901"), lines: [GOODS] });
}
const screens = api && (await openScreens(api));
const setup = () => screens ?? assert.fail();
const THIS_YEAR = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/London" }).slice(0, 4);

browserTest(
  "documents to check are above the table, the first ones at once, and lead to document and client",
  async () => {
    const { page, problems } = setup();
    await goTo(page, `/reports/sales-list?period=${THIS_YEAR}`);
    await waitForReads(page);
    const box = page.getByRole("region", { name: "VAT ID of another country than the buyer's" });
    assert.equal(
      await box.getByRole("heading").textContent(),
      `VAT ID of another country than the buyer's: ${MANY} documents`,
    );
    const links = box.getByRole("link", { name: /INV-/ });
    assert.equal(await links.count(), 5);
    await assertAccessible(page);
    await box.getByText("2 more").click();
    assert.equal(await links.count(), MANY);
    assert.match((await box.locator("li").first().textContent()) ?? "", /to Astray, VAT ID DE123456789, £100\.00$/);
    const [table] = await page.locator(".report-table").all();
    const [above, below] = [await box.boundingBox(), await table?.boundingBox()];
    assert.ok(above && below && above.y < below.y);
    await box.getByRole("link", { name: "Astray" }).first().click();
    await page.getByRole("heading", { name: "Astray", level: 1 }).waitFor();
    assert.deepEqual(problems, []);
  },
);

browserTest("on paper, no document to check is folded away", async () => {
  const { page } = setup();
  await goTo(page, `/reports/sales-list?period=${THIS_YEAR}`);
  await waitForReads(page);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const paper = await page.evaluate<string>("document.body.innerText");
  await page.emulateMedia({ media: null });
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  assert.equal(paper.match(/to Astray, VAT ID DE123456789/g)?.length, MANY);
});
