/** Reads the payment means of UBL, and the due date that a credit note states with them. */
import type { SemanticInvoice, SemanticPayment } from "../../../events/einvoice/semantic.ts";
import { NO_MEANS, NOT_APPLICABLE } from "../ubl-names.ts";
import { codeIn, dateIn, neededText, takeConstant, textIn, textOf, unlessEmpty } from "./values.ts";
import type { XmlElement } from "./xml-element.ts";

/** @param creditor BT-90, as read with the parties */
export function readUblPayment(root: XmlElement, creditor: string | null): Pick<SemanticInvoice, "payment" | "dueOn"> {
  const first = root.take("cac:PaymentMeans");
  if (!first) return { payment: null, dueOn: null };
  const code = first.need("cbc:PaymentMeansCode");
  const meansCode = textOf(code).trim();
  const remittance = textIn(first, "cbc:PaymentID");
  const dueOn = dateIn(first, "cbc:PaymentDueDate");
  const mandate = first.take("cac:PaymentMandate");
  const payment: SemanticPayment = {
    meansCode,
    meansText: code.attribute("name"),
    remittance,
    accounts: accountIn(first),
    card: cardIn(first),
    directDebit: unlessEmpty({
      mandate: textIn(mandate, "cbc:ID"),
      creditor,
      account: textIn(mandate?.take("cac:PayerFinancialAccount") ?? null, "cbc:ID"),
    }),
  };
  // Others with the same code are further accounts. Another code would be a second way to pay, which no term has.
  for (const other of root.takeAll("cac:PaymentMeans", (each) => each.peek("cbc:PaymentMeansCode") === meansCode)) {
    codeIn(other, "cbc:PaymentMeansCode");
    if (remittance !== null) takeConstant(other, "cbc:PaymentID", remittance.trim());
    payment.accounts.push(...accountIn(other));
  }
  return { payment: saysNothing(payment) && dueOn !== null ? null : payment, dueOn };
}

/** True for the means that is there only because a due date needs one. */
function saysNothing({ meansCode, meansText, remittance, accounts, card, directDebit }: SemanticPayment): boolean {
  const isBare = meansText === null && remittance === null && accounts.length === 0 && !card && !directDebit;
  return isBare && meansCode === NO_MEANS;
}

function accountIn(means: XmlElement): SemanticPayment["accounts"] {
  const account = means.take("cac:PayeeFinancialAccount");
  if (!account) return [];
  return [
    {
      account: neededText(account, "cbc:ID"),
      name: textIn(account, "cbc:Name"),
      bic: textIn(account.take("cac:FinancialInstitutionBranch"), "cbc:ID"),
    },
  ];
}

function cardIn(means: XmlElement): SemanticPayment["card"] {
  const card = means.take("cac:CardAccount");
  if (!card) return null;
  takeConstant(card, "cbc:NetworkID", NOT_APPLICABLE);
  return { number: neededText(card, "cbc:PrimaryAccountNumberID"), holder: textIn(card, "cbc:HolderName") };
}
