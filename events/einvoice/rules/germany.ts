/**
 * The rules of XRechnung 3.0 (BR-DE-*). Peppol has the same ones between German companies (DE-R-*).
 */
import type { Finding } from "../finding.ts";
import type { SemanticInvoice, SemanticPayment } from "../semantic.ts";
import { CARDS, TRANSFERS } from "./payment.ts";
import { blank, type Check, checkOf, optional, type Part, type Rule, whole } from "./rule.ts";

/** A cash discount in payment terms: days, percentage, and perhaps the amount that it is of. */
const DISCOUNT = /^#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#$/;

/** Every line of terms that begins with # states a cash discount, and a line break ends each. */
function termsAllowed(terms: string): boolean {
  const discounts = terms.split(/\r?\n/).filter((line) => line.trim().startsWith("#"));
  if (discounts.length === 0) return true;
  const rest = terms.split(/#.+#/).at(-1) ?? "";
  return discounts.every((line) => DISCOUNT.test(line.trim())) && /^\s*\n/.test(rest);
}

const document: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-DE-1",
    term: "BG-16",
    path: "payment",
    text: "How the client pays is missing, such as your bank account.",
    broken: ({ payment }) => payment === null,
  },
  {
    rule: "BR-DE-15",
    term: "BT-10",
    path: "buyerReference",
    text: "The buyer reference is missing. Authorities call it Leitweg-ID.",
    broken: ({ buyerReference }) => blank(buyerReference),
  },
  {
    rule: "BR-DE-16",
    term: "BT-31",
    path: "seller.vatId",
    where: "organization",
    text: "Your VAT number is missing, and so are your tax number and a tax representative. One is needed.",
    broken: ({ seller, taxRepresentative, lines, adjustments }) =>
      [...lines, ...adjustments].some(({ vatCategory }) => vatCategory !== "O" && vatCategory !== "B") &&
      seller.vatId === null &&
      seller.taxId === null &&
      taxRepresentative === null,
  },
  {
    rule: "BR-DE-18",
    term: "BT-20",
    path: "terms",
    text: "A cash discount in the payment terms is written like #SKONTO#TAGE=14#PROZENT=2.00# on a line of its own.",
    broken: ({ terms }) => terms !== null && !termsAllowed(terms),
  },
];

function missing(rule: string, term: string, path: string, text: string): Rule<SemanticInvoice> {
  const keys = path.split(".");
  return {
    rule,
    term,
    path,
    where: path.startsWith("seller") ? "organization" : path.startsWith("buyer") ? "client" : "document",
    text,
    broken: (document) => {
      // A group that is absent breaks the rule of the group, not those of its fields.
      const group = keys
        .slice(0, -1)
        .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document);
      return !!group && blank((group as Record<string, string | null>)[keys.at(-1) ?? ""]);
    },
  };
}

const required: readonly Rule<SemanticInvoice>[] = [
  {
    rule: "BR-DE-2",
    term: "BG-6",
    path: "seller.contact",
    where: "organization",
    text: "The contact at your company is missing: a name, a telephone number and an email address.",
    broken: ({ seller: { contact } }) =>
      contact === null || (blank(contact.name) && blank(contact.phone) && blank(contact.email)),
  },
  missing("BR-DE-3", "BT-37", "seller.address.city", "The city of your company is missing."),
  missing("BR-DE-4", "BT-38", "seller.address.postcode", "The postcode of your company is missing."),
  missing("BR-DE-5", "BT-41", "seller.contact.name", "The name of the contact at your company is missing."),
  missing("BR-DE-6", "BT-42", "seller.contact.phone", "The telephone number of your contact is missing."),
  missing("BR-DE-7", "BT-43", "seller.contact.email", "The email address of your contact is missing."),
  missing("BR-DE-8", "BT-52", "buyer.address.city", "The client's city is missing."),
  missing("BR-DE-9", "BT-53", "buyer.address.postcode", "The client's postcode is missing."),
  missing("BR-DE-10", "BT-77", "delivery.address.city", "The city of the delivery address is missing."),
  missing("BR-DE-11", "BT-78", "delivery.address.postcode", "The postcode of the delivery address is missing."),
];

/** What each kind of means of payment must state, and must not. */
const MEANS: readonly {
  codes: readonly string[];
  rules: [string, string];
  has: "accounts" | "card" | "directDebit";
}[] = [
  { codes: TRANSFERS, rules: ["BR-DE-23-a", "BR-DE-23-b"], has: "accounts" },
  { codes: CARDS, rules: ["BR-DE-24-a", "BR-DE-24-b"], has: "card" },
  { codes: ["59"], rules: ["BR-DE-25-a", "BR-DE-25-b"], has: "directDebit" },
];
const WORDS = { accounts: "bank account", card: "payment card", directDebit: "direct debit" };
const TERMS = { accounts: "BG-17", card: "BG-18", directDebit: "BG-19" };

function states(payment: SemanticPayment, part: keyof typeof WORDS): boolean {
  return part === "accounts" ? payment.accounts.length > 0 : payment[part] !== null;
}

function meansFindings({ value: payment }: Part<SemanticPayment>): Finding[] {
  const means = MEANS.find(({ codes }) => codes.includes(payment.meansCode));
  if (means === undefined) return [];
  const { has, rules } = means;
  const found: Finding[] = [];
  if (!states(payment, has)) {
    const text = `The ${WORDS[has]} is missing. The means of payment (${payment.meansCode}) needs it.`;
    found.push({ rule: rules[0], term: TERMS[has], path: `payment.${has}`, where: "document", text });
  }
  for (const other of ["accounts", "card", "directDebit"] as const) {
    if (other === has || !states(payment, other)) continue;
    const text = `The means of payment (${payment.meansCode}) goes with a ${WORDS[has]} only. Remove the ${WORDS[other]}.`;
    found.push({ rule: rules[1], term: TERMS[other], path: `payment.${other}`, where: "document", text });
  }
  return found;
}

const means: Check = ({ payment }) => optional("payment", payment).flatMap(meansFindings);

const debit = checkOf("document", ({ payment }) => optional("payment.directDebit", payment?.directDebit ?? null), [
  {
    rule: "BR-DE-30",
    term: "BT-90",
    path: "creditor",
    where: "organization",
    text: "Your creditor identifier is missing. A direct debit states it.",
    broken: ({ creditor }) => blank(creditor),
  },
  {
    rule: "BR-DE-31",
    term: "BT-91",
    path: "account",
    text: "The account that is debited is missing.",
    broken: ({ account }) => blank(account),
  },
]);

const GERMANY: readonly Check[] = [
  checkOf("document", whole, document),
  checkOf("document", whole, required),
  means,
  debit,
];

export const checkGermany: Check = (document) => GERMANY.flatMap((check) => check(document));
