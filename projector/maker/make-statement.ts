/** Makes the file of a client's statement of account. */
import type { DocumentFile } from "../../events/einvoice/formats.ts";
import type { StatementSource } from "../documents/document-source.ts";
import { PAPER_VERSION, paper } from "../paper/paper.ts";
import type { StatementPaper } from "../paper/parts/input.ts";
import { safeName } from "./file-name.ts";
import { sizeOf } from "./paper-size.ts";

export interface MadeStatement {
  file: DocumentFile;
  /** Its name in a folder. */
  name: string;
}

export function makeStatement(source: StatementSource): MadeStatement {
  const { seller, language, logo, colour } = source;
  const document = statementPaper(source);
  const size = sizeOf(seller.address.country);
  const bytes = paper({ document, language, size, logo, colour, mark: null, attachment: null }, PAPER_VERSION);
  return { file: { format: "pdf", mediaType: "application/pdf", bytes }, name: nameOf(source) };
}

/** `Statement Ada Ltd EUR 2026-06-30.pdf` */
function nameOf({ statement: { currency, to }, buyer, on }: StatementSource): string {
  // The day is never cut off.
  return `${safeName(`Statement ${buyer.name}`)} ${currency} ${to === null || to > on ? on : to}.pdf`;
}

function statementPaper({ statement, seller, buyer, accounts, on }: StatementSource): StatementPaper {
  const { currency, from, to, opening_minor, closing_minor, shortened, entries, open } = statement;
  return {
    kind: "statement",
    seller,
    buyer,
    currency,
    on,
    // Of a long account, the oldest entries are in the opening balance.
    from: shortened ? (entries[0]?.on ?? from) : from,
    to,
    openingMinor: opening_minor,
    entries: entries.map(({ on, kind, about, name, due_on, amount_minor, balance_minor }) => {
      return { on, kind, about, name, dueOn: due_on, amountMinor: amount_minor, balanceMinor: balance_minor };
    }),
    closingMinor: closing_minor,
    open: open.map(({ number, kind, issued_on, due_on, gross_minor, balance_minor }) => ({
      number: number ?? "",
      kind,
      issuedOn: issued_on ?? "",
      dueOn: kind === "invoice" ? due_on : null,
      grossMinor: kind === "invoice" ? gross_minor : -gross_minor,
      balanceMinor: balance_minor,
    })),
    accounts: [...accounts],
  };
}
