/**
 * UN/CEFACT Cross Industry Invoice D16B, as EN 16931-3-3 binds the semantic model to it: the XML of Factur-X and
 * ZUGFeRD (profile EN 16931) and XRechnung. Elements stand in the order of the XSD. `read-cii.ts` is its mirror image.
 */
import type { SemanticInvoice, SemanticPayment } from "../../events/einvoice/semantic.ts";
import { asFiled } from "./as-filed.ts";
import { ciiAdjustment, ciiAmount, ciiDate, ciiPeriod, ciiRate } from "./cii-amounts.ts";
import { ciiLine } from "./cii-line.ts";
import { OBJECT_TYPE, PROJECT_NAME, QDT, RAM, RSM, TAX_POINT_CODES, TENDER_TYPE, UDT, VAT } from "./cii-names.ts";
import { ciiParty, ciiPayee, ciiShipTo, ciiTaxRepresentative } from "./cii-party.ts";
import { amount } from "./decimals.ts";
import { type CiiFormat, profileOf } from "./profiles.ts";
import { each, group, leaf, leafWith, xmlFile } from "./xml.ts";

/** The CII file of a document: always well-formed. */
export function cii(stated: SemanticInvoice, format: CiiFormat): string {
  const document = asFiled(stated, format);
  return xmlFile(
    "rsm:CrossIndustryInvoice",
    { rsm: RSM, ram: RAM, qdt: QDT, udt: UDT },
    context(format),
    group(
      "rsm:ExchangedDocument",
      leaf("ram:ID", document.number),
      leaf("ram:TypeCode", document.typeCode),
      ciiDate("ram:IssueDateTime", document.issuedOn),
      each(document.notes, ({ subject, text }) =>
        group("ram:IncludedNote", leaf("ram:Content", text), leaf("ram:SubjectCode", subject)),
      ),
    ),
    group(
      "rsm:SupplyChainTradeTransaction",
      each(document.lines, (line) => ciiLine(line, document.currency)),
      agreement(document),
      delivery(document),
      settlement(document),
    ),
  );
}

function context(format: CiiFormat): string {
  const { specification, process } = profileOf(format);
  return group(
    "rsm:ExchangedDocumentContext",
    group("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", process)),
    group("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", specification)),
  );
}

function agreement(document: SemanticInvoice): string {
  const { taxRepresentative, tender, object } = document;
  return group(
    "ram:ApplicableHeaderTradeAgreement",
    leaf("ram:BuyerReference", document.buyerReference),
    ciiParty("ram:SellerTradeParty", document.seller, document.seller),
    ciiParty("ram:BuyerTradeParty", document.buyer),
    taxRepresentative ? ciiTaxRepresentative(taxRepresentative) : "",
    reference("ram:SellerOrderReferencedDocument", document.salesOrder),
    reference("ram:BuyerOrderReferencedDocument", document.order),
    reference("ram:ContractReferencedDocument", document.contract),
    tender === null
      ? ""
      : group(
          "ram:AdditionalReferencedDocument",
          leaf("ram:IssuerAssignedID", tender),
          leaf("ram:TypeCode", TENDER_TYPE),
        ),
    object
      ? group(
          "ram:AdditionalReferencedDocument",
          leaf("ram:IssuerAssignedID", object.id),
          leaf("ram:TypeCode", OBJECT_TYPE),
          leaf("ram:ReferenceTypeCode", object.scheme),
        )
      : "",
    document.project === null
      ? ""
      : group("ram:SpecifiedProcuringProject", leaf("ram:ID", document.project), leaf("ram:Name", PROJECT_NAME)),
  );
}

function reference(name: string, id: string | null): string {
  return group(name, leaf("ram:IssuerAssignedID", id));
}

/** Always there, even if empty: the XSD wants it. */
function delivery({ delivery, despatch, receipt }: SemanticInvoice): string {
  const content = [
    delivery ? ciiShipTo(delivery) : "",
    group("ram:ActualDeliverySupplyChainEvent", ciiDate("ram:OccurrenceDateTime", delivery?.deliveredOn)),
    reference("ram:DespatchAdviceReferencedDocument", despatch),
    reference("ram:ReceivingAdviceReferencedDocument", receipt),
  ].join("");
  return group("ram:ApplicableHeaderTradeDelivery", content) || "<ram:ApplicableHeaderTradeDelivery/>\n";
}

