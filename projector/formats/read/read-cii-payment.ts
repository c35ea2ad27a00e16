/** Reads the payment means of CII. */
import type { SemanticPayment } from "../../../events/einvoice/semantic.ts";
import { neededCode, neededText, takeConstant, textIn, unlessEmpty } from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

const MEANS = "ram:SpecifiedTradeSettlementPaymentMeans";

/** @param terms hold the mandate of a direct debit */
export function readCiiPayment(settlement: XmlElement, terms: XmlElement | null): SemanticPayment | null {
  const first = settlement.take(MEANS);
  if (!first) return null;
  const meansCode = neededCode(first, "ram:TypeCode");
  const meansText = textIn(first, "ram:Information");
  const card = first.take("ram:ApplicableTradeSettlementFinancialCard");
  const payment: SemanticPayment = {
    meansCode,
    meansText,
    remittance: textIn(settlement, "ram:PaymentReference"),
    accounts: accountIn(first),
    card: card && { number: neededText(card, "ram:ID"), holder: textIn(card, "ram:CardholderName") },
    directDebit: unlessEmpty({
      mandate: textIn(terms, "ram:DirectDebitMandateID"),
      creditor: textIn(settlement, "ram:CreditorReferenceID"),
      account: textIn(first.take("ram:PayerPartyDebtorFinancialAccount"), "ram:IBANID"),
    }),
  };
  // Others with the same code are further accounts. Another code would be a second way to pay, which no term has.
  for (const other of settlement.takeAll(MEANS, (each) => each.peek("ram:TypeCode") === meansCode)) {
    takeConstant(other, "ram:TypeCode", meansCode);
    if (meansText !== null) takeConstant(other, "ram:Information", meansText.trim());
    payment.accounts.push(...accountIn(other));
  }
  return payment;
}

function accountIn(means: XmlElement): SemanticPayment["accounts"] {
  const account = means.take("ram:PayeePartyCreditorFinancialAccount");
  if (!account) return [];
  return [
    {
      account: textIn(account, "ram:IBANID") ?? neededText(account, "ram:ProprietaryID"),
      name: textIn(account, "ram:AccountName"),
      bic: textIn(means.take("ram:PayeeSpecifiedCreditorFinancialInstitution"), "ram:BICID"),
    },
  ];
}
