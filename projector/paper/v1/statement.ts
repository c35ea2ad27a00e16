/** The sheet of a client's statement of account. */
import type { StatementEntry, StatementPaper } from "../parts/input.ts";
import { breakable } from "./breakable.ts";
import { amountText, dateText, fill, moneyText } from "./format.ts";
import type { Content } from "./invoice.ts";
import { periodText } from "./lines.ts";
import { addressLines, buyerLines, footerLine, legalLines, sellerLines, senderLine } from "./parties.ts";
import { accountFacts, isLong, paymentHeights } from "./payment.ts";
import { factsBeside } from "./rows.ts";
import type { Block, Fact, TableBlock } from "./sheet.ts";
import { measuredTable } from "./table.ts";
import type { Wording } from "./words/words.ts";

export function statementContent(statement: StatementPaper, wording: Wording): Content {
  const { seller, buyer, currency, from, to } = statement;
  const { words, formats, language } = wording;
  const brand = seller.tradingName ?? seller.name;
  const facts: Fact[] = [[words.statementOf.madeOn, dateText(statement.on, formats)]];
  if (from !== null || to !== null) facts.push([words.statementOf.period, periodText({ from, to }, wording)]);
  if (buyer.vatId !== null) facts.push([words.facts.buyerVatId, breakable(buyer.vatId, 11)]);
  facts.push([words.facts.currency, currency]);
  facts.push([words.statementOf.closing, moneyText(statement.closingMinor, currency, formats)]);
  const accounts = accountFacts(statement.accounts, seller.name, wording);
  const pays = statement.closingMinor > 0 && accounts.length > 0;
  const blocks: (Block | null)[] = [
    entriesBlock(statement, wording),
    openBlock(statement, wording),
    pays
      ? {
          kind: "payment",
          title: words.payment.title,
          facts: accounts,
          heights: paymentHeights(accounts),
          code: null,
          codeLabel: words.payment.scan,
          long: isLong(accounts),
        }
      : null,
  ];
  return {
    issuedOn: statement.on,
    brand,
    from: sellerLines(seller, wording).map((line) => breakable(line, 22)),
    sender: senderLine(seller, language),
    to: [buyer.name, ...addressLines(buyer.address, language)].map((line) => breakable(line, 24)),
    toDetails: buyerLines(buyer, wording).map((line) => breakable(line, 24)),
    ...factsBeside(facts),
    heading: words.statement,
    number: "",
    remarks: [],
    headline: null,
    blocks: blocks.filter((block) => block !== null),
    footer: footerLine(brand, words.statement),
    legal: legalLines(seller) ?? [],
  };
}

function entriesBlock(statement: StatementPaper, { words, formats }: Wording): TableBlock {
  const { currency, entries, from, to, openingMinor, closingMinor } = statement;
  const named = words.statementOf;
  const amount = (minor: number) => amountText(minor, currency, formats);
  const day = (date: string | null) => (date === null ? "" : dateText(date, formats));
  return measuredTable({
    title: "",
    heads: [named.date, named.entry, named.due, `${named.amount} ${currency}`, `${named.balance} ${currency}`],
    right: [false, false, false, true, true],
    wide: 1,
    rows: [
      { cells: [day(from), named.opening, "", "", amount(openingMinor)], strong: true },
      ...entries.map((entry) => ({
        cells: [
          day(entry.on),
          breakable(entryName(entry, words), 18),
          day(entry.dueOn),
          amount(entry.amountMinor),
          amount(entry.balanceMinor),
        ],
        strong: false,
      })),
      { cells: [day(to), named.closing, "", "", amount(closingMinor)], strong: true },
    ],
  });
}

function openBlock({ open, currency }: StatementPaper, { words, formats }: Wording): Block {
  const named = words.statementOf;
  if (open.length === 0) return { kind: "section", title: named.open, paragraphs: [named.nothingOpen], long: false };
  const amount = (minor: number) => amountText(minor, currency, formats);
  return measuredTable({
    title: named.open,
    heads: [named.document, named.issued, named.due, `${named.total} ${currency}`, `${named.remaining} ${currency}`],
    right: [false, false, false, true, true],
    wide: 0,
    rows: open.map((item) => ({
      cells: [
        breakable(`${item.kind === "invoice" ? named.invoice : named.creditNote} ${item.number}`, 18),
        dateText(item.issuedOn, formats),
        item.dueOn === null ? "" : dateText(item.dueOn, formats),
        amount(item.grossMinor),
        amount(item.balanceMinor),
      ],
      strong: false,
    })),
  });
}

/** `Invoice INV-7`, `Written off: Invoice INV-7`, `Returned: Payment MB-41` */
function entryName({ kind, about, name }: StatementEntry, { statementOf }: Wording["words"]): string {
  const abouts = {
    invoice: statementOf.invoice,
    credit_note: statementOf.creditNote,
    payment: statementOf.payment,
    refund: statementOf.refund,
  };
  const what = name === null ? abouts[about] : `${abouts[about]} ${name}`;
  if (kind === "write_off") return fill(statementOf.writeOff, { what });
  if (kind !== "reversal") return what;
  const pattern = about === "payment" || about === "refund" ? statementOf.returned : statementOf.writeOffReversed;
  return fill(pattern, { what });
}
