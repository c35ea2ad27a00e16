/**
 * The semantic model of EN 16931-1: what an issued invoice or credit note states, whatever format or paper it becomes.
 * Fields carry their business terms (BT-…) and groups (BG-…). Every rule, format and paper reads this model, and nothing
 * else of a document. Texts are as stated, lists may be empty, and null means that a term is absent.
 *
 * Units: `…Minor` in minor units of the document's currency, `…6` in millionths (quantities of their unit, prices of the
 * currency's major unit, percentages of a per cent), `vatRate3` in thousandths of a per cent (9975 is 9.975 %), dates
 * YYYY-MM-DD.
 */
import type { VatCategory } from "../values/money.ts";

/** An identifier with the code of its scheme (ISO 6523 ICD, EAS, UNCL 1153, UNTDID 7143); null: no scheme. */
export interface Identifier {
  id: string;
  scheme: string | null;
}

/** A postal address (BG-5, BG-8, BG-12, BG-15). `country` is ISO 3166-1 alpha-2. */
export interface SemanticAddress {
  street: string | null;
  street2: string | null;
  /** A third line (BT-162 to BT-165). */
  street3: string | null;
  city: string | null;
  postcode: string | null;
  region: string | null;
  country: string;
}

/** A contact (BG-6, BG-9). */
export interface SemanticContact {
  name: string | null;
  phone: string | null;
  email: string | null;
}

/** What sellers and buyers have in common (BG-4, BG-7). */
export interface SemanticParty {
  /** BT-27, BT-44: the registered name. */
  name: string;
  /** BT-28, BT-45 */
  tradingName: string | null;
  /** BT-29 (any number), BT-46 (at most one) */
  identifiers: Identifier[];
  /** BT-30, BT-47: in a register of companies. */
  companyId: Identifier | null;
  /** BT-31, BT-48: with its country's letters. */
  vatId: string | null;
  /** BT-34, BT-49 */
  electronicAddress: Identifier | null;
  address: SemanticAddress;
  contact: SemanticContact | null;
}

export interface SemanticSeller extends SemanticParty {
  /** BT-32: registration for taxes without a VAT id. */
  taxId: string | null;
  /** BT-33: what the law asks a seller to state, such as its capital. */
  legalInfo: string | null;
}

/** BG-10 */
export interface SemanticPayee {
  name: string;
  id: Identifier | null;
  companyId: Identifier | null;
}

/** BG-11 */
export interface SemanticTaxRepresentative {
  name: string;
  vatId: string;
  address: SemanticAddress;
}

/** BG-13. `deliveredOn` is BT-72. */
export interface SemanticDelivery {
  name: string | null;
  location: Identifier | null;
  deliveredOn: string | null;
  address: SemanticAddress | null;
}

/** BG-14, BG-26: at least one of the two. */
export interface SemanticPeriod {
  from: string | null;
  to: string | null;
}

/** BG-16 to BG-19 */
export interface SemanticPayment {
  /** BT-81: UNCL 4461, such as 30 or 58 (credit transfer), 48 (card), 49 or 59 (direct debit). */
  meansCode: string;
  /** BT-82 */
  meansText: string | null;
  /** BT-83: what the payment must name. */
  remittance: string | null;
  /** BG-17 */
  accounts: { account: string; name: string | null; bic: string | null }[];
  /** BG-18. `number`: its last four to six digits (and leading ones as far as allowed). */
  card: { number: string; holder: string | null } | null;
  /** BG-19: the mandate (BT-89), the creditor (BT-90), the account that is debited (BT-91). */
  directDebit: { mandate: string | null; creditor: string | null; account: string | null } | null;
}

/** An allowance or charge of a line (BG-27, BG-28). It has a reason, a reason code, or both. */
export interface SemanticAdjustment {
  kind: "allowance" | "charge";
  amountMinor: number;
  baseMinor: number | null;
  percent6: number | null;
  reason: string | null;
  /** UNCL 5189 for allowances, UNCL 7161 for charges. */
  reasonCode: string | null;
}

/** A VAT category and its rate; null only in category O. */
export interface SemanticVat {
  vatCategory: VatCategory;
  vatRate3: number | null;
}

