/** What the UBL files say by convention, for those who write and who read them. */

export const CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
export const CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

export function rootNamespace(root: "Invoice" | "CreditNote"): string {
  return `urn:oasis:names:specification:ubl:schema:xsd:${root}-2`;
}

/** "Not applicable". `cac:OrderReference` must have an id, also where only BT-14 is stated; a card must have a network. */
export const NOT_APPLICABLE = "NA";
/** A credit note states its due date with the payment means, and these must have a code: "instrument not defined". */
export const NO_MEANS = "1";
/** BT-90 is an identifier of the payee, or of the seller who is paid, with this scheme. */
export const CREDITOR_SCHEME = "SEPA";
/** UNTDID 1001: what a document reference refers to (BT-18 and BT-128; BT-11 in a credit note). */
export const OBJECT_TYPE = "130";
export const PROJECT_TYPE = "50";

export const VAT_SCHEME = "VAT";
/** Of BT-32: any scheme that is not `VAT` is one of another tax. */
export const OTHER_TAX_SCHEME = "TAX";
