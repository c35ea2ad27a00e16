/**
 * What an invoice lacks, of the seller, the buyer and the document: before the server refuses it, and before a tax office or
 * a client rejects it. The rules are those of `events/business/issue.ts`, EN 16931, and Directive 2006/112/EC, article 226.
 */
import { buyerFits, sellerFits } from "../../../events/business/parties.ts";
import type { VatCategory } from "../../../events/values/money.ts";
import type { InvoiceDetail, OrganizationRow } from "../../contract/contract.ts";

export interface Gap {
  /** True: the server refuses to issue. False: the law or the client may expect it, and the user decides. */
  refused: boolean;
  /** What is missing, and why it matters. */
  words: string;
  /** The address of the form that mends it, with the field. */
  to: string;
  /** The label of the link. */
  mend: string;
  /** Whose data it is. The organization's are for owners to change. */
  of: "organization" | "client" | "document";
}

export type Seller = Pick<
  OrganizationRow,
  "street" | "city" | "country" | "vat_id" | "company_id" | "iban" | "number_series" | "more"
>;

export interface Buyer {
  id: number;
  name: string;
  archived: number;
  street: string | null;
  city: string | null;
  country: string;
  vat_id: string | null;
  company_id: string | null;
  vat_category: VatCategory | null;
}

export type Draft = Pick<InvoiceDetail, "id" | "kind" | "client_id" | "delivered_on" | "lines" | "taxes">;

const UNKNOWN_COUNTRY = "ZZ";

/** An address that names the field to fill in. */
function at(form: string, field: string): string {
  return `${form}?${new URLSearchParams({ field })}`;
}

const own = (refused: boolean, field: string, mend: string, words: string): Gap => ({
  refused,
  words,
  to: at("/settings", field),
  mend,
  of: "organization",
});

/** For the question whether a tax number would do. */
const TAX_NUMBER = { taxId: "1" } as Parameters<typeof sellerFits>[1]["more"];

/** The categories with which the seller or the buyer states a VAT id. */
const categoriesOf = (draft: Draft | null) => new Set(draft?.taxes.map((tax) => tax.vat_category) ?? []);

/**
 * What the organization lacks.
 *
 * @param draft null: the first invoice is still to come, and the usual one has VAT
 */
export function sellerGaps(seller: Seller, draft: Draft | null): Gap[] {
  const { street, city, country, vat_id, company_id, iban, more } = seller;
  const categories = categoriesOf(draft);
  const outsideVat = categories.has("O");
  const gaps: Gap[] = [];
  const ids = { vatId: vat_id, more: more && { ...more, tradingName: null } };
  const unfit = [...categories].filter((category) => !sellerFits(category, ids));
  if (unfit.length > 0) {
    const orTaxNumber = unfit.every((category) => sellerFits(category, { ...ids, more: TAX_NUMBER }));
    const which = orTaxNumber ? "VAT ID, or a tax number behind More, is missing" : "VAT ID is missing";
    gaps.push(own(true, "vatId", "Add VAT ID", `Your ${which}. An invoice with VAT must state it.`));
  } else if (vat_id === null && draft === null)
    gaps.push(own(false, "vatId", "Add VAT ID", "Without your VAT ID, you can only issue invoices without VAT."));
  if (vat_id !== null && !outsideVat && !/^[A-Z]{2}/i.test(vat_id))
    gaps.push(own(false, "vatId", "Edit VAT ID", "Your VAT ID does not begin with the letters of its country."));
  if (outsideVat && company_id === null)
    gaps.push(
      own(false, "companyId", "Add company number", "Without VAT, the invoice should state your company number."),
    );
  if (street === null || city === null)
    gaps.push(
      own(
        false,
        street === null ? "address.street" : "address.city",
        "Add address",
        "Your address is incomplete. Tax law expects the seller's full address.",
      ),
    );
  if (country === UNKNOWN_COUNTRY)
    gaps.push(own(false, "address.country", "Choose country", "Your country is missing from your address."));
  if (iban === null)
    gaps.push(own(false, "iban", "Add bank account", "Clients who pay by transfer need your bank account."));
  return requiredFirst([...gaps, ...seriesGaps(seller, draft)]);
}

