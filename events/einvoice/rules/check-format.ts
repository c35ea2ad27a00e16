/**
 * All rules of the formats: EN 16931 in the edition of 2017 as its validation artefacts 1.3.16 have it, Peppol BIS Billing
 * 3.0 of 2026.5, XRechnung 3.0.2, Factur-X 1.08. A document that passes here passes the official rules of its format; a
 * property test holds both against each other (fixtures/einvoice). Pure code, which forms run in the browser too.
 */
import type { CheckFormat } from "../finding.ts";
import { type DocumentFormat, isEInvoice } from "../formats.ts";
import { checkArithmetic, checkDecimals } from "./amounts.ts";
import { checkBilling } from "./billing.ts";
import { checkCodes, checkCodesOfEInvoices } from "./codes.ts";
import { checkCore } from "./core.ts";
import { checkCii, checkCiiD16B, checkFacturX } from "./factur-x.ts";
import { checkGermany } from "./germany.ts";
import { checkNational } from "./national.ts";
import { checkPayment } from "./payment.ts";
import { checkPeppol } from "./peppol.ts";
import type { Check } from "./rule.ts";
import { checkSchemes } from "./schemes.ts";
import { checkSignsInCii, checkSignsInUbl } from "./signs.ts";
import { checkUbl } from "./ubl.ts";
import { checkVatRules } from "./vat.ts";

/** Sums and codes, which refuse a document whatever its format. */
const ALWAYS: readonly Check[] = [checkArithmetic, checkCodes];
const EN_16931: readonly Check[] = [checkCore, checkVatRules, checkPayment, checkCodesOfEInvoices, checkDecimals];

const OF_FORMATS: Readonly<Record<DocumentFormat, readonly Check[]>> = {
  pdf: [],
  ubl: [checkUbl],
  cii: [checkCii, checkCiiD16B],
  "factur-x": [checkCii, checkFacturX],
  "peppol-bis-3": [checkUbl, checkBilling, checkSignsInUbl, checkSchemes, checkPeppol, checkNational],
  "xrechnung-ubl": [checkUbl, checkBilling, checkSignsInUbl, checkGermany],
  "xrechnung-cii": [checkCii, checkCiiD16B, checkBilling, checkSignsInCii, checkGermany],
};

/** What refuses a document in any format: sums that are wrong, and codes that do not exist. */
export const checkAlways: Check = (document) => ALWAYS.flatMap((check) => check(document));

export const checkFormat: CheckFormat = (document, format) => {
  const rules = isEInvoice(format) ? [...ALWAYS, ...EN_16931, ...OF_FORMATS[format]] : ALWAYS;
  return rules.flatMap((check) => check(document));
};
