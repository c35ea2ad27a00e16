/** A document that keeps the rules of every format, and others like it. */
import type { SemanticInvoice, SemanticLine } from "../../events/einvoice/semantic.ts";
import type { DocumentSource } from "../documents/document-source.ts";

const LINE: SemanticLine = {
  id: "1",
  note: null,
  object: null,
  quantity6: 2_000_000,
  unit: "C62",
  netMinor: 20_000,
  orderLine: null,
  accountingReference: null,
  period: null,
  adjustments: [],
  price6: 100_000_000,
  grossPrice6: null,
  baseQuantity6: null,
  name: "Work & more",
  description: null,
  sellerItemId: null,
  buyerItemId: null,
  standardItemId: null,
  classifications: [],
  origin: null,
  attributes: [],
  vatCategory: "S",
  vatRate3: 19_000,
};

const ADDRESS = { street2: null, street3: null, region: null };
const CONTACT = { name: "Erika Muster", phone: "+49 30 123456", email: "erika@muster.example" };
const NONE = { tradingName: null, identifiers: [], companyId: null };

const INVOICE: SemanticInvoice = {
  kind: "invoice",
  typeCode: "380",
  number: "RE-2026-0001",
  issuedOn: "2026-03-01",
  currency: "EUR",
  taxPointOn: null,
  taxPointCode: null,
  dueOn: "2026-03-31",
  buyerReference: "04011000-12345-39",
  project: null,
  contract: null,
  order: null,
  salesOrder: null,
  receipt: null,
  despatch: null,
  tender: null,
  object: null,
  accountingReference: null,
  terms: null,
  notes: [],
  preceding: [],
  seller: {
    ...NONE,
    name: "Muster & Söhne GmbH",
    vatId: "DE123456789",
    electronicAddress: { id: "DE123456789", scheme: "9930" },
    address: { ...ADDRESS, street: "Straße 1", city: "Berlin", postcode: "10115", country: "DE" },
    contact: CONTACT,
    taxId: null,
    legalInfo: null,
  },
  buyer: {
    ...NONE,
    name: "Bundesamt für Beispiele",
    vatId: null,
    electronicAddress: { id: "04011000-12345-39", scheme: "0204" },
    address: { ...ADDRESS, street: "Allee 2", city: "Bonn", postcode: "53113", country: "DE" },
    contact: null,
  },
  payee: null,
  taxRepresentative: null,
  delivery: { name: null, location: null, deliveredOn: "2026-02-28", address: null },
  period: null,
  payment: {
    meansCode: "58",
    meansText: null,
    remittance: "RE-2026-0001",
    accounts: [{ account: "DE89370400440532013000", name: null, bic: null }],
    card: null,
    directDebit: null,
  },
  adjustments: [],
  totals: {
    linesMinor: 20_000,
    allowancesMinor: 0,
    chargesMinor: 0,
    netMinor: 20_000,
    taxMinor: 3_800,
    grossMinor: 23_800,
    prepaidMinor: 0,
    roundingMinor: 0,
    payableMinor: 23_800,
  },
  accounting: null,
  taxes: [
    { vatCategory: "S", vatRate3: 19_000, taxableMinor: 20_000, taxMinor: 3_800, reason: null, reasonCode: null },
  ],
  lines: [LINE],
};

/** @param changes what is another in the document */
export function sourceOfDocument(changes: Partial<SemanticInvoice> = {}, lines = 1): DocumentSource {
  const sum = 20_000 * lines;
  const tax = 3_800 * lines;
  const { totals, taxes } = INVOICE;
  const invoice = {
    ...INVOICE,
    lines: Array.from({ length: lines }, (_, n) => ({ ...LINE, id: String(n + 1) })),
    totals: {
      ...totals,
      linesMinor: sum,
      netMinor: sum,
      taxMinor: tax,
      grossMinor: sum + tax,
      payableMinor: sum + tax,
    },
    taxes: taxes.map((one) => ({ ...one, taxableMinor: sum, taxMinor: tax })),
    ...changes,
  };
  const status = { status: "issued", number: invoice.number, cancels: false } as const;
  return { id: 7, invoice, ...status, language: "de", logo: null, colour: null };
}
