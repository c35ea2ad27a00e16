/**
 * UBL 2.1 Invoice and CreditNote, as EN 16931-3-2 binds the semantic model to them. Elements stand in the order of the
 * XSD. `read-ubl.ts` is its mirror image.
 */
import type { SemanticInvoice, SemanticPayment } from "../../events/einvoice/semantic.ts";
import { asFiled } from "./as-filed.ts";
import { profileOf, type UblFormat } from "./profiles.ts";
import { ublAdjustment, ublAmount, ublTaxCategory } from "./ubl-amounts.ts";
import { type LineNames, ublLine } from "./ubl-line.ts";
import {
  CAC,
  CBC,
  CREDITOR_SCHEME,
  NO_MEANS,
  NOT_APPLICABLE,
  OBJECT_TYPE,
  PROJECT_TYPE,
  rootNamespace,
} from "./ubl-names.ts";
import { ublAddress, ublIdentification, ublParty, ublPayee, ublTaxRepresentative } from "./ubl-party.ts";
import { each, group, leaf, leafWith, xmlFile } from "./xml.ts";

const INVOICE_LINE: LineNames = { line: "cac:InvoiceLine", quantity: "cbc:InvoicedQuantity" };
const CREDIT_NOTE_LINE: LineNames = { line: "cac:CreditNoteLine", quantity: "cbc:CreditedQuantity" };

/** The UBL file of a document: always well-formed, and never with an empty element. */
export function ubl(stated: SemanticInvoice, format: UblFormat): string {
  const document = asFiled(stated, format);
  const isInvoice = document.kind === "invoice";
  const root = isInvoice ? "Invoice" : "CreditNote";
  const namespaces = { "": rootNamespace(root), cac: CAC, cbc: CBC };
  const names = isInvoice ? INVOICE_LINE : CREDIT_NOTE_LINE;
  return xmlFile(
    root,
    namespaces,
    header(document, format),
    references(document),
    parties(document),
    delivery(document),
    payment(document),
    group("cac:PaymentTerms", leaf("cbc:Note", document.terms)),
    each(document.adjustments, (adjustment) => ublAdjustment(adjustment, document.currency, adjustment)),
    taxes(document),
    totals(document),
    each(document.lines, (line) => ublLine(line, document.currency, names)),
  );
}

function header(document: SemanticInvoice, format: UblFormat): string {
  const { specification, process } = profileOf(format);
  const taxPoint = leaf("cbc:TaxPointDate", document.taxPointOn);
  // UBL has no element for BT-21: its code stands before the text.
  const notes = each(document.notes, ({ subject, text }) =>
    leaf("cbc:Note", subject === null ? text : `#${subject}#${text}`),
  );
  return [
    leaf("cbc:CustomizationID", specification),
    leaf("cbc:ProfileID", process),
    leaf("cbc:ID", document.number),
    leaf("cbc:IssueDate", document.issuedOn),
    document.kind === "invoice"
      ? leaf("cbc:DueDate", document.dueOn) + leaf("cbc:InvoiceTypeCode", document.typeCode) + notes + taxPoint
      : taxPoint + leaf("cbc:CreditNoteTypeCode", document.typeCode) + notes,
    leaf("cbc:DocumentCurrencyCode", document.currency),
    leaf("cbc:TaxCurrencyCode", document.accounting?.currency),
    leaf("cbc:AccountingCost", document.accountingReference),
    leaf("cbc:BuyerReference", document.buyerReference),
    group(
      "cac:InvoicePeriod",
      leaf("cbc:StartDate", document.period?.from),
      leaf("cbc:EndDate", document.period?.to),
      leaf("cbc:DescriptionCode", document.taxPointCode),
    ),
  ].join("");
}

function references(document: SemanticInvoice): string {
  const { order, salesOrder, object, project, kind } = document;
  const isInvoice = kind === "invoice";
  const contract = group("cac:ContractDocumentReference", leaf("cbc:ID", document.contract));
  const tender = group("cac:OriginatorDocumentReference", leaf("cbc:ID", document.tender));
  const additional =
    (object &&
      group(
        "cac:AdditionalDocumentReference",
        leafWith("cbc:ID", object.id, { schemeID: object.scheme }),
        leaf("cbc:DocumentTypeCode", OBJECT_TYPE),
      )) ??
    "";
  return [
    group(
      "cac:OrderReference",
      leaf("cbc:ID", salesOrder === null ? order : (order ?? NOT_APPLICABLE)),
      leaf("cbc:SalesOrderID", salesOrder),
    ),
    each(document.preceding, ({ number, issuedOn }) =>
      group(
        "cac:BillingReference",
        group("cac:InvoiceDocumentReference", leaf("cbc:ID", number), leaf("cbc:IssueDate", issuedOn)),
      ),
    ),
    group("cac:DespatchDocumentReference", leaf("cbc:ID", document.despatch)),
    group("cac:ReceiptDocumentReference", leaf("cbc:ID", document.receipt)),
    isInvoice ? tender + contract + additional : contract + additional,
    isInvoice ? group("cac:ProjectReference", leaf("cbc:ID", project)) : projectOfCreditNote(project) + tender,
  ].join("");
}

