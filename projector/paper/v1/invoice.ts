/** The sheet of an invoice or credit note. */
import type { Identifier, SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { breakable } from "./breakable.ts";
import { dateText, fill, moneyText } from "./format.ts";
import { linesBlock, periodText } from "./lines.ts";
import {
  addressLines,
  buyerLines,
  footerLine,
  identifierText,
  legalLines,
  sellerLines,
  senderLine,
} from "./parties.ts";
import { isLongText, paymentBlock } from "./payment.ts";
import { factHeights, factsBeside, MM } from "./rows.ts";
import type { Block, Fact, FactsBlock, Sheet } from "./sheet.ts";
import { sumsBlock } from "./sums.ts";
import type { Wording } from "./words/words.ts";

/** What a sheet says of its document; paper, language and colour are added to it. */
export type Content = Pick<
  Sheet,
  | "brand"
  | "from"
  | "sender"
  | "to"
  | "toDetails"
  | "facts"
  | "factHeights"
  | "factWidth"
  | "heading"
  | "number"
  | "remarks"
  | "headline"
  | "blocks"
  | "footer"
  | "legal"
> & { issuedOn: string };

/** Widths in em: of the seller's column, the window, what follows a label, other parties, a page. */
const FROM_EM = 22;
const WINDOW_EM = 24;
const FACT_EM = 11;
const PARTY_EM = 14;
const SECTION_EM = 50;
/** More facts than this do not stand beside the window, but below the heading. */
const FACTS_BESIDE = 6;

export function invoiceContent(invoice: SemanticInvoice, cancels: boolean, wording: Wording): Content {
  const { seller, buyer } = invoice;
  const { language } = wording;
  const facts = factsOf(invoice, wording);
  const more = facts.slice(FACTS_BESIDE);
  const brand = seller.tradingName ?? seller.name;
  const lines = linesBlock(invoice, wording);
  const sums = sumsBlock(invoice, wording);
  const blocks: (Block | null)[] = [
    more.length === 0 ? null : factsBlock(more),
    { ...lines, keepLast: lines.keepLast && sums.beside },
    sums,
    paymentBlock(invoice, wording),
    partiesBlock(invoice, wording),
    ...sections(invoice, wording),
  ];
  return {
    issuedOn: invoice.issuedOn,
    brand,
    from: sellerLines(seller, wording).map((line) => breakable(line, FROM_EM)),
    sender: senderLine(seller, language),
    to: [buyer.name, ...addressLines(buyer.address, language)].map((line) => breakable(line, WINDOW_EM)),
    toDetails: buyerLines(buyer, wording).map((line) => breakable(line, WINDOW_EM)),
    ...factsBeside(facts.slice(0, FACTS_BESIDE)),
    heading: headingOf(invoice, cancels, wording),
    number: breakable(invoice.number, 16),
    remarks: remarksOf(invoice, cancels, wording),
    headline: headlineOf(invoice, wording),
    blocks: blocks.filter((block) => block !== null),
    footer: footerLine(brand, invoice.number),
    legal: legalLines(seller) ?? [],
  };
}

/** The title by the document's code (UNTDID 1001), and for a credit note by what it does to the invoice that it names. */
function headingOf({ kind, typeCode, preceding }: SemanticInvoice, cancels: boolean, { words }: Wording): string {
  if (cancels) return words.cancellation;
  if (typeCode === "381" && preceding.length > 0) return words.correction;
  if (Object.hasOwn(words.titles, typeCode)) return words.titles[typeCode as keyof typeof words.titles];
  return words.titles[kind === "invoice" ? "380" : "381"];
}

/** Below the heading: what is cancelled or corrected, and what the law wants to be mentioned. */
function remarksOf(invoice: SemanticInvoice, cancels: boolean, wording: Wording): string[] {
  const { words, formats } = wording;
  const { preceding, typeCode, kind } = invoice;
  const corrects = kind === "credit_note" || typeCode === "384";
  const named = preceding.map(({ number, issuedOn }) =>
    issuedOn === null ? number : fill(words.numberOfDate, { number, date: dateText(issuedOn, formats) }),
  );
  const pattern = cancels ? words.cancels : corrects ? words.corrects : `${words.facts.preceding} {preceding}`;
  const remarks = named.map((each) => breakable(fill(pattern, { preceding: each }), 40));
  const title = headingOf(invoice, cancels, wording).toLowerCase();
  if (["389", "261"].includes(typeCode) && !title.includes(words.selfBilling.toLowerCase()))
    remarks.push(words.selfBilling);
  return remarks;
}

function headlineOf({ kind, totals, currency, dueOn }: SemanticInvoice, { words, formats }: Wording): string | null {
  const amount = moneyText(totals.payableMinor, currency, formats);
  if (kind === "credit_note") return fill(words.headline.credit, { amount });
  if (totals.payableMinor <= 0) return null;
  return dueOn === null
    ? fill(words.headline.payable, { amount })
    : fill(words.headline.due, { amount, date: dateText(dueOn, formats) });
}

/** What stands beside the window, the most wanted first; the rest follows below the heading. */
function factsOf(invoice: SemanticInvoice, wording: Wording): Fact[] {
  const { words, formats } = wording;
  const day = (date: string | null | undefined) => (date ? dateText(date, formats) : null);
  const { taxPointCode, period, object } = invoice;
  const taxPoint =
    taxPointCode !== null && Object.hasOwn(words.taxPoints, taxPointCode)
      ? words.taxPoints[taxPointCode as keyof typeof words.taxPoints]
      : taxPointCode;
  const facts: readonly (readonly [label: string, value: string | null])[] = [
    [words.facts.issuedOn, day(invoice.issuedOn)],
    [words.facts.deliveredOn, day(invoice.delivery?.deliveredOn)],
    [words.facts.period, period && periodText(period, wording)],
    // Every issued document has one, but nobody is to pay a credit note.
    [words.facts.dueOn, invoice.kind === "invoice" ? day(invoice.dueOn) : null],
    [words.facts.buyerVatId, invoice.buyer.vatId],
    [words.facts.buyerReference, invoice.buyerReference],
    [words.facts.order, invoice.order],
    [words.facts.contract, invoice.contract],
    [words.facts.project, invoice.project],
    [words.facts.salesOrder, invoice.salesOrder],
    [words.facts.despatch, invoice.despatch],
    [words.facts.receipt, invoice.receipt],
    [words.facts.tender, invoice.tender],
    [words.facts.object, object && identifierText(object)],
    [words.facts.accountingReference, invoice.accountingReference],
    [words.facts.taxPointOn, day(invoice.taxPointOn)],
    [words.facts.taxPoint, taxPoint],
  ];
  return facts.flatMap(([label, value]) => (value ? [[label, breakable(value, FACT_EM)] as const] : []));
}

/** Two facts in a row. */
function factsBlock(facts: Fact[]): FactsBlock {
  const each = factHeights(facts, { label: 32 * MM, value: 116 });
  const heights = each.flatMap((height, n) => {
    if (n % 2 !== 0) return [];
    const other = n + 1 < each.length ? each[n + 1] : height;
    return [height === null || other === undefined || other === null ? null : Math.max(height, other)];
  });
  return { kind: "facts", facts, heights };
}

/** Who is neither seller nor buyer. */
function partiesBlock({ delivery, payee, taxRepresentative }: SemanticInvoice, wording: Wording): Block | null {
  const { words, language } = wording;
  const parties: { title: string; lines: string[] }[] = [];
  const add = (title: string, lines: readonly (string | null | undefined)[]) => {
    const texts = lines.filter((line): line is string => typeof line === "string" && line !== "");
    if (texts.length > 0) parties.push({ title, lines: texts.map((line) => breakable(line, PARTY_EM)) });
  };
  const id = (label: string, value: Identifier | null | undefined) => value && `${label} ${identifierText(value)}`;
  add(words.sections.delivery, [
    delivery?.name,
    ...(delivery?.address ? addressLines(delivery.address, language) : []),
    id(words.party.identifier, delivery?.location),
  ]);
  add(words.sections.payee, [
    payee?.name,
    id(words.party.identifier, payee?.id),
    id(words.party.companyId, payee?.companyId),
  ]);
  if (taxRepresentative)
    add(words.sections.taxRepresentative, [
      taxRepresentative.name,
      ...addressLines(taxRepresentative.address, language),
      `${words.party.vatId} ${taxRepresentative.vatId}`,
    ]);
  return parties.length === 0 ? null : { kind: "parties", parties };
}

function sections({ notes, terms, seller }: SemanticInvoice, { words }: Wording): Block[] {
  const section = (title: string, texts: readonly (string | null)[]): Block[] => {
    const paragraphs = texts.flatMap((text) => (text === null || text === "" ? [] : [breakable(text, SECTION_EM)]));
    return paragraphs.length === 0 ? [] : [{ kind: "section", title, paragraphs, long: isLongText(paragraphs) }];
  };
  return [
    ...section(words.sections.terms, [terms]),
    ...section(
      words.sections.notes,
      notes.map(({ text }) => text),
    ),
    ...section("", legalLines(seller) ? [] : [seller.legalInfo]),
  ];
}