function seriesGaps({ number_series }: Seller, draft: Draft | null): Gap[] {
  const kinds = draft === null ? (["invoice", "credit_note"] as const) : [draft.kind];
  return kinds
    .filter((kind) => !number_series.some((series) => series.kind === kind || series.kind === "both"))
    .map((kind) => {
      const what = kind === "invoice" ? "invoices" : "credit notes";
      const words = `There is no number series for ${what}, so ${what} cannot be issued.`;
      return {
        refused: draft !== null || kind === "invoice",
        words,
        to: at("/settings/series", "add"),
        mend: "Add series",
        of: "organization",
      };
    });
}

/** What the client lacks. @param draft null: whatever the client is invoiced; its own VAT category is expected */
export function buyerGaps(buyer: Buyer, draft: Draft | null): Gap[] {
  const { id, name, street, city, country, vat_id, company_id } = buyer;
  const categories = draft ? categoriesOf(draft) : new Set([buyer.vat_category]);
  const edit = (refused: boolean, field: string, mend: string, words: string): Gap => ({
    refused,
    words,
    to: at(`/clients/${id}/edit`, field),
    mend,
    of: "client",
  });
  const gaps: Gap[] = [];
  if (buyer.archived === 1 && draft)
    gaps.push({
      refused: true,
      words: `${name} is archived. Restore the client first.`,
      to: `/clients/${id}`,
      mend: "Open client",
      of: "client",
    });
  const ids = { vatId: vat_id, companyId: company_id };
  if ([...categories].some((category) => category !== null && !buyerFits(category, ids))) {
    const which = categories.has("K") ? "An intra-community supply" : "A reverse charge";
    gaps.push(edit(true, "vatId", "Add VAT ID", `${name} has no VAT ID. ${which} must state the buyer's.`));
  }
  if (street === null || city === null)
    gaps.push(
      edit(
        false,
        street === null ? "address.street" : "address.city",
        "Add address",
        `The address of ${name} is incomplete. Tax law expects the buyer's full address.`,
      ),
    );
  if (country === UNKNOWN_COUNTRY)
    gaps.push(edit(false, "address.country", "Choose country", `The country of ${name} is missing.`));
  return gaps;
}

/** What the document itself lacks. */
function draftGaps({ id, client_id, delivered_on, lines, taxes }: Draft): Gap[] {
  const gap = (refused: boolean, mend: string, words: string): Gap => ({
    refused,
    words,
    to: `/invoices/${id}/edit`,
    mend,
    of: "document",
  });
  const gaps: Gap[] = [];
  if (lines.length === 0) gaps.push(gap(true, "Add lines", "There are no lines yet."));
  if (client_id === null) gaps.push(gap(true, "Choose client", "No client is chosen yet."));
  if (taxes.some((tax) => tax.vat_category === "E" && tax.reason === null && tax.reason_code === null))
    gaps.push(gap(true, "Add reason", "A VAT exemption needs its reason on the invoice."));
  if (delivered_on === null && taxes.some((tax) => tax.vat_category === "K"))
    gaps.push(gap(false, "Add delivery date", "An intra-community supply should state its delivery date."));
  return gaps;
}

/** All gaps of a draft; those that are refused come first. @param buyer null while no client is chosen */
export function gapsOf(draft: Draft, seller: Seller, buyer: Buyer | null): Gap[] {
  const gaps = [...draftGaps(draft), ...sellerGaps(seller, draft), ...(buyer ? buyerGaps(buyer, draft) : [])];
  return requiredFirst(gaps);
}

function requiredFirst(gaps: readonly Gap[]): Gap[] {
  return gaps.toSorted((a, b) => Number(b.refused) - Number(a.refused));
}
