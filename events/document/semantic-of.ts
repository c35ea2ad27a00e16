/** An issued document in the terms of EN 16931. Formats, paper and rules read the result, and nothing else. */
import { typesOf } from "../einvoice/code-lists/code-lists.ts";
import type {
  SemanticAddress,
  SemanticAdjustment,
  SemanticDelivery,
  SemanticInvoice,
  SemanticLine,
  SemanticParty,
  SemanticPayment,
  SemanticSeller,
} from "../einvoice/semantic.ts";
import { lineAmount } from "../values/money.ts";
import { baseOfDocument } from "./complete-draft.ts";
import type { InvoiceContent } from "./draft.ts";
import type { FurtherOfLine } from "./further.ts";
import type { Address, Buyer, Seller } from "./party.ts";
import type { StatedDocument } from "./stated.ts";

/** Types that a document has unless it says otherwise: commercial invoice, credit note. */
const USUAL_TYPE = { invoice: "380", credit_note: "381" } as const;

export function semanticOf(document: StatedDocument): SemanticInvoice {
  const { kind, content, corrected, accounting } = document;
  const { more } = content;
  return {
    kind,
    typeCode: typeOf(document),
    number: document.number,
    issuedOn: document.issuedOn,
    currency: content.currency,
    taxPointOn: more?.taxPointOn ?? null,
    taxPointCode: more?.taxPointCode ?? null,
    dueOn: document.dueOn,
    buyerReference: content.buyerReference,
    project: more?.project ?? null,
    contract: more?.contract ?? null,
    order: content.orderReference,
    salesOrder: more?.salesOrder ?? null,
    receipt: more?.receipt ?? null,
    despatch: more?.despatch ?? null,
    tender: more?.tender ?? null,
    object: more?.object ?? null,
    accountingReference: more?.accountingReference ?? null,
    terms: more?.terms ?? null,
    notes: [...(content.note === null ? [] : [{ subject: null, text: content.note }]), ...(more?.notes ?? [])],
    preceding: [...(corrected === null ? [] : [corrected]), ...(more?.preceding ?? [])],
    seller: semanticSeller(document.seller),
    buyer: semanticBuyer(document.buyer),
    payee: more?.payee ?? null,
    taxRepresentative: representativeOf(document.seller),
    delivery: deliveryOf(content),
    period: more?.period ?? null,
    payment: paymentOf(document),
    adjustments: content.adjustments.map((one) => ({
      ...adjustmentOf(one, () => baseOfDocument(content.lines, one)),
      vatCategory: one.vatCategory,
      vatRate3: one.vatRate3,
    })),
    totals: { ...content.totals },
    accounting:
      accounting === null || accounting.currency === content.currency
        ? null
        : { currency: accounting.currency, taxMinor: accounting.taxMinor },
    taxes: content.taxes.map((tax) => ({ ...tax })),
    lines: content.lines.map((line, n) => lineOf(line, n, content.currency)),
  };
}

/** A credit note can be made from an invoice, and then has the type of that invoice, which no credit note can have. */
function typeOf({ kind, content: { more } }: StatedDocument): string {
  const stated = more?.typeCode ?? null;
  if (stated === null || (kind === "credit_note" && !typesOf(kind).has(stated))) return USUAL_TYPE[kind];
  return stated;
}

function addressOf(address: Address): SemanticAddress {
  return { ...address, street3: null };
}

/** What sellers and buyers have in common. */
function partyOf({ name, address, vatId, companyId, more }: Seller | Buyer): Omit<SemanticParty, "identifiers"> {
  return {
    name,
    tradingName: more?.tradingName ?? null,
    companyId: companyId === null ? null : { id: companyId, scheme: more?.companyIdScheme ?? null },
    vatId,
    electronicAddress: more?.electronicAddress ?? null,
    address: addressOf(address),
    contact: more?.contact ?? null,
  };
}

export function semanticSeller(seller: Seller): SemanticSeller {
  const { more } = seller;
  return {
    ...partyOf(seller),
    identifiers: more?.identifiers ?? [],
    taxId: more?.taxId ?? null,
    legalInfo: more?.legalInfo ?? null,
  };
}

