/** The form of number series, with input that an earlier release stored and did not send. */
import assert from "node:assert/strict";
import { OWNER, runApi } from "../../../../api/running-api.suite.ts";
import { askWorker, browserTest, goTo, openScreensOf } from "../../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens =
  api && (await openScreensOf({ server: api.base, login: OWNER, head: await api.organization.log.head() }));

interface OrganizationJson {
  version: number;
  number_series: { name: string; pattern: string; first: number; reset: string; is_foreign: number }[];
}

browserTest("input that release 0.1 stored, with a prefix and digits, opens with its pattern and is sent", async () => {
  assert.ok(api && screens);
  const { page, problems } = screens;
  const { version } = await api.get<OrganizationJson>("/api/organization");
  const main = { name: "main", kind: "both", prefix: "INV-", digits: "5", foreign: false };
  const added = { name: "branch", kind: "invoice", prefix: "B/", digits: "3", foreign: false };
  const external = { name: "old", kind: "both", prefix: "", digits: "1", foreign: true };
  const text = JSON.stringify({ value: { series: [added, main, external] }, base: { series: [main] }, version });
  assert.ok((await askWorker(page, "keepInput", { form: "organization/series", text })).ok);
  await goTo(page, "/settings/series");
  await page.getByText("It has not been sent yet.").waitFor();
  const row = page.getByRole("group", { name: "Series branch" });
  assert.equal(await row.getByLabel("Pattern").inputValue(), "B/{000}");
  assert.equal(await row.getByLabel("First number").inputValue(), "1");
  await row.getByText("Next: B/001").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  assert.deepEqual(
    (await api.get<OrganizationJson>("/api/organization")).number_series.map((one) => [
      ...[one.name, one.pattern, one.first, one.reset, one.is_foreign],
    ]),
    [
      ["branch", "B/{000}", 1, "never", 0],
      ["main", "INV-{00000}", 1, "never", 0],
      ["old", "{0}", 1, "never", 1],
    ],
  );
  assert.deepEqual(problems, []);
});
