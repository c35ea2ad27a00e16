/** Reads a UBL 2.1 Invoice or CreditNote into the semantic model: the mirror image of `ubl.ts`. */
import type { SemanticInvoice, SemanticTax, SemanticTotals } from "../../../events/einvoice/semantic.ts";
import { NOT_APPLICABLE, OBJECT_TYPE, PROJECT_TYPE } from "../ubl-names.ts";
import { FormatError } from "./format-error.ts";
import { readUblAdjustment, readUblTaxCategory } from "./read-ubl-amounts.ts";
import { readUblLine } from "./read-ubl-line.ts";
import {
  isCreditor,
  readUblAddress,
  readUblBuyer,
  readUblPayee,
  readUblSeller,
  readUblTaxRepresentative,
} from "./read-ubl-party.ts";
import { readUblPayment } from "./read-ubl-payment.ts";
import type { Reading } from "./reading.ts";
import {
  amountIn,
  amountOf,
  codeIn,
  dateIn,
  identifierIn,
  neededCode,
  neededDate,
  neededText,
  takeConstant,
  textIn,
  textOf,
  unlessEmpty,
} from "./values.ts";
import { XmlElement } from "./xml-element.ts";

/**
 * @throws FormatError if the file is no UBL invoice or credit note, lacks what every document states, or states a value
 * that the model cannot hold
 */
export function readUbl(xml: string): Reading {
  const root = XmlElement.parse(xml);
  if (root.name !== "Invoice" && root.name !== "CreditNote")
    throw new FormatError("UNKNOWN_DOCUMENT", `${root.path} is neither a UBL Invoice nor a CreditNote`);
  takeConstant(root, "cbc:UBLVersionID", "2.1");
  const specification = codeIn(root, "cbc:CustomizationID");
  const process = codeIn(root, "cbc:ProfileID");
  const document = documentOf(root, root.name);
  return { document, specification, process, leftovers: [...root.leftovers()] };
}

function documentOf(root: XmlElement, name: "Invoice" | "CreditNote"): SemanticInvoice {
  const currency = neededCode(root, "cbc:DocumentCurrencyCode");
  const period = root.take("cac:InvoicePeriod");
  const { creditor, ...parties } = readParties(root);
  const { payment, dueOn } = readUblPayment(root, creditor);
  return {
    kind: name === "Invoice" ? "invoice" : "credit_note",
    typeCode: neededCode(root, `cbc:${name}TypeCode`),
    number: neededText(root, "cbc:ID"),
    issuedOn: neededDate(root, "cbc:IssueDate"),
    currency,
    taxPointOn: dateIn(root, "cbc:TaxPointDate"),
    taxPointCode: codeIn(period, "cbc:DescriptionCode"),
    dueOn: name === "Invoice" ? dateIn(root, "cbc:DueDate") : dueOn,
    buyerReference: textIn(root, "cbc:BuyerReference"),
    ...readReferences(root, name),
    accountingReference: textIn(root, "cbc:AccountingCost"),
    terms: textIn(root.take("cac:PaymentTerms"), "cbc:Note"),
    notes: root.takeAll("cbc:Note").map((note) => noteOf(textOf(note))),
    preceding: root.takeAll("cac:BillingReference").flatMap((reference) => {
      const document = reference.take("cac:InvoiceDocumentReference");
      return document ? { number: neededText(document, "cbc:ID"), issuedOn: dateIn(document, "cbc:IssueDate") } : [];
    }),
    ...parties,
    delivery: readDelivery(root),
    period: period && unlessEmpty({ from: dateIn(period, "cbc:StartDate"), to: dateIn(period, "cbc:EndDate") }),
    payment,
    adjustments: root.takeAll("cac:AllowanceCharge").map((element) => ({
      ...readUblAdjustment(element, currency),
      ...readUblTaxCategory(element.need("cac:TaxCategory")),
    })),
    ...readTaxes(root, currency),
    lines: root.takeAll(`cac:${name}Line`).map((line) => readUblLine(line, currency)),
  };
}

/** BT-21 stands before the text. */
function noteOf(text: string): SemanticInvoice["notes"][number] {
  const [, subject, rest] = /^\s*#([A-Z]{3})#(.+)$/s.exec(text) ?? [];
  return subject !== undefined && rest !== undefined ? { subject, text: rest } : { subject: null, text };
}

type References = Pick<
  SemanticInvoice,
  "project" | "contract" | "order" | "salesOrder" | "receipt" | "despatch" | "tender" | "object"
>;

