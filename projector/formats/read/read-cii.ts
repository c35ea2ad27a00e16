/** Reads a Cross Industry Invoice into the semantic model: the mirror image of `cii.ts`. */
import type { SemanticInvoice, SemanticTax, SemanticTotals } from "../../../events/einvoice/semantic.ts";
import { OBJECT_TYPE, PROJECT_NAME, TAX_POINT_CODES, TENDER_TYPE } from "../cii-names.ts";
import { FormatError } from "./format-error.ts";
import { ciiDateIn, neededCiiDate, readCiiAdjustment, readCiiPeriod, readCiiVat } from "./read-cii-amounts.ts";
import { readCiiLine } from "./read-cii-line.ts";
import {
  readCiiBuyer,
  readCiiDelivery,
  readCiiPayee,
  readCiiSeller,
  readCiiTaxRepresentative,
} from "./read-cii-party.ts";
import { readCiiPayment } from "./read-cii-payment.ts";
import type { Reading } from "./reading.ts";
import { amountIn, amountOf, codeIn, neededCode, neededText, takeConstant, textIn } from "./values.ts";
import { XmlElement } from "./xml-element.ts";

/** UNTDID 1001: the type codes that are credit notes (as the rules of EN 16931 divide them); all others are invoices. */
const CREDIT_NOTE_TYPES = new Set("81 83 261 262 296 308 381 396 420 458 503 532".split(" "));

/**
 * @throws FormatError if the file is no Cross Industry Invoice, lacks what every document states, or states a value
 * that the model cannot hold
 */
export function readCii(xml: string): Reading {
  const root = XmlElement.parse(xml);
  if (root.name !== "rsm:CrossIndustryInvoice")
    throw new FormatError("UNKNOWN_DOCUMENT", `${root.path} is no Cross Industry Invoice`);
  const context = root.take("rsm:ExchangedDocumentContext");
  const parameter = (name: string) => codeIn(context?.take(`ram:${name}SpecifiedDocumentContextParameter`), "ram:ID");
  const process = parameter("BusinessProcess");
  const specification = parameter("Guideline");
  const document = documentOf(root);
  return { document, specification, process, leftovers: [...root.leftovers()] };
}

function documentOf(root: XmlElement): SemanticInvoice {
  const header = root.need("rsm:ExchangedDocument");
  const transaction = root.need("rsm:SupplyChainTradeTransaction");
  const agreement = transaction.need("ram:ApplicableHeaderTradeAgreement");
  const delivery = transaction.take("ram:ApplicableHeaderTradeDelivery");
  const settlement = transaction.need("ram:ApplicableHeaderTradeSettlement");
  const currency = neededCode(settlement, "ram:InvoiceCurrencyCode");
  const terms = settlement.take("ram:SpecifiedTradePaymentTerms");
  const typeCode = neededCode(header, "ram:TypeCode");
  return {
    kind: CREDIT_NOTE_TYPES.has(typeCode) ? "credit_note" : "invoice",
    typeCode,
    number: neededText(header, "ram:ID"),
    issuedOn: neededCiiDate(header, "ram:IssueDateTime"),
    currency,
    terms: textIn(terms, "ram:Description"),
    dueOn: ciiDateIn(terms, "ram:DueDateDateTime"),
    notes: header.takeAll("ram:IncludedNote").map((note) => ({
      subject: codeIn(note, "ram:SubjectCode"),
      text: neededText(note, "ram:Content"),
    })),
    ...readAgreement(agreement),
    despatch: idIn(delivery, "ram:DespatchAdviceReferencedDocument"),
    receipt: idIn(delivery, "ram:ReceivingAdviceReferencedDocument"),
    delivery: delivery && readCiiDelivery(delivery),
    preceding: settlement.takeAll("ram:InvoiceReferencedDocument").map((reference) => ({
      number: neededText(reference, "ram:IssuerAssignedID"),
      issuedOn: ciiDateIn(reference, "ram:FormattedIssueDateTime"),
    })),
    accountingReference: textIn(settlement.take("ram:ReceivableSpecifiedTradeAccountingAccount"), "ram:ID"),
    payee: readCiiPayee(settlement),
    payment: readCiiPayment(settlement, terms),
    period: readCiiPeriod(settlement),
    adjustments: settlement.takeAll("ram:SpecifiedTradeAllowanceCharge").map((element) => ({
      ...readCiiAdjustment(element, currency),
      ...readCiiVat(element.need("ram:CategoryTradeTax")),
    })),
    ...readTaxes(settlement, currency),
    ...readTotals(settlement, currency),
    lines: transaction.takeAll("ram:IncludedSupplyChainTradeLineItem").map((line) => readCiiLine(line, currency)),
  };
}