/** A CreditNote has no `cac:ProjectReference`. */
function projectOfCreditNote(project: string | null): string {
  if (project === null) return "";
  return group("cac:AdditionalDocumentReference", leaf("cbc:ID", project), leaf("cbc:DocumentTypeCode", PROJECT_TYPE));
}

function parties({ seller, buyer, payee, taxRepresentative, payment }: SemanticInvoice): string {
  const creditor = payment?.directDebit?.creditor ?? null;
  const identification = creditor === null ? "" : ublIdentification({ id: creditor, scheme: CREDITOR_SCHEME });
  return [
    group("cac:AccountingSupplierParty", ublParty(seller, payee ? "" : identification, seller)),
    group("cac:AccountingCustomerParty", ublParty(buyer)),
    payee ? ublPayee(payee, identification) : "",
    taxRepresentative ? ublTaxRepresentative(taxRepresentative) : "",
  ].join("");
}

function delivery({ delivery }: SemanticInvoice): string {
  if (!delivery) return "";
  const { location, address } = delivery;
  return group(
    "cac:Delivery",
    leaf("cbc:ActualDeliveryDate", delivery.deliveredOn),
    group(
      "cac:DeliveryLocation",
      location ? leafWith("cbc:ID", location.id, { schemeID: location.scheme }) : "",
      address ? ublAddress("cac:Address", address) : "",
    ),
    group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", delivery.name))),
  );
}

/** One `cac:PaymentMeans` for each account; what can be stated only once is in the first. */
function payment({ payment, dueOn, kind }: SemanticInvoice): string {
  const due = kind === "credit_note" ? leaf("cbc:PaymentDueDate", dueOn) : "";
  if (!payment) return due && group("cac:PaymentMeans", leaf("cbc:PaymentMeansCode", NO_MEANS), due);
  const { card } = payment;
  const first =
    due +
    leaf("cbc:PaymentID", payment.remittance) +
    (card
      ? group(
          "cac:CardAccount",
          leaf("cbc:PrimaryAccountNumberID", card.number),
          leaf("cbc:NetworkID", NOT_APPLICABLE),
          leaf("cbc:HolderName", card.holder),
        )
      : "");
  const [account, ...others] = payment.accounts;
  return [
    group(
      "cac:PaymentMeans",
      leafWith("cbc:PaymentMeansCode", payment.meansCode, { name: payment.meansText }),
      first,
      account ? payeeAccount(account) : "",
      mandate(payment),
    ),
    each(others, (other) =>
      group(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", payment.meansCode),
        leaf("cbc:PaymentID", payment.remittance),
        payeeAccount(other),
      ),
    ),
  ].join("");
}

function payeeAccount({ account, name, bic }: SemanticPayment["accounts"][number]): string {
  return group(
    "cac:PayeeFinancialAccount",
    leaf("cbc:ID", account),
    leaf("cbc:Name", name),
    group("cac:FinancialInstitutionBranch", leaf("cbc:ID", bic)),
  );
}

function mandate({ directDebit }: SemanticPayment): string {
  if (!directDebit) return "";
  return group(
    "cac:PaymentMandate",
    leaf("cbc:ID", directDebit.mandate),
    group("cac:PayerFinancialAccount", leaf("cbc:ID", directDebit.account)),
  );
}

function taxes({ taxes, totals, currency, accounting }: SemanticInvoice): string {
  const rows = each(taxes, (tax) =>
    group(
      "cac:TaxSubtotal",
      ublAmount("cbc:TaxableAmount", tax.taxableMinor, currency),
      ublAmount("cbc:TaxAmount", tax.taxMinor, currency),
      ublTaxCategory(
        "cac:TaxCategory",
        tax,
        leaf("cbc:TaxExemptionReasonCode", tax.reasonCode) + leaf("cbc:TaxExemptionReason", tax.reason),
      ),
    ),
  );
  return [
    group("cac:TaxTotal", ublAmount("cbc:TaxAmount", totals.taxMinor, currency), rows),
    accounting ? group("cac:TaxTotal", ublAmount("cbc:TaxAmount", accounting.taxMinor, accounting.currency)) : "",
  ].join("");
}

function totals({ totals, currency, adjustments }: SemanticInvoice): string {
  /** Zero is not stated, unless there is something that adds up to zero. */
  const unlessZero = (name: string, minor: number, isNeeded = false) =>
    minor !== 0 || isNeeded ? ublAmount(name, minor, currency) : "";
  const has = (kind: "allowance" | "charge") => adjustments.some((adjustment) => adjustment.kind === kind);
  return group(
    "cac:LegalMonetaryTotal",
    ublAmount("cbc:LineExtensionAmount", totals.linesMinor, currency),
    ublAmount("cbc:TaxExclusiveAmount", totals.netMinor, currency),
    ublAmount("cbc:TaxInclusiveAmount", totals.grossMinor, currency),
    unlessZero("cbc:AllowanceTotalAmount", totals.allowancesMinor, has("allowance")),
    unlessZero("cbc:ChargeTotalAmount", totals.chargesMinor, has("charge")),
    unlessZero("cbc:PrepaidAmount", totals.prepaidMinor),
    unlessZero("cbc:PayableRoundingAmount", totals.roundingMinor),
    ublAmount("cbc:PayableAmount", totals.payableMinor, currency),
  );
}