export function semanticBuyer(buyer: Buyer): SemanticParty {
  return { ...partyOf(buyer), identifiers: buyer.more?.identifier ? [buyer.more.identifier] : [] };
}

function representativeOf({ more }: Seller): SemanticInvoice["taxRepresentative"] {
  const stated = more?.taxRepresentative;
  return stated ? { ...stated, address: addressOf(stated.address) } : null;
}

function deliveryOf({ deliveredOn, more }: InvoiceContent): SemanticDelivery | null {
  const stated = more?.delivery ?? null;
  if (deliveredOn === null && stated === null) return null;
  return {
    name: stated?.name ?? null,
    location: stated?.location ?? null,
    deliveredOn,
    address: stated?.address ? addressOf(stated.address) : null,
  };
}

/**
 * How it is paid: as the document says, else by transfer to the seller's accounts. Credit notes have it too, because
 * German rules ask every document for it.
 */
function paymentOf({ seller, content: { currency, more } }: StatedDocument): SemanticPayment | null {
  // Whoever is paid in the seller's place has accounts of his own: the seller's are named as the seller's.
  const holder = more?.payee ? seller.name : null;
  const accounts = accountsOf(seller).map((one) => ({ ...one, name: one.name ?? holder }));
  const stated = more?.payment ?? null;
  if (stated === null) {
    if (accounts.length === 0) return null;
    return { ...NOTHING, meansCode: transferTo(accounts, currency), accounts };
  }
  const { directDebit, ...payment } = stated;
  return {
    ...payment,
    accounts:
      isTransfer(stated.meansCode) && stated.accounts.length === 0
        ? accounts
        : stated.accounts.map((one) => ({ ...one, account: accountNumber(one.account) })),
    directDebit: directDebit && { ...directDebit, creditor: seller.more?.creditorId ?? null },
  };
}

const NOTHING = { meansText: null, remittance: null, card: null, directDebit: null };

function isTransfer(meansCode: string): boolean {
  return meansCode === "30" || meansCode === "58";
}

/** 58 is a credit transfer within SEPA, which is in euros and to an IBAN; 30 is any. */
function transferTo(accounts: SemanticPayment["accounts"], currency: string): string {
  return currency === "EUR" && accounts.every(({ account }) => /^[A-Z]{2}[0-9]{2}/.test(account)) ? "58" : "30";
}

/** Where a seller is paid. */
export function accountsOf({ iban, bic, more }: Seller): SemanticPayment["accounts"] {
  const all = [...(iban === null ? [] : [{ account: iban, name: null, bic }]), ...(more?.accounts ?? [])];
  return all.map((one) => ({ ...one, account: accountNumber(one.account) }));
}

/** An IBAN in its electronic form (ISO 13616), however it was typed; any other number as it is. */
function accountNumber(account: string): string {
  const iban = account.replaceAll(/\s/g, "").toUpperCase();
  return /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(iban) ? iban : account;
}

type Adjustment = InvoiceContent["lines"][number]["adjustments"][number];

/** @param base of a percentage that states none: formats state both */
function adjustmentOf(adjustment: Adjustment, base: () => number): SemanticAdjustment {
  const { kind, amountMinor, percent6, reason, reasonCode } = adjustment;
  const baseMinor = adjustment.baseMinor ?? (percent6 === null ? null : base());
  return { kind, amountMinor, baseMinor, percent6, reason, reasonCode };
}

const NO_FURTHER: FurtherOfLine = {
  note: null,
  object: null,
  orderLine: null,
  accountingReference: null,
  period: null,
  grossPrice6: null,
  baseQuantity6: null,
  buyerItemId: null,
  about: null,
  standardItemId: null,
  classifications: [],
  origin: null,
  attributes: [],
};

function lineOf(line: InvoiceContent["lines"][number], n: number, currency: string): SemanticLine {
  const { about, ...further } = line.more ?? NO_FURTHER;
  return {
    ...further,
    id: String(n + 1),
    quantity6: line.quantity6,
    unit: line.unit,
    netMinor: line.netMinor,
    adjustments: line.adjustments.map((one) => adjustmentOf(one, () => lineAmount(line, currency))),
    price6: line.price6,
    name: line.description,
    description: about,
    sellerItemId: line.code,
    vatCategory: line.vatCategory,
    vatRate3: line.vatRate3,
  };
}
