/** Documents for tests of papers. */
import { spawnSync } from "node:child_process";
import { PNG } from "pngjs";
import type { SemanticInvoice, SemanticLine } from "../../events/einvoice/semantic.ts";
import type { PaperInput } from "./parts/input.ts";

export const LINE: SemanticLine = {
  id: "1",
  note: null,
  object: null,
  quantity6: 3_000_000,
  unit: "HUR",
  netMinor: 28_500,
  orderLine: null,
  accountingReference: null,
  period: null,
  adjustments: [],
  price6: 95_000_000,
  grossPrice6: null,
  baseQuantity6: null,
  name: "Consulting on site",
  description: null,
  sellerItemId: null,
  buyerItemId: null,
  standardItemId: null,
  classifications: [],
  origin: null,
  attributes: [],
  vatCategory: "S",
  vatRate3: 20_000,
};

const NONE = { tradingName: null, identifiers: [], companyId: null, electronicAddress: null, contact: null };
const ADDRESS = { street2: null, street3: null, region: null };

export const INVOICE: SemanticInvoice = {
  kind: "invoice",
  typeCode: "380",
  number: "INV-2026-0042",
  issuedOn: "2026-11-28",
  currency: "EUR",
  taxPointOn: null,
  taxPointCode: null,
  dueOn: "2026-12-12",
  buyerReference: "PO-7734",
  project: null,
  contract: null,
  order: null,
  salesOrder: null,
  receipt: null,
  despatch: null,
  tender: null,
  object: null,
  accountingReference: null,
  terms: "Payable within 14 days, without deduction.",
  notes: [{ subject: null, text: "Thank you for your order." }],
  preceding: [],
  seller: {
    ...NONE,
    name: "Nordlicht Werkstatt GmbH",
    vatId: "DE123456789",
    taxId: "12/345/67890",
    companyId: { id: "HRB 12345", scheme: null },
    legalInfo: "Managing director: Anna Lindqvist · Amtsgericht Hamburg",
    address: { ...ADDRESS, street: "Hafenstraße 12", city: "Hamburg", postcode: "20359", country: "DE" },
    contact: { name: "Anna Lindqvist", phone: "+49 40 1234567", email: "hello@nordlicht.example" },
  },
  buyer: {
    ...NONE,
    name: "Café Amélie SARL",
    vatId: "FR12345678901",
    address: { ...ADDRESS, street: "12 rue des Martyrs", city: "Paris", postcode: "75009", country: "FR" },
  },
  payee: null,
  taxRepresentative: null,
  delivery: { name: null, location: null, deliveredOn: "2026-11-20", address: null },
  period: null,
  payment: {
    meansCode: "58",
    meansText: null,
    remittance: null,
    accounts: [{ account: "DE89370400440532013000", name: null, bic: "COBADEFFXXX" }],
    card: null,
    directDebit: null,
  },
  adjustments: [],
  totals: {
    linesMinor: 152_500,
    allowancesMinor: 0,
    chargesMinor: 0,
    netMinor: 152_500,
    taxMinor: 28_975,
    grossMinor: 181_475,
    prepaidMinor: 0,
    roundingMinor: 0,
    payableMinor: 181_475,
  },
  accounting: null,
  taxes: [
    { vatCategory: "S", vatRate3: 20_000, taxableMinor: 139_000, taxMinor: 27_800, reason: null, reasonCode: null },
    { vatCategory: "S", vatRate3: 8_704, taxableMinor: 13_500, taxMinor: 1_175, reason: null, reasonCode: null },
  ],
  lines: [
    LINE,
    {
      ...LINE,
      id: "2",
      name: "Espresso machine, overhaul",
      description: "Model E61, serial 88-1234. Seals, pump and boiler replaced; tested under pressure for two hours.",
      quantity6: 1_000_000,
      unit: "C62",
      price6: 1_105_000_000,
      netMinor: 110_500,
      sellerItemId: "SRV-E61",
    },
    {
      ...LINE,
      id: "3",
      name: "Coffee, 1 kg",
      quantity6: 7_500_000,
      unit: "KGM",
      price6: 18_000_000,
      netMinor: 13_500,
      vatRate3: 8_704,
    },
  ],
};

export function inputOf(invoice: SemanticInvoice, more: Partial<PaperInput> = {}): PaperInput {
  return {
    document: { kind: "invoice", invoice, cancels: false },
    language: "en",
    size: "a4",
    logo: null,
    colour: null,
    mark: null,
    attachment: null,
    ...more,
  };
}

/** The text of all pages in the order in which it is written, with blanks of any kind as one space, and without the marks that let long words be parted. */
export function textOf(pdf: Uint8Array): string {
  return poppler("pdftotext", ["-raw", "-", "-"], pdf).replaceAll("\u200b", "").replaceAll(/\s+/g, " ");
}

export interface Page {
  width: number;
  height: number;
  /** In points, from the top left corner. */
  words: { text: string; xMin: number; xMax: number; yMin: number; yMax: number }[];
}

/** The words of each page, and where they are. */
export function pagesOf(pdf: Uint8Array): Page[] {
  const html = poppler("pdftotext", ["-bbox", "-", "-"], pdf);
  return html
    .split("<page ")
    .slice(1)
    .map((page) => {
      const number = (text: string, name: string) => Number(new RegExp(`${name}="([-\\d.]+)"`).exec(text)?.[1]);
      const words = [...page.matchAll(/<word ([^>]*)>([^<]*)<\/word>/g)].map(([, place = "", text = ""]) => ({
        text,
        xMin: number(place, "xMin"),
        xMax: number(place, "xMax"),
        yMin: number(place, "yMin"),
        yMax: number(place, "yMax"),
      }));
      return { width: number(page, "width"), height: number(page, "height"), words };
    });
}

/** @returns what a tool of poppler prints of a file */
function poppler(tool: string, args: readonly string[], pdf: Uint8Array): string {
  const { stdout, status, stderr, error } = spawnSync(tool, args, { input: pdf, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${tool}: ${error ?? stderr}`);
  return stdout.toString();
}

/** A page as an image of RGBA bytes. */
export function pictureOf(pdf: Uint8Array, { page, dpi }: { page: number; dpi: number }): PNG {
  const args = ["-png", "-r", `${dpi}`, "-f", `${page}`, "-l", `${page}`, "-"];
  const { stdout, status, stderr, error } = spawnSync("pdftoppm", args, { input: pdf, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`pdftoppm: ${error ?? stderr}`);
  return PNG.sync.read(stdout);
}
