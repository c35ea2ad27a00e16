/** What a user is told about the proof of the history, in a real browser; what happened, and what to do next. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { runApi } from "../../../api/running-api.suite.ts";
import { PROOF_STATES } from "../../../fixtures/demo/screenshots-proofs.ts";
import { intercept } from "../../../fixtures/demo/screenshots-states.ts";
import { assertAccessible, browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";

const api = await runApi();
const screens = await openScreens(api);

/** Opens a page in a state of `PROOF_STATES`. */
async function open(state: string): Promise<Page> {
  const page = await (screens ?? assert.fail()).open();
  await intercept(page, PROOF_STATES[state] ?? assert.fail(state));
  await page.reload();
  return page;
}

browserTest(
  "the status says up to which event everything is verified, and Diagnostics and Settings show the key",
  async () => {
    const { page } = screens ?? assert.fail();
    const head = await api.organization.log.head();
    await page.getByText(`Verified to event ${head}`, { exact: true }).waitFor();
    for (const path of ["/diagnostics", "/settings/device"]) {
      await goTo(page, path);
      const { fingerprints } = await api.get<{ fingerprints: { ed25519: string } }>("/api/log/key");
      const shown = await page.locator("code.fingerprint").first().textContent();
      assert.equal(shown?.replaceAll(" ", ""), fingerprints.ed25519, path);
      await assertAccessible(page);
    }
  },
);

browserTest("the evidence is saved as a file", async () => {
  const { page } = screens ?? assert.fail();
  await goTo(page, "/diagnostics");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save evidence" }).click();
  const download = await coming;
  assert.match(download.suggestedFilename(), /^invoify-evidence-\d{4}-\d\d-\d\d\.json$/);
  const { checkpoints, log } = JSON.parse(readFileSync(await download.path(), "utf8"));
  assert.equal(log, api.logId);
  assert.ok(checkpoints.length > 0);
});

/** By state: what the banner says, and its buttons. */
const BANNERS: Readonly<Record<string, { says: RegExp; buttons: readonly string[] }>> = {
  "altered-received": {
    says: /not what the server signed.*event 1,082, recorded on 3 Mar 2026, 14:05 by Olive Owner.*Nothing was deleted.*operator/s,
    buttons: ["Save evidence", "Download again…"],
  },
  "altered-rewritten": {
    says: /history was changed afterwards.*event 1,082.*Up to event 2,184, it was verified on.*auditor/s,
    buttons: ["Save evidence", "Accept the server's history…"],
  },
  "altered-device": {
    says: /on this computer was changed by something other than Invoify.*events 1,025 to 1,280/s,
    buttons: ["Save evidence", "Download again…"],
  },
  "altered-server": {
    says: /server reports that its own history was changed.*first difference is event 1,082, recorded on 3 Mar 2026, 14:05 by Olive Owner\. You can read/s,
    buttons: ["Save evidence"],
  },
  "altered-server-unnamed": {
    says: /server reports that its own history was changed.*signs nothing more\. +You can read/s,
    buttons: ["Save evidence"],
  },
  "key-changed": { says: /key has changed, and nobody announced it.*by telephone/s, buttons: ["Trust the new key…"] },
  "key-gone": { says: /no longer signs its history/, buttons: ["Continue without signatures…"] },
  behind: {
    says: /lost changes that it had confirmed.*signed 2,184 events.*first that it lacks is event 2,101, recorded on 19 Nov 2026, 15:20 by Olive Owner\..*put the lost changes back/s,
    buttons: ["Save evidence", "Download the server's history…"],
  },
  restored: {
    says: /restored from a backup.*84 changes are only on this computer: events 2,101 to 2,184/s,
    buttons: ["Download the server's history…"],
  },
};

for (const [state, { says, buttons }] of Object.entries(BANNERS))
  browserTest(`a banner says what happened and what to do: ${state}`, async () => {
    const page = await open(state);
    const banner = page.getByRole("alert").filter({ hasText: says });
    await banner.waitFor();
    assert.deepEqual(await banner.getByRole("button").allTextContents(), buttons);
    await assertAccessible(page);
    const last = banner.getByRole("button").last();
    if (buttons.at(-1)?.endsWith("…")) {
      await last.press("Enter");
      await assertAccessible(page);
      await banner.getByRole("button", { name: "Not now" }).press("Enter");
      assert.deepEqual(await banner.getByRole("button").allTextContents(), buttons);
    }
    await page.context().close();
  });

browserTest("what needs no decision is said quietly", async () => {
  for (const [state, words] of [
    ["key-announced", "which its earlier key announced"],
    ["old-signature", "an older signature than before"],
    ["unsigned", "Not signed by the server"],
  ] as const) {
    const page = await open(state);
    await page.getByText(words, { exact: false }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0, state);
    await assertAccessible(page);
    await page.context().close();
  }
});
