/** That the pages have what article 226 of the VAT Directive (2006/112/EC) asks of an invoice, point by point. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SemanticInvoice, SemanticTax } from "../../events/einvoice/semantic.ts";
import { INVOICE, inputOf, textOf } from "./paper.suite.ts";
import { paper } from "./paper.ts";
import { RICH } from "./rich.suite.ts";
import { compact } from "./stated.suite.ts";
import { LANGUAGES } from "./v1/words/words.ts";

const SUPPLY: SemanticInvoice = { ...RICH, period: null, taxPointOn: null };
const EXEMPT: SemanticTax = {
  vatCategory: "E",
  vatRate3: 0,
  taxableMinor: 152_500,
  taxMinor: 0,
  reason: null,
  reasonCode: null,
};
const withTaxes = (...taxes: SemanticTax[]): SemanticInvoice => ({ ...INVOICE, taxes });

/** Each point, a document that it is about, and what its pages have. */
const POINTS: readonly (readonly [point: string, invoice: SemanticInvoice, texts: readonly string[]])[] = [
  ["(1) the date of issue", SUPPLY, ["28 Nov 2026"]],
  ["(2) a sequential number", SUPPLY, ["Invoice 2026/11/0815"]],
  ["(3) the supplier's VAT number", SUPPLY, ["VAT ID DE123456789"]],
  ["(4) the customer's VAT number", SUPPLY, ["Your VAT ID", "FR12345678901"]],
  [
    "(5) full names and addresses of both",
    SUPPLY,
    [
      "Nordlicht Werkstatt GmbH Hafenstraße 12 20359 Hamburg Germany",
      "Café Amélie SARL 12 rue des Martyrs Bâtiment C 3e étage 75009 Paris Île-de-France France",
    ],
  ],
  ["(6) quantity and nature", SUPPLY, ["Control cabinet, wired", "12.5 pieces", "Consulting on site", "3 hours"]],
  ["(7) the date of the supply", SUPPLY, ["Date of supply", "20 Nov 2026"]],
  ["(7) the period of the supply", RICH, ["Period", "1 Oct 2026 – 31 Oct 2026"]],
  ["(7) the tax point", RICH, ["Tax point", "21 Nov 2026"]],
  ["(7a) cash accounting", { ...INVOICE, taxPointCode: "432" }, ["cash accounting"]],
  [
    "(8) the taxable amount by rate or exemption",
    SUPPLY,
    ["19% 11,634.69 2,210.59", "0% (E) 1,525.00 0.00", "0% (AE) 135.00 0.00"],
  ],
  ["(8) the price of a unit without VAT", SUPPLY, ["96.012345", "per 100 pieces", "1,105.00"]],
  [
    "(8) discounts that are not in the price",
    SUPPLY,
    [
      "Price before discount 120.00",
      "Discount, Framework discount, 2% of 12,001.54: −240.03",
      "Volume, 1% of 10,000.00",
    ],
  ],
  ["(9) the rates", { ...INVOICE, lines: INVOICE.lines.map((line) => ({ ...line, vatRate3: 9_975 })) }, ["9.975%"]],
  ["(10) the amount of VAT", SUPPLY, ["VAT 2,410.03"]],
  ["(10a) self-billing", { ...INVOICE, typeCode: "389" }, ["Self-billing"]],
  ["(11) why it is exempt", SUPPLY, ["Exempt from VAT", "Education, section 4 no. 21 UStG", "VATEX-EU-132-1I"]],
  ["(11a) reverse charge", SUPPLY, ["Reverse charge"]],
  [
    "(12) a new means of transport",
    {
      ...INVOICE,
      lines: INVOICE.lines.map((line) => ({
        ...line,
        attributes: [{ name: "First entry into service", value: "1 May 2026" }],
      })),
    },
    ["First entry into service: 1 May 2026"],
  ],
  [
    "(13) travel agents",
    withTaxes({ ...EXEMPT, reasonCode: "VATEX-EU-D" }),
    ["Margin scheme: travel agents", "VATEX-EU-D"],
  ],
  [
    "(14) second-hand goods, works of art, antiques",
    withTaxes(...["VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"].map((reasonCode) => ({ ...EXEMPT, reasonCode }))),
    [
      "Margin scheme: second-hand goods",
      "Margin scheme: works of art",
      "Margin scheme: collector’s items and antiques",
    ],
  ],
  [
    "(15) the tax representative",
    SUPPLY,
    [
      "Tax representative of the seller",
      "Fisc Assist BV Keizersgracht 1 1015 CJ Amsterdam Netherlands VAT ID NL001234567B01",
    ],
  ],
  [
    "article 219: what is corrected",
    { ...INVOICE, typeCode: "384", preceding: RICH.preceding },
    ["Corrects invoice 2026/09/0611 of 30 Sept 2026"],
  ],
  ["article 230: VAT in the national currency", SUPPLY, ["VAT in PLN: PLN 10,304.56"]],
];