function readReferences(root: XmlElement, name: "Invoice" | "CreditNote"): References {
  const idOf = (reference: string) => textIn(root.take(reference), "cbc:ID");
  const ofType = (type: string) => {
    const found = root.take("cac:AdditionalDocumentReference", (each) => each.peek("cbc:DocumentTypeCode") === type);
    takeConstant(found, "cbc:DocumentTypeCode", type);
    return found;
  };
  const orderReference = root.take("cac:OrderReference");
  const order = textIn(orderReference, "cbc:ID");
  const salesOrder = textIn(orderReference, "cbc:SalesOrderID");
  return {
    order: salesOrder !== null && order === NOT_APPLICABLE ? null : order,
    salesOrder,
    despatch: idOf("cac:DespatchDocumentReference"),
    receipt: idOf("cac:ReceiptDocumentReference"),
    tender: idOf("cac:OriginatorDocumentReference"),
    contract: idOf("cac:ContractDocumentReference"),
    object: identifierIn(ofType(OBJECT_TYPE), "cbc:ID"),
    project: name === "Invoice" ? idOf("cac:ProjectReference") : textIn(ofType(PROJECT_TYPE), "cbc:ID"),
  };
}

type Parties = Pick<SemanticInvoice, "seller" | "buyer" | "payee" | "taxRepresentative">;

/** @returns also BT-90, which is an identifier of the payee or the seller */
function readParties(root: XmlElement): Parties & { creditor: string | null } {
  const sellerParty = root.need("cac:AccountingSupplierParty").need("cac:Party");
  const payeeParty = root.take("cac:PayeeParty");
  const representative = root.take("cac:TaxRepresentativeParty");
  const creditorOf = (party: XmlElement | null) => {
    // Without a way to pay there is nothing that it could belong to: then it is left.
    const id = root.child("cac:PaymentMeans") && party?.take("cac:PartyIdentification", isCreditor)?.take("cbc:ID");
    id?.attribute("schemeID");
    return id?.text ?? null;
  };
  return {
    creditor: creditorOf(payeeParty) ?? creditorOf(sellerParty),
    seller: readUblSeller(sellerParty),
    buyer: readUblBuyer(root.need("cac:AccountingCustomerParty").need("cac:Party")),
    payee: payeeParty && readUblPayee(payeeParty),
    taxRepresentative: representative && readUblTaxRepresentative(representative),
  };
}

function readDelivery(root: XmlElement): SemanticInvoice["delivery"] {
  const delivery = root.take("cac:Delivery");
  if (!delivery) return null;
  const location = delivery.take("cac:DeliveryLocation");
  const address = location?.take("cac:Address");
  return unlessEmpty({
    name: textIn(delivery.take("cac:DeliveryParty")?.take("cac:PartyName") ?? null, "cbc:Name"),
    location: identifierIn(location, "cbc:ID"),
    deliveredOn: dateIn(delivery, "cbc:ActualDeliveryDate"),
    address: address ? readUblAddress(address) : null,
  });
}

/** VAT in the document's currency, with its rows, and in the accounting currency. */
function readTaxes(root: XmlElement, currency: string): Pick<SemanticInvoice, "taxes" | "totals" | "accounting"> {
  const inCurrency = (wanted: string) =>
    root.take("cac:TaxTotal", (each) => (each.peekAttribute("cbc:TaxAmount", "currencyID") ?? currency) === wanted);
  const total = inCurrency(currency);
  const taxMinor = amountIn(total, "cbc:TaxAmount", currency) ?? 0;
  const accountingCurrency = codeIn(root, "cbc:TaxCurrencyCode");
  const other = accountingCurrency === null || accountingCurrency === currency ? null : inCurrency(accountingCurrency);
  return {
    taxes: (total?.takeAll("cac:TaxSubtotal") ?? []).map((row) => readTax(row, currency)),
    totals: readTotals(root.need("cac:LegalMonetaryTotal"), currency, taxMinor),
    accounting:
      other && accountingCurrency !== null
        ? { currency: accountingCurrency, taxMinor: amountOf(other.need("cbc:TaxAmount"), accountingCurrency) }
        : null,
  };
}

function readTax(row: XmlElement, currency: string): SemanticTax {
  const category = row.need("cac:TaxCategory");
  return {
    ...readUblTaxCategory(category),
    taxableMinor: amountOf(row.need("cbc:TaxableAmount"), currency),
    taxMinor: amountOf(row.need("cbc:TaxAmount"), currency),
    reason: textIn(category, "cbc:TaxExemptionReason"),
    reasonCode: codeIn(category, "cbc:TaxExemptionReasonCode"),
  };
}

function readTotals(total: XmlElement, currency: string, taxMinor: number): SemanticTotals {
  const orZero = (name: string) => amountIn(total, name, currency) ?? 0;
  const needed = (name: string) => amountOf(total.need(name), currency);
  return {
    linesMinor: needed("cbc:LineExtensionAmount"),
    allowancesMinor: orZero("cbc:AllowanceTotalAmount"),
    chargesMinor: orZero("cbc:ChargeTotalAmount"),
    netMinor: needed("cbc:TaxExclusiveAmount"),
    taxMinor,
    grossMinor: needed("cbc:TaxInclusiveAmount"),
    prepaidMinor: orZero("cbc:PrepaidAmount"),
    roundingMinor: orZero("cbc:PayableRoundingAmount"),
    payableMinor: needed("cbc:PayableAmount"),
  };
}
