/** Where a user puts right what the rules of a format find: the form, and its field. */
import type { Finding } from "../../../events/einvoice/finding.ts";
import type { VatCategory } from "../../../events/values/money.ts";

/** What of a document decides which field a part of the semantic model comes from. */
export interface Stated {
  /** True: its first note is the usual one, and not behind "More". */
  hasNote: boolean;
  /** True: the first of its preceding invoices is the one that it credits. */
  corrects: boolean;
  /** True: it names accounts of its own, in place of the organization's. */
  hasAccounts: boolean;
  /** Those of the rows of its VAT breakdown. */
  categories: readonly VatCategory[];
}

export interface Place {
  where: Finding["where"];
  /** The name of the form's field; null: no field of a form has it. */
  field: string | null;
}

/** Parts of the document with a field of their own in its form. */
const USUAL: Readonly<Record<string, string>> = {
  currency: "currency",
  "accounting.currency": "currency",
  buyerReference: "buyerReference",
  order: "orderReference",
  "delivery.deliveredOn": "deliveredOn",
  adjustments: "adjustments.0.amountMinor",
  lines: "lines.0.description",
  taxes: "lines.0.vatCategory",
  "totals.prepaidMinor": "prepaidMinor",
  "totals.roundingMinor": "roundingMinor",
};

/** The first field of a part that is wrong as a whole. */
const FIRST: Readonly<Record<string, string>> = {
  ...{
    object: "object.id",
    period: "period.from",
    payment: "payment.meansCode",
    "payment.card": "payment.card.number",
  },
  ...{ "payment.directDebit": "payment.directDebit.mandate", delivery: "delivery.name", payee: "payee.name" },
  ...{ "delivery.location": "delivery.location.id", "delivery.address": "delivery.address.country" },
  ...{ "payee.id": "payee.id.id", "payee.companyId": "payee.companyId.id", standardItemId: "standardItemId.id" },
  ...{ electronicAddress: "electronicAddress.id", taxRepresentative: "taxRepresentative.name" },
  ...{ "taxRepresentative.address": "taxRepresentative.address.street", contact: "contact.name" },
};

/** The first field of an entry of a list. */
const FIRST_OF_ENTRY: Readonly<Record<string, string>> = {
  ...{ identifiers: "id", classifications: "code", attributes: "name", notes: "text", preceding: "number" },
  ...{ accounts: "account", adjustments: "amountMinor" },
};

function inMore(path: string): string {
  return `more.${inEntry(FIRST[path] ?? withTwoStreets(path))}`;
}

/** `attributes.1.name` for `attributes.1`. */
function inEntry(path: string): string {
  const [, list = ""] = /(\w+)\.\d+$/.exec(path) ?? [];
  const first = FIRST_OF_ENTRY[list];
  return first === undefined ? path : `${path}.${first}`;
}

/** Our addresses have two lines for the street. */
function withTwoStreets(path: string): string {
  return path.replace(/\.street3$/, ".street2");
}

/** The names of a line's usual fields. */
const LINE: Readonly<Record<string, string>> = {
  name: "description",
  sellerItemId: "code",
  quantity6: "quantity6",
  unit: "unit",
  price6: "price6",
  netMinor: "price6",
  vatCategory: "vatCategory",
  vatRate3: "vatRate3",
  adjustments: "adjustments.0.amountMinor",
};

/** `adjustments.2.percent6`: a percentage is typed in place of the amount. */
function inAdjustment(path: string): string {
  return inEntry(path.replace(/\.percent6$/, ".amountMinor").replace(/\.reasonCode$/, ".reason"));
}

function inLine(n: string, within: string): string {
  if (within === "" || within === "id") return `lines.${n}.description`;
  if (within.startsWith("adjustments.")) return `lines.${n}.${inAdjustment(within)}`;
  const usual = LINE[within];
  return `lines.${n}.${usual ?? inMore(within === "description" ? "about" : within)}`;
}