const pages = new Map<SemanticInvoice, string>();
function textOfPages(invoice: SemanticInvoice): string {
  const text = pages.get(invoice) ?? compact(textOf(paper(inputOf(invoice))));
  pages.set(invoice, text);
  return text;
}

for (const [point, invoice, texts] of POINTS)
  test(`article 226 ${point}`, () => {
    for (const text of texts)
      assert.ok(textOfPages(invoice).includes(compact(text)), `${text} in ${textOfPages(invoice)}`);
  });

/** The mentions as the Directive, or the law of the country where more is usual, has them. */
const MENTIONS: Readonly<Record<string, readonly string[]>> = {
  // Cash accounting, self-billing, reverse charge, travel agents, second-hand goods, works of art, antiques.
  en: [
    "cash accounting",
    "Self-billing",
    "Reverse charge",
    "travel agents",
    "second-hand goods",
    "works of art",
    "antiques",
  ],
  de: [
    "Besteuerung nach vereinnahmten Entgelten",
    "Gutschrift",
    "Steuerschuldnerschaft des Leistungsempfängers",
    "Sonderregelung für Reisebüros",
    "Gebrauchtgegenstände/Sonderregelung",
    "Kunstgegenstände/Sonderregelung",
    "Sammlungsstücke und Antiquitäten/Sonderregelung",
  ],
  fr: [
    "comptabilité de caisse",
    "autofacturation",
    "Autoliquidation",
    "Régime particulier – Agences de voyages",
    "Régime particulier – Biens d’occasion",
    "Régime particulier – Objets d’art",
    "Régime particulier – Objets de collection et d’antiquité",
  ],
  es: [
    "régimen especial del criterio de caja",
    "Facturación por el destinatario",
    "Inversión del sujeto pasivo",
    "Régimen especial de las agencias de viajes",
    "Régimen especial de los bienes usados",
    "Régimen especial de los objetos de arte",
    "Régimen especial de las antigüedades y objetos de colección",
  ],
  it: [
    "contabilità di cassa",
    "Autofatturazione",
    "Inversione contabile",
    "Regime del margine – agenzie di viaggio",
    "Regime del margine – beni usati",
    "Regime del margine – oggetti d’arte",
    "Regime del margine – oggetti di antiquariato o da collezione",
  ],
  nl: [
    "kasstelsel",
    "Factuur uitgereikt door afnemer",
    "Btw verlegd",
    "Bijzondere regeling reisbureaus",
    "Bijzondere regeling – gebruikte goederen",
    "Bijzondere regeling – kunstvoorwerpen",
    "Bijzondere regeling – voorwerpen voor verzamelingen of antiquiteiten",
  ],
  pl: [
    "metoda kasowa",
    "Samofakturowanie",
    "Odwrotne obciążenie",
    "Procedura marży dla biur podróży",
    "Procedura marży – towary używane",
    "Procedura marży – dzieła sztuki",
    "Procedura marży – przedmioty kolekcjonerskie i antyki",
  ],
};

test("the mentions have the words of the law in every language", () => {
  const codes = ["VATEX-EU-D", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"];
  const invoice: SemanticInvoice = {
    ...withTaxes(...codes.map((reasonCode) => ({ ...EXEMPT, reasonCode })), {
      ...EXEMPT,
      vatCategory: "AE",
      reasonCode: "VATEX-EU-AE",
    }),
    typeCode: "389",
    taxPointCode: "432",
  };
  assert.deepEqual(Object.keys(MENTIONS), LANGUAGES);
  for (const [language, mentions] of Object.entries(MENTIONS)) {
    const text = compact(textOf(paper(inputOf(invoice, { language })))).toLowerCase();
    for (const mention of mentions)
      assert.ok(text.includes(compact(mention).toLowerCase()), `${language}: ${mention} in ${text}`);
  }
});
