/** What a customer gets, on paper: all that Directive 2006/112/EC asks for in its articles 219, 226 and 230. */
import assert from "node:assert/strict";
import { openScreens } from "../../../app-tests/browser.suite.ts";
import { draftInvoice, HOUR, issueInvoice } from "../../../app-tests/sales.suite.ts";
import { runApi } from "../../../worker/sync/desktop.suite.ts";
import { inOneLine, printDocument, printTest } from "./print.suite.ts";

const LOGO = "iVBORw0KGgoAAAANSUhEUgAAABgAAAAICAIAAABsw6g0AAAAFElEQVR42mNQDjhAFcQwatBINggAPOLmQan/FOkAAAAASUVORK5CYII=";
const LINES = 675;

const api = await runApi();
await api.send("PATCH", "/api/organization", {
  companyId: "01234567",
  phone: "+44 20 7946 0000",
  iban: "GB33BUKB20201555555555",
  bic: "BUKBGB22",
});
await api.send("PUT", "/api/organization/logo", { logo: { mediaType: "image/png", image: LOGO } });
const client = await api.send("POST", "/api/clients", {
  name: "Société <img src=x onerror=alert(1)> SARL",
  address: { street: "12 rue de la Paix", postcode: "75002", city: "Paris", country: "FR" },
  vatId: "FR12345678901",
});
const exempt = { vatCategory: "E", vatRate3: 0 };
const adjustments = [{ kind: "allowance", reason: "Regular customer", amountMinor: 500 }];
const LONG = "A long description that goes on ".repeat(12).trim();
const long = await issueInvoice(
  api,
  {
    clientId: client.stream,
    currency: "EUR",
    termsDays: 14,
    deliveredOn: "2026-01-31",
    buyerReference: "Dept. 7",
    orderReference: "PO-4711",
    note: "Thank you.\nSee you again.",
    prepaidMinor: 10_000,
    adjustments: [{ kind: "charge", reason: "Freight", amountMinor: 2_000, vatCategory: "S", vatRate3: 20_000 }],
    reasons: [{ vatCategory: "E", reason: "Exempt under article 132" }],
    lines: Array.from({ length: LINES }, (_, n) => ({
      ...HOUR,
      description: n === 4 ? LONG : `Article ${n + 1} of many`,
      quantity6: (n + 1) * 500_000,
      price6: 12_345_600,
      ...(n % 10 === 9 && exempt),
      ...(n === 2 && { adjustments }),
    })),
  },
  { exchangeRate6: 850_000 },
);
const reverse = await issueInvoice(api, {
  clientId: client.stream,
  lines: [{ ...HOUR, vatCategory: "AE", vatRate3: 0 }],
  reasons: [{ vatCategory: "AE", reason: "Article 196" }],
});
const creditNote = (await api.send("POST", `/api/invoices/${reverse}/credit-note`)).stream;
await api.send("POST", `/api/invoices/${creditNote}/issue`);
const draft = await draftInvoice(api, { clientId: client.stream });
const voided = await issueInvoice(api, { clientId: client.stream });
await api.send("POST", `/api/invoices/${voided}/void`, { reason: "Sent to the wrong client", neverDelivered: true });
const detail = await api.get<{ issued_on: string; gross_minor: number; net_minor: number; tax_minor: number }>(
  `/api/invoices/${long}`,
);
const screens = await openScreens(api);

