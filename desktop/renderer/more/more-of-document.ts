/** What stands behind "More" of a document and of its lines, by the names of the command. */
import { DRAFT_LIMITS } from "../../../events/values/size-limits.ts";
import type { MoreField, MoreGroup, MoreList, TypedEntry, TypedMore } from "./more.ts";

const REFERENCE = { max: DRAFT_LIMITS.reference } as const;

/** An identifier, and the scheme that it is of. */
export function identifierFields(
  at: string,
  label: string,
  list: "schemes" | "objectSchemes" | "electronicSchemes",
): Record<string, MoreField> {
  return {
    [`${at}.id`]: { label, max: DRAFT_LIMITS.identifier, requiredIn: at },
    [`${at}.scheme`]: { label: `${label}: scheme`, kind: "code", list },
  };
}

/** @param whose such as `Delivery` @param requiredIn the part that cannot be without a country */
export function addressFields(at: string, whose: string, requiredIn = at): Record<string, MoreField> {
  const field = (label: string, max: number): MoreField => ({
    label: `${whose}: ${label}`,
    short: label.replace(/^./, (letter) => letter.toUpperCase()),
    max,
  });
  return {
    [`${at}.street`]: field("street", 200),
    [`${at}.street2`]: field("address line 2", 200),
    [`${at}.postcode`]: field("postcode", 20),
    [`${at}.city`]: field("city", 100),
    [`${at}.region`]: field("region", 100),
    [`${at}.country`]: { label: `${whose}: country`, short: "Country", kind: "country", requiredIn },
  };
}

/** Accounts to pay into. */
export const ACCOUNTS: MoreList = {
  one: "account",
  many: "accounts",
  max: DRAFT_LIMITS.accounts,
  fields: {
    account: { label: "IBAN or account number", kind: "account", max: DRAFT_LIMITS.account, requiredIn: "" },
    name: { label: "Account holder", max: DRAFT_LIMITS.name },
    bic: { label: "BIC", kind: "bic", max: 11 },
  },
};

/** How it is paid, if the user does not say: what else is filled in says it. */
function usualMeans(typed: TypedMore | TypedEntry): string {
  const has = (part: string) => Object.keys(typed).some((path) => path.startsWith(part));
  if (has("payment.directDebit.")) return "49";
  return has("payment.card.") ? "48" : "30";
}

const REFERENCES: MoreGroup[number] = {
  title: "References",
  fields: {
    project: { label: "Project", ...REFERENCE },
    contract: { label: "Contract", ...REFERENCE },
    salesOrder: { label: "Our order number", ...REFERENCE },
    despatch: { label: "Despatch advice", ...REFERENCE },
    receipt: { label: "Receiving advice", ...REFERENCE },
    tender: { label: "Tender or lot", ...REFERENCE },
    ...identifierFields("object", "Invoiced object", "objectSchemes"),
    accountingReference: { label: "Buyer’s accounting reference", ...REFERENCE, hint: "Such as a cost centre" },
    typeCode: { label: "Type of document", kind: "code", list: "documentTypes" },
  },
  lists: {
    preceding: {
      one: "preceding invoice",
      many: "preceding invoices",
      max: DRAFT_LIMITS.preceding,
      fields: {
        number: { label: "Number", max: 60, requiredIn: "" },
        issuedOn: { label: "Issued on", kind: "date" },
      },
    },
  },
};

const NOTES: MoreGroup[number] = {
  title: "Terms and notes",
  fields: { terms: { label: "Terms of payment in words", kind: "lines", max: DRAFT_LIMITS.note, wide: true } },
  lists: {
    notes: {
      one: "note",
      many: "notes",
      max: DRAFT_LIMITS.notes,
      fields: {
        subject: { label: "Subject", kind: "code", list: "noteSubjects" },
        text: { label: "Text", kind: "lines", max: DRAFT_LIMITS.note, requiredIn: "", wide: true },
      },
    },
  },
};

const PERIOD: Readonly<Record<string, MoreField>> = {
  "period.from": { label: "Period from", kind: "date" },
  "period.to": { label: "Period to", kind: "date" },
};

