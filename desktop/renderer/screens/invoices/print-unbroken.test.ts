/** Texts without a blank, as long as their fields allow, and amounts as large as they can be: nothing leaves the paper. */
import assert from "node:assert/strict";
import { openScreens } from "../../../app-tests/browser.suite.ts";
import { HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { runApi } from "../../../worker/sync/desktop.suite.ts";
import { printDocument, printTest } from "./print.suite.ts";

/** A text of one word, different for each field. */
const word = (name: string, length: number) => `${name}${"Wmn".repeat(length)}`.slice(0, length);

const address = {
  street: word("Street", 200),
  city: word("City", 100),
  postcode: word("Code", 20),
  region: word("Region", 100),
  country: "FR",
};
const seller = {
  legalName: word("Legal", 200),
  tradingName: word("Trading", 200),
  companyId: word("Register", 50),
  phone: word("Phone", 50),
};
const buyer = { name: word("Buyer", 200), vatId: word("FR", 20), companyId: word("Company", 50) };
const texts = {
  buyerReference: word("Reference", 100),
  orderReference: word("Order", 100),
  note: word("Note", 400),
};
const description = word("Description", 400);
const code = word("Item", 60);
const reasons = { allowance: word("Allowance", 200), charge: word("Charge", 200), exempt: word("Exempt", 200) };
const number = word("Number", 40);

const api = await runApi();
const organization = await api.get<{ number_series: Record<string, unknown>[] }>("/api/organization");
const known = organization.number_series.map(({ name, kind, prefix, digits, is_foreign }) => ({
  name,
  kind,
  prefix,
  digits,
  foreign: is_foreign === 1,
}));
await api.send("PATCH", "/api/organization", {
  ...seller,
  address,
  iban: "GB33BUKB20201555555555",
  bic: "BUKBGB22",
  series: [...known, { name: "Elsewhere", kind: "both", pattern: "{0}", first: 1, reset: "never", foreign: true }],
});
const client = await api.send("POST", "/api/clients", { ...buyer, address });
const invoice = await issueInvoice(
  api,
  {
    clientId: client.stream,
    currency: "IQD", // three decimals
    ...texts,
    adjustments: [
      { kind: "charge", reason: reasons.charge, amountMinor: 999_999_999_999, vatCategory: "S", vatRate3: 20_000 },
    ],
    reasons: [{ vatCategory: "E", reason: reasons.exempt }],
    lines: [
      {
        ...HOUR,
        code,
        description,
        quantity6: 99_999_123_456,
        price6: 9_876_543_212_345,
        adjustments: [{ kind: "allowance", reason: reasons.allowance, amountMinor: 123_456_789_012 }],
      },
      { ...HOUR, vatCategory: "E", vatRate3: 0 },
    ],
  },
  { series: "Elsewhere", number, exchangeRate6: 850_000 },
);
const screens = await openScreens(api);

for (const [format, width] of [
  ["A4", 210],
  ["Letter", 215.9],
] as const)
  printTest(`unbroken texts and large amounts stay on ${format}, whole`, async () => {
    const { page, problems } = screens ?? assert.fail();
    const { pages } = await printDocument(page, invoice, `Invoice ${number}`, { format });
    const printed = pages.join("").replaceAll(/\s/g, "");
    const all = { ...seller, ...buyer, ...address, ...texts, ...reasons, description, code, number };
    // The reader returns columns line by line, so only the beginning of a text is in one piece.
    for (const [name, text] of Object.entries(all))
      assert.ok(printed.includes(text.slice(0, 4)), `${name} is on the paper`);

    // The sheet exists between these two events.
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: Math.floor(((width - 32) / 25.4) * 96), height: 1_000 });
    await page.locator(".paper").waitFor();
    const outside = await page.evaluate(() => {
      const paper = document.querySelector(".paper");
      const { left, right } = paper?.getBoundingClientRect() ?? { left: 0, right: 0 };
      return [...(paper?.querySelectorAll("*:not(.paper-mark)") ?? [])]
        .filter((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return [...range.getClientRects(), element.getBoundingClientRect()].some(
            (box) => box.width > 0 && (box.left < left - 1 || box.right > right + 1),
          );
        })
        .map((element) => `${element.tagName} ${element.className}: ${element.textContent?.slice(0, 30)}`);
    });
    assert.deepEqual(outside, []);
    const overlaps = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".paper :is(h1, p, address, td, th, small)")]
        .filter((element) => element.querySelector("td, th, p, address") === null)
        .map((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return { element, rects: [...range.getClientRects()].filter(({ width }) => width > 0) };
        });
      const found: string[] = [];
      boxes.forEach((a, n) => {
        for (const b of boxes.slice(n + 1)) {
          if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
          const hit = a.rects.some((one) =>
            b.rects.some(
              (two) =>
                one.left < two.right - 1 &&
                two.left < one.right - 1 &&
                one.top < two.bottom - 2 &&
                two.top < one.bottom - 2,
            ),
          );
          if (hit) found.push(`${a.element.textContent?.slice(0, 20)} over ${b.element.textContent?.slice(0, 20)}`);
        }
      });
      return found;
    });
    assert.deepEqual(overlaps, []);
    const letters = await page.evaluate(() => document.querySelector<HTMLElement>(".paper")?.innerText ?? "");
    for (const [name, text] of Object.entries(all)) assert.ok(letters.includes(text), `${name} is whole`);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.deepEqual(problems, []);
  });