/** BG-22. Payable = gross − prepaid + rounding. */
export interface SemanticTotals {
  linesMinor: number;
  allowancesMinor: number;
  chargesMinor: number;
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  prepaidMinor: number;
  /** BT-114: from below zero to above. */
  roundingMinor: number;
  payableMinor: number;
}

/** A row of the VAT breakdown (BG-23). */
export interface SemanticTax extends SemanticVat {
  taxableMinor: number;
  taxMinor: number;
  /** BT-120 */
  reason: string | null;
  /** BT-121: a code of the VATEX list. */
  reasonCode: string | null;
}

/** A line (BG-25 to BG-32). */
export interface SemanticLine extends SemanticVat {
  /** BT-126 */
  id: string;
  /** BT-127 */
  note: string | null;
  /** BT-128 */
  object: Identifier | null;
  /** BT-129 */
  quantity6: number;
  /** BT-130: UN/ECE Recommendation 20 or 21. */
  unit: string;
  /** BT-131 */
  netMinor: number;
  /** BT-132 */
  orderLine: string | null;
  /** BT-133 */
  accountingReference: string | null;
  /** BG-26 */
  period: SemanticPeriod | null;
  adjustments: SemanticAdjustment[];
  /** BT-146: for `baseQuantity6` units. */
  price6: number;
  /** BT-148: the price before its discount (BT-147 = BT-148 − BT-146); null: no discount is stated. */
  grossPrice6: number | null;
  /** BT-149: the quantity that the price is for; null: one. */
  baseQuantity6: number | null;
  /** BT-153 */
  name: string;
  /** BT-154 */
  description: string | null;
  /** BT-155 */
  sellerItemId: string | null;
  /** BT-156 */
  buyerItemId: string | null;
  /** BT-157 */
  standardItemId: Identifier | null;
  /** BT-158 */
  classifications: { code: string; scheme: string; version: string | null }[];
  /** BT-159 */
  origin: string | null;
  /** BG-32 */
  attributes: { name: string; value: string }[];
}

/** An issued invoice or credit note. */
export interface SemanticInvoice {
  kind: "invoice" | "credit_note";
  /** BT-3: UNTDID 1001; 380 for an invoice, 381 for a credit note, unless the document says otherwise. */
  typeCode: string;
  /** BT-1 */
  number: string;
  /** BT-2 */
  issuedOn: string;
  /** BT-5 */
  currency: string;
  /** BT-7 */
  taxPointOn: string | null;
  /** BT-8: UNTDID 2005: 3 (issue), 35 (delivery), 432 (payment). */
  taxPointCode: string | null;
  /** BT-9 */
  dueOn: string | null;
  /** BT-10 */
  buyerReference: string | null;
  /** BT-11 */
  project: string | null;
  /** BT-12 */
  contract: string | null;
  /** BT-13 */
  order: string | null;
  /** BT-14 */
  salesOrder: string | null;
  /** BT-15 */
  receipt: string | null;
  /** BT-16 */
  despatch: string | null;
  /** BT-17 */
  tender: string | null;
  /** BT-18 */
  object: Identifier | null;
  /** BT-19 */
  accountingReference: string | null;
  /** BT-20 */
  terms: string | null;
  /** BG-1. `subject` is BT-21, a code of UNTDID 4451. */
  notes: { subject: string | null; text: string }[];
  /** BG-3 */
  preceding: { number: string; issuedOn: string | null }[];
  seller: SemanticSeller;
  buyer: SemanticParty;
  payee: SemanticPayee | null;
  taxRepresentative: SemanticTaxRepresentative | null;
  delivery: SemanticDelivery | null;
  /** BG-14 */
  period: SemanticPeriod | null;
  payment: SemanticPayment | null;
  /** BG-20, BG-21 */
  adjustments: (SemanticAdjustment & SemanticVat)[];
  totals: SemanticTotals;
  /** BT-6 and BT-111: VAT in the seller's accounting currency, in its minor units. */
  accounting: { currency: string; taxMinor: number } | null;
  taxes: SemanticTax[];
  lines: SemanticLine[];
}
