/** A picker offers the row whose whole name or code was typed first, and something new last. */
import assert from "node:assert/strict";
import { runApi } from "../../../api/running-api.suite.ts";
import { browserTest, goTo, openScreens } from "../../app-tests/browser.suite.ts";
import { CHROMIUM } from "../../app-tests/chromium.suite.ts";

const api = CHROMIUM === null ? null : await runApi();
const screens = api && (await openScreens(api));
const setup = () => {
  assert.ok(api && screens);
  return { api, ...screens };
};

browserTest("a picker picks the client that was typed, and not a newer one that begins alike", async () => {
  const { api, page } = setup();
  for (const [name, city] of [
    ["Jäger Marine 3", "Kiel"],
    ["H&M", "Stockholm"],
    ["Jäger Marine 33", "Rostock"],
    ["H&M Homes", "Malmö"],
  ])
    await api.send("POST", "/api/clients", { name, address: { country: "DE", city } });
  await goTo(page, "/invoices/new");
  const client = page.getByRole("combobox", { name: "Client" });
  await client.waitFor();
  const options = page.getByRole("listbox", { name: "Client" }).getByRole("option");
  for (const [typed, offered] of [
    ["Jäger Marine 3", ["Jäger Marine 3 Kiel", "Jäger Marine 33 Rostock"]],
    ["jaeger marine 3", ["Jäger Marine 3 Kiel", "Jäger Marine 33 Rostock"]],
    ["H&M", ["H&M Stockholm", "H&M Homes Malmö"]],
    ["33 j", ["Jäger Marine 33 Rostock"]],
    ["&", ["H&M Homes Malmö", "H&M Stockholm"]],
  ] as const) {
    await client.fill(typed);
    await page.getByRole("option", { name: `New client “${typed}”…` }).waitFor();
    assert.deepEqual(await options.allTextContents(), [...offered, `New client “${typed}”…`]);
  }
  for (const [typed, name] of [
    ["jaeger marine 3", "Jäger Marine 3"],
    ["h & m", "H&M"],
  ] as const) {
    await client.fill(typed);
    await client.press("Enter");
    await page.waitForFunction(
      ([name]) =>
        [...document.querySelectorAll<HTMLInputElement>("[role=combobox]")].some(({ value }) => value === name),
      [name],
    );
  }
});

browserTest("the palette opens the client that was typed, in any spelling, also before a command", async () => {
  const { api, page } = setup();
  const names = ["Söder Werft 3", "Söder Werft 33", "Ö & B 7", "Diagnostics"];
  for (const name of names) await api.send("POST", "/api/clients", { name, address: { country: "SE", city: "Lund" } });
  const [werft = "", , letters = "", command = ""] = names;
  await goTo(page, "/");
  for (const [typed, name] of [
    ["soeder werft 3", werft],
    ["SODER  WERFT-3", werft],
    ["oe&b 7", letters],
    ["diagnostics", command],
  ] as const) {
    await page.keyboard.press("Control+k");
    await page.locator("dialog.palette").waitFor();
    await page.keyboard.type(typed);
    await page.keyboard.press("Enter");
    await page.locator("#main h1").getByText(name, { exact: true }).waitFor();
    assert.match(await page.evaluate(() => location.hash), /^#\/clients\/\d+$/, typed);
    await goTo(page, "/");
  }
});

browserTest("a typed item code that looks like one of the catalogue picks that item", async () => {
  const { api, page } = setup();
  const item = { description: "Blue mug", unit: "C62", price6: 1_000_000, vatCategory: "S", vatRate3: 20_000 };
  await api.send("POST", "/api/items", { code: "AB-1", ...item });
  await goTo(page, "/invoices/new");
  const line = page.getByRole("listitem", { name: "Line 1", exact: true });
  const code = line.getByLabel("Item", { exact: true });
  await code.fill("ab–1");
  await page.getByRole("option", { name: "AB-1" }).waitFor();
  await line.getByLabel("Description", { exact: true }).focus();
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLInputElement>("input")].some(({ value }) => value === "AB-1"),
  );
  assert.equal(await line.getByLabel("Description", { exact: true }).inputValue(), "Blue mug");
});
