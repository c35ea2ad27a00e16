/** Characters that no font of the paper has are named while they are typed, with their place. */
import assert from "node:assert/strict";
import { assertAccessible, browserTest } from "../../../app-tests/browser.suite.ts";
import { openDesk, openForm } from "./invoice-form.suite.ts";

const desk = await openDesk();

browserTest("an unprintable character is named with its place, until it is gone", async () => {
  const { page } = desk ?? assert.fail();
  await openForm(page, "/invoices/new", "New invoice");
  const notice = page.getByRole("status", { name: "Characters that cannot be printed" });
  const description = page.locator('[name="lines.0.description"]');
  await description.fill("Größe, Łódź, Ελλάδα, 東京, 서울");
  assert.equal(await notice.count(), 0, "the fonts have these");
  await description.fill("Party 🎉 and 𓀀");
  await notice.getByText("“🎉” “𓀀” in line 1, description").waitFor();
  await page.locator('[name="note"]').fill("𓀀");
  await notice.getByText("“𓀀” in note").waitFor();
  await assertAccessible(page);
  await description.fill("Party");
  await page.locator('[name="note"]').fill("");
  await notice.waitFor({ state: "detached" });
});