function settlement(document: SemanticInvoice): string {
  const { payment, payee, currency, accounting } = document;
  return group(
    "ram:ApplicableHeaderTradeSettlement",
    leaf("ram:CreditorReferenceID", payment?.directDebit?.creditor),
    leaf("ram:PaymentReference", payment?.remittance),
    leaf("ram:TaxCurrencyCode", accounting?.currency),
    leaf("ram:InvoiceCurrencyCode", currency),
    payee ? ciiPayee(payee) : "",
    payment ? paymentMeans(payment) : "",
    taxes(document),
    ciiPeriod(document.period),
    each(document.adjustments, (adjustment) => ciiAdjustment(adjustment, currency, adjustment)),
    group(
      "ram:SpecifiedTradePaymentTerms",
      leaf("ram:Description", document.terms),
      ciiDate("ram:DueDateDateTime", document.dueOn),
      leaf("ram:DirectDebitMandateID", payment?.directDebit?.mandate),
    ),
    totals(document),
    // The XSD of D16B has room for one; each of them is written, because a reference that is left out is lost unseen.
    each(document.preceding, ({ number, issuedOn }) =>
      group(
        "ram:InvoiceReferencedDocument",
        leaf("ram:IssuerAssignedID", number),
        ciiDate("ram:FormattedIssueDateTime", issuedOn, "qdt:DateTimeString"),
      ),
    ),
    group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", document.accountingReference)),
  );
}

/** One for each account; what can be stated only once is in the first. */
function paymentMeans(payment: SemanticPayment): string {
  const { meansCode, meansText, card, directDebit } = payment;
  const [account, ...others] = payment.accounts;
  const name = "ram:SpecifiedTradeSettlementPaymentMeans";
  return [
    group(
      name,
      leaf("ram:TypeCode", meansCode),
      leaf("ram:Information", meansText),
      card
        ? group(
            "ram:ApplicableTradeSettlementFinancialCard",
            leaf("ram:ID", card.number),
            leaf("ram:CardholderName", card.holder),
          )
        : "",
      group("ram:PayerPartyDebtorFinancialAccount", leaf("ram:IBANID", directDebit?.account)),
      account ? payeeAccount(account) : "",
    ),
    each(others, (other) => group(name, leaf("ram:TypeCode", meansCode), payeeAccount(other))),
  ].join("");
}

/** An IBAN: two letters, two digits, the country's own account number; with or without blanks. */
const IBAN = /^[A-Z]{2} ?\d{2}[ A-Z0-9]{8,}$/i;

function payeeAccount({ account, name, bic }: SemanticPayment["accounts"][number]): string {
  const isIban = IBAN.test(account);
  return [
    group(
      "ram:PayeePartyCreditorFinancialAccount",
      leaf("ram:IBANID", isIban ? account : null),
      leaf("ram:AccountName", name),
      leaf("ram:ProprietaryID", isIban ? null : account),
    ),
    group("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", bic)),
  ].join("");
}

function taxes({ taxes, currency, taxPointOn, taxPointCode }: SemanticInvoice): string {
  const code = TAX_POINT_CODES.find(([ofModel]) => ofModel === taxPointCode)?.[1] ?? taxPointCode;
  return each(taxes, (tax, index) =>
    group(
      "ram:ApplicableTradeTax",
      ciiAmount("ram:CalculatedAmount", tax.taxMinor, currency),
      leaf("ram:TypeCode", VAT),
      leaf("ram:ExemptionReason", tax.reason),
      ciiAmount("ram:BasisAmount", tax.taxableMinor, currency),
      leaf("ram:CategoryCode", tax.vatCategory),
      leaf("ram:ExemptionReasonCode", tax.reasonCode),
      // BT-7 and BT-8 are of the document, and at most one row may state them.
      index === 0 ? ciiDate("ram:TaxPointDate", taxPointOn, "udt:DateString") : "",
      index === 0 ? leaf("ram:DueDateTypeCode", code) : "",
      ciiRate(tax),
    ),
  );
}

function totals({ totals, currency, adjustments, accounting }: SemanticInvoice): string {
  /** Zero is not stated, unless there is something that adds up to zero. */
  const unlessZero = (name: string, minor: number, isNeeded = false) =>
    minor !== 0 || isNeeded ? ciiAmount(name, minor, currency) : "";
  const has = (kind: "allowance" | "charge") => adjustments.some((adjustment) => adjustment.kind === kind);
  const tax = (minor: number, currencyID: string) =>
    leafWith("ram:TaxTotalAmount", amount(minor, currencyID), { currencyID });
  return group(
    "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
    ciiAmount("ram:LineTotalAmount", totals.linesMinor, currency),
    unlessZero("ram:ChargeTotalAmount", totals.chargesMinor, has("charge")),
    unlessZero("ram:AllowanceTotalAmount", totals.allowancesMinor, has("allowance")),
    ciiAmount("ram:TaxBasisTotalAmount", totals.netMinor, currency),
    tax(totals.taxMinor, currency),
    accounting ? tax(accounting.taxMinor, accounting.currency) : "",
    unlessZero("ram:RoundingAmount", totals.roundingMinor),
    ciiAmount("ram:GrandTotalAmount", totals.grossMinor, currency),
    unlessZero("ram:TotalPrepaidAmount", totals.prepaidMinor),
    ciiAmount("ram:DuePayableAmount", totals.payableMinor, currency),
  );
}