export const DOCUMENT_MORE: MoreGroup = [
  REFERENCES,
  NOTES,
  {
    title: "Period and tax date",
    fields: {
      ...PERIOD,
      taxPointOn: { label: "VAT becomes due on", kind: "date" },
      taxPointCode: { label: "VAT becomes due", kind: "code", list: "taxPoints", hint: "Instead of a date" },
    },
  },
  {
    title: "Delivery",
    fields: {
      "delivery.name": { label: "Delivered to", max: DRAFT_LIMITS.name },
      ...identifierFields("delivery.location", "Delivery location", "schemes"),
      ...addressFields("delivery.address", "Delivery"),
    },
  },
  {
    title: "Payment",
    fields: {
      "payment.meansCode": {
        ...{ label: "Means of payment", kind: "code", list: "paymentMeans" },
        ...{ requiredIn: "payment", usual: usualMeans },
      },
      "payment.meansText": { label: "Means of payment in words", ...REFERENCE },
      "payment.remittance": {
        ...{ label: "Payment reference", max: DRAFT_LIMITS.remittance, hint: "What the payment must name" },
      },
      "payment.card.number": { label: "Card: last digits", max: 10, requiredIn: "payment.card" },
      "payment.card.holder": { label: "Card: holder", max: DRAFT_LIMITS.name },
      "payment.directDebit.mandate": { label: "Direct debit: mandate", ...REFERENCE },
      "payment.directDebit.account": {
        ...{ label: "Direct debit: account to debit", kind: "account", max: DRAFT_LIMITS.account },
      },
    },
    lists: { "payment.accounts": ACCOUNTS },
  },
  {
    title: "Payee, if it is not you",
    fields: {
      "payee.name": { label: "Payee", max: DRAFT_LIMITS.name, requiredIn: "payee" },
      ...identifierFields("payee.id", "Payee’s identifier", "schemes"),
      ...identifierFields("payee.companyId", "Payee’s company number", "schemes"),
    },
  },
];

/** What an item says of itself beyond its code and name. Lines copy it. */
const ITEM: MoreGroup[number] = {
  title: "Item",
  fields: {
    about: { label: "Description beside the name", kind: "lines", max: DRAFT_LIMITS.about, wide: true },
    "standardItemId.id": {
      ...{ label: "Standard item number", hint: "Such as a GTIN", max: DRAFT_LIMITS.identifier },
      requiredIn: "standardItemId",
    },
    "standardItemId.scheme": {
      ...{ label: "Standard item number: scheme", kind: "code", list: "schemes" },
      ...{ requiredIn: "standardItemId", usual: () => "0160" },
    },
    origin: { label: "Country of origin", kind: "country" },
  },
  lists: {
    classifications: {
      one: "classification",
      many: "classifications",
      max: DRAFT_LIMITS.classifications,
      fields: {
        code: { label: "Class", max: DRAFT_LIMITS.identifier, requiredIn: "" },
        scheme: { label: "Classification", kind: "code", list: "classificationSchemes", requiredIn: "" },
        version: { label: "Version", max: 20 },
      },
    },
    attributes: {
      one: "attribute",
      many: "attributes",
      max: DRAFT_LIMITS.attributes,
      fields: {
        name: { label: "Name", ...REFERENCE, requiredIn: "" },
        value: { label: "Value", max: DRAFT_LIMITS.attribute, requiredIn: "" },
      },
    },
  },
};

export const ITEM_MORE: MoreGroup = [ITEM];

/** What stands behind "More" of a line. */
export const LINE_MORE: MoreGroup = [
  {
    title: "Line",
    fields: {
      note: { label: "Note on the line", kind: "lines", max: DRAFT_LIMITS.note, wide: true },
      grossPrice6: { label: "Price before discount", kind: "price6", hint: "The price of the line is after it" },
      baseQuantity6: { label: "Quantity that the price is for", kind: "quantity6", hint: "Usually 1" },
      ...PERIOD,
      orderLine: { label: "Line of the order", ...REFERENCE },
      accountingReference: { label: "Buyer’s accounting reference", ...REFERENCE },
      ...identifierFields("object", "Invoiced object", "objectSchemes"),
      buyerItemId: { label: "Buyer’s item number", max: DRAFT_LIMITS.identifier },
    },
  },
  ITEM,
];