for (const format of ["A4", "Letter"] as const)
  printTest(`675 lines on ${format}: every line, the headings on every page, and which page of how many`, async () => {
    const { page, problems } = screens ?? assert.fail();
    const { pages, images } = await printDocument(page, long, "Invoice INV-00001", { format });
    assert.ok(pages.length > 10, `${pages.length} pages`);
    const lines = pages.flatMap((text) => text.split("\n"));
    for (let n = 1; n <= LINES; n++) {
      const description = n === 5 ? "A long description" : `Article ${n} of many`;
      const quantity = (n / 2).toLocaleString("en-GB");
      const line = new RegExp(
        `^\\s*${n} +${description}.* ${quantity} hours? +12.3456 +${n % 10 === 0 ? "0% \\(E\\)" : "20%"} `,
      );
      if (n === 2) assert.match(lines.find((text) => text.includes(description)) ?? "", / 1 hour /);
      assert.equal(lines.filter((text) => line.test(text)).length, 1, `line ${n}`);
    }
    pages.forEach((text, n) => {
      assert.match(text, new RegExp(`Invoice INV-00001 +Page ${n + 1} of ${pages.length}\\s*$`), `page ${n + 1}`);
      if (/\bof many\b/.test(text)) assert.match(text, /# +Description +Quantity +Unit price +VAT +Net EUR/);
    });
    assert.ok(inOneLine(pages.join(" ")).includes("Thank you. See you again."));
    assert.ok(images >= 1, "the logo is there");
    assert.deepEqual(problems, []);
  });

printTest("an invoice has all that has to be on one", async () => {
  const { page } = screens ?? assert.fail();
  const { pages } = await printDocument(page, long, "Invoice INV-00001");
  const text = inOneLine(pages.join(" "));
  const money = (minor: number) =>
    (minor / 100).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const date = (day: string, later = 0) =>
    new Date(Date.parse(day) + later * 86_400_000).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    });
  const expected = {
    "(1) date of issue": `Date of issue ${date(detail.issued_on)}`,
    "(2) sequential number": "Number INV-00001",
    "(3) the seller's VAT ID": "VAT ID GB123456789",
    "(4) the customer's VAT ID": "VAT ID FR12345678901",
    "(5) the seller": "Example Ltd",
    "(5) the seller's address": "1 High Street",
    "(5) the customer, as text": "Société <img src=x onerror=alert(1)> SARL",
    "(5) the customer's street": "12 rue de la Paix",
    "(5) the customer's town": "75002 Paris",
    "(7) date of supply": "Date of supply 31 Jan 2026",
    "(8) discounts": "Allowance: Regular customer, −5.00",
    "(8) charges, with their rate": "Charge: Freight, VAT 20% 20.00",
    "(9) rate of the exemption": "0% (E) Exempt",
    "(10) VAT": `VAT ${money(detail.tax_minor)}`,
    "(11) why there is no VAT": "Exempt under article 132",
    "(230) VAT in the organization's currency": `VAT in GBP: £${money(Math.round(detail.tax_minor * 0.85))} (1 EUR = 0.85 GBP)`,
    net: `Total without VAT ${money(detail.net_minor)}`,
    gross: `Total with VAT €${money(detail.gross_minor)}`,
    prepaid: "Already paid -100.00",
    payable: `Amount due €${money(detail.gross_minor - 10_000)}`,
    terms: `Payment due ${date(detail.issued_on, 14)} (14 days)`,
    IBAN: "IBAN GB33 BUKB 2020 1555 5555 55",
    BIC: "BIC BUKBGB22",
    "the reference to pay with": "with the reference INV-00001",
    "the customer's reference": "Your reference Dept. 7",
    "the customer's order": "Your order PO-4711",
    "a description that is broken into lines": LONG,
  };
  const layout = (part: string) => text.includes(part) || inOneLine(columnsOf(pages)).includes(part);
  for (const [what, part] of Object.entries(expected)) assert.ok(layout(part), `${what}: ${part}`);
  // (8) the taxable amount of each rate, and (10) its VAT, as the API has them.
  const { taxes } = await api.get<{
    taxes: { vat_rate3: number; taxable_minor: number; tax_minor: number }[];
  }>(`/api/invoices/${long}`);
  assert.equal(taxes.length, 2);
  for (const tax of taxes)
    assert.match(
      text,
      new RegExp(`${tax.vat_rate3 / 1000}%( \\(E\\) Exempt)? ${money(tax.taxable_minor)} ${money(tax.tax_minor)}`),
    );
});

printTest("a reverse charge is called one, with its reason", async () => {
  const { page } = screens ?? assert.fail();
  const { pages } = await printDocument(page, reverse, "Invoice INV-00002");
  const text = inOneLine(pages.join(" "));
  assert.match(text, /0% \(AE\) Reverse charge/);
  assert.match(text, /Article 196/);
  assert.doesNotMatch(text, /Date of supply/);
});

printTest("a credit note names the invoice that it corrects, and asks for no payment", async () => {
  const { page } = screens ?? assert.fail();
  const { pages } = await printDocument(page, creditNote, "Credit note INV-00003");
  const [text = ""] = pages.map(inOneLine);
  assert.match(text, /Credit note/);
  assert.match(text, /Corrects invoice INV-00002 of \d+ \w+ \d{4}/);
  assert.doesNotMatch(text, /IBAN|Payment due/);
});

printTest("a draft and a void invoice cannot be taken for an invoice", async () => {
  const { page } = screens ?? assert.fail();
  const drafted = inOneLine((await printDocument(page, draft, `Draft invoice ${draft}`)).pages.join(" "));
  assert.match(drafted, /Draft invoice/);
  assert.match(drafted, /No number yet/);
  assert.match(drafted, /75002 Paris/);
  assert.doesNotMatch(drafted, /Please pay/);
  const done = inOneLine((await printDocument(page, voided, "Invoice INV-00004")).pages.join(" "));
  assert.match(done, /Void invoice/);
  assert.doesNotMatch(done, /Please pay/);
});

/** The text again with what stands in one column together, where a page has two beside one another. */
function columnsOf(pages: readonly string[]): string {
  return pages
    .flatMap((text) => text.split("\n"))
    .map((line) => line.split(/ {3,}/))
    .map((parts) => parts.at(0) || parts.at(1) || "")
    .join(" ");
}
