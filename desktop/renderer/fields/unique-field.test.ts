/** A code or reference that is taken is said while it is typed, in a real browser. */
import assert from "node:assert/strict";
import { assertAccessible, browserTest, goTo } from "../../app-tests/browser.suite.ts";
import { openDemoScreens } from "../../app-tests/demo-screens.suite.ts";

const screens = await openDemoScreens({ invoices: 40 });
const setup = () => screens ?? assert.fail();
const textOf = (sql: string) => setup().db.prepare<[], string>(sql).pluck().get() ?? assert.fail();

browserTest("the code of another item, written in another way, is refused while it is typed", async () => {
  const { page } = setup();
  const code = textOf("SELECT code FROM item ORDER BY id LIMIT 1");
  const similar = ` ${code.toLowerCase()}`;
  assert.notEqual(similar, code);
  await goTo(page, "/items/new");
  const field = page.getByLabel("Code");
  await field.fill(similar);
  const said = page.getByRole("status").filter({ hasText: `Another item has the code ${code}` });
  await said.waitFor();
  assert.match(await said.innerText(), /which looks the same as/);
  await assertAccessible(page);
  await field.fill(`${code}-NEW`);
  await said.waitFor({ state: "detached" });
  await field.fill(code);
  await page
    .getByRole("status")
    .filter({ hasText: `Another item has the code ${code}.` })
    .waitFor();
});

browserTest("an item's own code is free to it", async () => {
  const { page } = setup();
  const id = textOf("SELECT id FROM item WHERE archived = 0 ORDER BY id LIMIT 1");
  const other = textOf("SELECT code FROM item WHERE archived = 0 ORDER BY id DESC LIMIT 1");
  await goTo(page, `/items/${id}/edit`);
  const field = page.getByLabel("Code");
  const own = await field.inputValue();
  await field.fill(other);
  const said = page.getByText("Another item has the code");
  await said.waitFor();
  await field.fill(own.toLowerCase());
  await said.waitFor({ state: "detached" });
});