/** The fields of the seller and the buyer: what both have is called the same. */
function inParty(path: string): string {
  const [first = ""] = path.split(".");
  if (path === "address") return "address.street";
  if (first === "address" || path === "vatId" || path === "companyId") return withTwoStreets(path);
  if (path === "companyId.id") return "companyId";
  return path === "companyId.scheme" ? "more.companyIdScheme" : inMore(path);
}

function inSeller(path: string): string {
  if (path === "name" || path === "") return "legalName";
  return path === "tradingName" ? "tradingName" : inParty(path);
}

/** A client has one identifier, and the person who is its contact is a usual field. */
function inBuyer(path: string): string {
  if (path === "name" || path === "") return "name";
  if (path === "contact" || path === "contact.name") return "contact";
  if (path.startsWith("contact.")) return path.slice("contact.".length);
  const [, one] = /^identifiers(?:\.0)?(?:\.(.+))?$/.exec(path) ?? [];
  return path.startsWith("identifiers") ? `more.identifier.${one ?? "id"}` : inParty(path);
}

/** The nth entry of a list, whose first is filled in elsewhere. Negative: that first one. */
function entryIn(path: string, list: string, elsewhere: boolean): { n: number; rest: string } | null {
  const [, n, rest = ""] = new RegExp(`^${list}\\.(\\d+)(.*)$`).exec(path) ?? [];
  return n === undefined ? null : { n: Number(n) - (elsewhere ? 1 : 0), rest };
}

function inDocument(path: string, stated: Stated): string | null {
  const { hasNote, corrects, categories } = stated;
  const usual = USUAL[path];
  if (usual !== undefined) return usual;
  const [, line, within = ""] = /^lines\.(\d+)\.?(.*)$/.exec(path) ?? [];
  if (line !== undefined) return inLine(line, within);
  if (path.startsWith("adjustments.")) return inAdjustment(path);
  const [, row, ofRow] = /^taxes\.(\d+)(?:\.(.+))?$/.exec(path) ?? [];
  if (row !== undefined)
    return ofRow?.startsWith("reason") ? `reasons.${categories[Number(row)]}` : inDocument("taxes", stated);
  const note = entryIn(path, "notes", hasNote);
  if (note) return note.n < 0 ? "note" : inMore(`notes.${note.n}${note.rest}`);
  const before = entryIn(path, "preceding", corrects);
  if (before) return before.n < 0 ? null : inMore(`preceding.${before.n}${before.rest}`);
  if (path.startsWith("totals.")) return "lines.0.price6";
  return path === "number" ? null : inMore(path);
}

/**
 * The field that a finding is about. Indexes of lines and entries are those of the document: a form that shows blank ones
 * too maps them as it maps the paths of a refusal.
 */
export function placeOfFinding({ path, where }: Pick<Finding, "path" | "where">, stated: Stated): Place {
  if (path === "number") return { where: "issue", field: "number" };
  if (path === "issuedOn" || path === "dueOn") return { where: "issue", field: path };
  if (path === "accounting.taxMinor" || path === "accounting") return { where: "issue", field: "exchangeRate6" };
  const [, party, within = ""] = /^(seller|buyer)(?:\.(.*))?$/.exec(path) ?? [];
  if (party === "seller") return { where: "organization", field: inSeller(within) };
  if (party === "buyer") return { where: "client", field: inBuyer(within) };
  if (path.startsWith("taxRepresentative")) return { where: "organization", field: inMore(path) };
  if (path === "payment.directDebit.creditor") return { where: "organization", field: "more.creditorId" };
  // Who says nothing else is paid by transfer, to the organization's account.
  if (path === "payment") return { where: "organization", field: "iban" };
  if (path.startsWith("payment.accounts") && !stated.hasAccounts) {
    const account = entryIn(path, "payment.accounts", true);
    if (!account || account.n < 0) return { where: "organization", field: path.endsWith(".bic") ? "bic" : "iban" };
    return { where: "organization", field: inMore(`accounts.${account.n}${account.rest}`) };
  }
  const field = inDocument(path, stated);
  return { where: field === null ? where : "document", field };
}