function idIn(parent: XmlElement | null, name: string): string | null {
  return textIn(parent?.take(name), "ram:IssuerAssignedID");
}

type Agreement = Pick<
  SemanticInvoice,
  | "buyerReference"
  | "seller"
  | "buyer"
  | "taxRepresentative"
  | "salesOrder"
  | "order"
  | "contract"
  | "tender"
  | "object"
  | "project"
>;

function readAgreement(agreement: XmlElement): Agreement {
  const ofType = (type: string) => {
    const found = agreement.take("ram:AdditionalReferencedDocument", (each) => each.peek("ram:TypeCode") === type);
    takeConstant(found, "ram:TypeCode", type);
    return found;
  };
  const representative = agreement.take("ram:SellerTaxRepresentativeTradeParty");
  const project = agreement.take("ram:SpecifiedProcuringProject");
  takeConstant(project, "ram:Name", PROJECT_NAME);
  const object = ofType(OBJECT_TYPE);
  const objectId = textIn(object, "ram:IssuerAssignedID");
  return {
    buyerReference: textIn(agreement, "ram:BuyerReference"),
    seller: readCiiSeller(agreement.need("ram:SellerTradeParty")),
    buyer: readCiiBuyer(agreement.need("ram:BuyerTradeParty")),
    taxRepresentative: representative && readCiiTaxRepresentative(representative),
    salesOrder: idIn(agreement, "ram:SellerOrderReferencedDocument"),
    order: idIn(agreement, "ram:BuyerOrderReferencedDocument"),
    contract: idIn(agreement, "ram:ContractReferencedDocument"),
    tender: textIn(ofType(TENDER_TYPE), "ram:IssuerAssignedID"),
    object: objectId === null ? null : { id: objectId, scheme: codeIn(object, "ram:ReferenceTypeCode") },
    project: textIn(project, "ram:ID"),
  };
}

/** The rows, and BT-7 and BT-8, which any of them can state. */
function readTaxes(
  settlement: XmlElement,
  currency: string,
): Pick<SemanticInvoice, "taxes" | "taxPointOn" | "taxPointCode"> {
  let taxPointOn: string | null = null;
  let taxPointCode: string | null = null;
  const taxes: SemanticTax[] = [];
  for (const row of settlement.takeAll("ram:ApplicableTradeTax")) {
    taxPointOn ??= ciiDateIn(row, "ram:TaxPointDate");
    taxPointCode ??= codeIn(row, "ram:DueDateTypeCode");
    if (taxPointCode !== null) takeConstant(row, "ram:DueDateTypeCode", taxPointCode); // each row may repeat it
    taxes.push({
      ...readCiiVat(row),
      taxMinor: amountOf(row.need("ram:CalculatedAmount"), currency),
      taxableMinor: amountOf(row.need("ram:BasisAmount"), currency),
      reason: textIn(row, "ram:ExemptionReason"),
      reasonCode: codeIn(row, "ram:ExemptionReasonCode"),
    });
  }
  const ofModel = TAX_POINT_CODES.find(([, ofCii]) => ofCii === taxPointCode)?.[0];
  return { taxes, taxPointOn, taxPointCode: ofModel ?? taxPointCode };
}

function readTotals(settlement: XmlElement, currency: string): Pick<SemanticInvoice, "totals" | "accounting"> {
  const total = settlement.need("ram:SpecifiedTradeSettlementHeaderMonetarySummation");
  const needed = (name: string) => amountOf(total.need(name), currency);
  const orZero = (name: string) => amountIn(total, name, currency) ?? 0;
  const accountingCurrency = codeIn(settlement, "ram:TaxCurrencyCode");
  const taxIn = (wanted: string) =>
    total.take("ram:TaxTotalAmount", (each) => (each.peekOwnAttribute("currencyID") ?? currency) === wanted);
  const tax = taxIn(currency);
  const other = accountingCurrency === null || accountingCurrency === currency ? null : taxIn(accountingCurrency);
  const totals: SemanticTotals = {
    linesMinor: needed("ram:LineTotalAmount"),
    allowancesMinor: orZero("ram:AllowanceTotalAmount"),
    chargesMinor: orZero("ram:ChargeTotalAmount"),
    netMinor: needed("ram:TaxBasisTotalAmount"),
    taxMinor: tax ? amountOf(tax, currency) : 0,
    grossMinor: needed("ram:GrandTotalAmount"),
    prepaidMinor: orZero("ram:TotalPrepaidAmount"),
    roundingMinor: orZero("ram:RoundingAmount"),
    payableMinor: needed("ram:DuePayableAmount"),
  };
  if (!other || accountingCurrency === null) return { totals, accounting: null };
  return { totals, accounting: { currency: accountingCurrency, taxMinor: amountOf(other, accountingCurrency) } };
}
