/** `invoify check`: what documents lack for a format. */
import { AT_OPTION, withBooks } from "../../as-of/books.ts";
import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { tableText } from "../../command-line/table-text.ts";
import { checkDocument } from "../../documents/check-document.ts";
import { documentIn } from "../../documents/document-in.ts";
import { countOf } from "../../text/figures.ts";
import { AT_HELP, PLACE_HELP } from "../reports/report-source.ts";
import { chooseDocuments, FORMATS_HELP, formatOf, WHICH_HELP, WHICH_OPTIONS } from "./which-documents.ts";

export const check = defineCommand({
  name: "check",
  about: `Checks documents by the rules of a format, and lists what they lack: the rule, where it
is filled in, and what is missing. A draft is checked as it would be issued now. The
exit code is 1 if anything is found.

${FORMATS_HELP}

${WHICH_HELP}

${PLACE_HELP}

${AT_HELP}`,
  positionals: ["CACHE|LOG"],
  further: "NUMBER",
  options: {
    format: { type: "string", value: "FORMAT", required: true, help: "the format whose rules apply" },
    ...WHICH_OPTIONS,
    at: AT_OPTION,
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: [location = "", ...numbers] }, terminal) {
    const { at, json, ...which } = values;
    const format = formatOf(values.format);
    let count = 0;
    await withBooks({ location, at }, terminal, (books) => {
      const documents = chooseDocuments(books.db, numbers, which).map(({ id, number }) => {
        return { id, number, findings: checkDocument(documentIn(books, id), format) };
      });
      for (const { findings } of documents) count += findings.length;
      if (json) return terminal.out(JSON.stringify({ format, documents }));
      const rows = documents.flatMap(({ id, number, findings }) =>
        findings.map(({ rule, where, text }) => [number ?? `draft ${id}`, rule, where, text]),
      );
      if (rows.length > 0) terminal.out(tableText([["DOCUMENT", "RULE", "WHERE", "WHAT"], ...rows]));
      const found = count === 0 ? "nothing is missing" : `${countOf(count, "finding")}`;
      terminal.out(`${format}: ${countOf(documents.length, "document")} checked, ${found}`);
    });
    return count === 0 ? 0 : 1;
  },
});
