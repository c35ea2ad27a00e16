/** `invoify document`: writes the files of documents into a folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { Refusal } from "../../../events/errors.ts";
import { writeWholeFile } from "../../../events/sources/file/whole-file.ts";
import { AT_OPTION, withBooks } from "../../as-of/books.ts";
import { defineCommand } from "../../command-line/command.ts";
import { Failure, interruptionOf } from "../../command-line/failure.ts";
import { kindOfFile } from "../../command-line/logs-and-caches.ts";
import { makeFolder } from "../../command-line/target-folder.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { documentIn } from "../../documents/document-in.ts";
import { FileNames } from "../../maker/file-name.ts";
import { type MadeDocument, makeDocument } from "../../maker/make-document.ts";
import { countOf } from "../../text/figures.ts";
import { AT_HELP, PLACE_HELP } from "../reports/report-source.ts";
import {
  type ChosenDocument,
  chooseDocuments,
  FORMATS_HELP,
  formatOf,
  WHICH_HELP,
  WHICH_OPTIONS,
} from "./which-documents.ts";

export const document = defineCommand({
  name: "document",
  about: `Writes documents as files: as PDF, as Factur-X (also called ZUGFeRD: PDF/A-3 with an
e-invoice inside), or as an e-invoice alone. Each file is named after the document's
number and its seller. A document that lacks something for the format is named, with
what it lacks; the others are written, and the exit code is 1. A file that is there
already stays, if it has the same content; otherwise it is not changed, and that is a
failure too.

${FORMATS_HELP}

${WHICH_HELP}

${PLACE_HELP}

${AT_HELP}`,
  positionals: ["CACHE|LOG"],
  further: "NUMBER",
  options: {
    format: { type: "string", value: "FORMAT", required: true, help: "the format of the files" },
    to: { type: "string", value: "FOLDER", required: true, help: "the folder to write them into" },
    ...WHICH_OPTIONS,
    at: AT_OPTION,
  },
  async run({ values, positionals: [location = "", ...numbers] }, terminal) {
    const { to: folder, at, ...which } = values;
    const format = formatOf(values.format);
    await withBooks({ location, at }, terminal, async (books) => {
      const chosen = chooseDocuments(books.db, numbers, which);
      makeFolder(folder);
      const make = ({ id }: ChosenDocument) => makeDocument(documentIn(books, id), format);
      await writeAll(chosen, { make, folder, terminal });
    });
    return 0;
  },
});

interface Work {
  make: (document: ChosenDocument) => MadeDocument;
  folder: string;
  terminal: Terminal;
}

/** Writes one after the other. @throws Failure if there is one that could not be written; Interruption */
async function writeAll(chosen: readonly ChosenDocument[], { make, folder, terminal }: Work): Promise<void> {
  const signal = terminal.stopSignal();
  const progress = terminal.progress("writing", "documents");
  const names = new FileNames();
  const counts = { written: 0, there: 0, failed: 0 };
  try {
    for (const [n, one] of chosen.entries()) {
      await breathe(); // a signal can arrive
      if (signal.aborted) throw interruptionOf(signal, "run the same command again to write the rest");
      const problem = await writeOne(one, { make, folder, names, counts });
      if (problem !== null) {
        counts.failed++;
        progress.note(`${one.number ?? `draft ${one.id}`}: ${problem}`);
      }
      progress.update(n + 1, chosen.length);
    }
  } finally {
    progress.end();
  }
  const { written, there, failed } = counts;
  terminal.out(`${folder}: ${countOf(written, "document")} written${there === 0 ? "" : `, ${there} there already`}`);
  if (failed > 0) throw new Failure(`${countOf(failed, "document")} of ${chosen.length} could not be written`);
}

interface Writing extends Pick<Work, "make" | "folder"> {
  names: FileNames;
  counts: { written: number; there: number };
}

/** @returns why it could not be written; null: it is there */
async function writeOne(one: ChosenDocument, { make, folder, names, counts }: Writing): Promise<string | null> {
  let made: MadeDocument;
  try {
    made = make(one);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  const path = join(folder, names.unused(made.name));
  if (kindOfFile(path) === "missing") {
    await writeWholeFile(path, (file) => file.writeFile(made.file.bytes));
    counts.written++;
    return null;
  }
  if (!readFileSync(path).equals(made.file.bytes)) return `${path} has other content; it was not changed`;
  counts.there++;
  return null;
}
