/** `invoify document`: writes the files of documents into a folder. */
import { type BlobStore, blobText } from "../../../events/blobs/blob-store.ts";
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { Refusal } from "../../../events/errors.ts";
import { sameBytes, sha256 } from "../../../events/hash.ts";
import { AT_OPTION, type Books, withBooks } from "../../as-of/books.ts";
import { defineCommand } from "../../command-line/command.ts";
import { UsageError } from "../../command-line/failure.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { documentIn } from "../../documents/document-in.ts";
import { makeDocument } from "../../maker/make-document.ts";
import { countOf } from "../../text/figures.ts";
import { AT_HELP, PLACE_HELP } from "../reports/report-source.ts";
import { bytesOf, type KeptDocument, keptDocuments, openKept } from "./kept-documents.ts";
import {
  type ChosenDocument,
  chooseDocuments,
  FORMATS_HELP,
  formatOf,
  WHICH_HELP,
  WHICH_OPTIONS,
} from "./which-documents.ts";
import { writeFiles } from "./write-files.ts";

export const document = defineCommand({
  name: "document",
  about: `Writes documents as files: as PDF, as Factur-X (also called ZUGFeRD: PDF/A-3 with an
e-invoice inside), or as an e-invoice alone. Each file is named after the document's
number and its seller. A document that lacks something for the format is named, with
what it lacks; the others are written, and the exit code is 1. A file that is there
already stays, if it has the same content; otherwise it is not changed, and that is a
failure too.

With --kept, the files are those that were delivered, in FORMAT or in every format.
Each one has the SHA-256 that an event names, or it is not written: one that is
missing or was altered is a failure. Prints the SHA-256 and the event of each file.
LOG can be a verified copy, and --files the server that is to be audited.

${FORMATS_HELP}

${WHICH_HELP}

${PLACE_HELP}

${AT_HELP}`,
  positionals: ["CACHE|LOG"],
  further: "NUMBER",
  options: {
    format: { type: "string", value: "FORMAT", help: "the format of the files; with --kept, default: all" },
    to: { type: "string", value: "FOLDER", required: true, help: "the folder to write them into" },
    ...WHICH_OPTIONS,
    kept: { type: "boolean", help: "the files that were delivered, as they are kept" },
    files: { type: "string", value: "LOG", help: "where they are kept; default: where the log is" },
    at: AT_OPTION,
  },
  async run({ values, positionals: [location = "", ...numbers] }, terminal) {
    const { to: folder, at, kept, files, ...which } = values;
    const format = values.format === undefined ? null : formatOf(values.format);
    if (files !== undefined && !kept) throw new UsageError("--files needs --kept");
    if (format === null && !kept) throw new UsageError(`document needs --format FORMAT: the format of the files`);
    await withBooks({ location, at }, terminal, async (books) => {
      const { db } = books;
      const chosen = chooseDocuments(db, numbers, which);
      if (format === null || kept)
        return await writeKept(chosen, {
          ...{ db, format, folder, terminal, place: files ?? location },
          areNamed: numbers.length > 0,
        });
      await writeMade(chosen, { books, format, folder, terminal });
    });
    return 0;
  },
});

interface Making extends Pick<Keeping, "folder" | "terminal"> {
  books: Books;
  format: DocumentFormat;
}

async function writeMade(chosen: readonly ChosenDocument[], { books, format, folder, terminal }: Making) {
  let others = 0;
  const files = chosen.map((document) => ({
    of: nameOf(document),
    async get() {
      const made = madeOf(books, document, format);
      const [kept] = keptDocuments(books.db, document, format);
      if (kept && typeof made !== "string" && !sameBytes(sha256(made.bytes), kept.file.sha256)) others++;
      return made;
    },
  }));
  try {
    await writeFiles(files, { folder, unit: "document", terminal });
  } finally {
    if (others > 0)
      terminal.note(
        `${countOf(others, "document")} once left as another file: --kept writes those that were delivered`,
      );
  }
}

/** @returns why it cannot be made, as a text */
function madeOf(books: Books, { id }: ChosenDocument, format: DocumentFormat) {
  try {
    const { name, file } = makeDocument(documentIn(books, id), format);
    return { name, bytes: file.bytes };
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

interface Keeping {
  db: Books["db"];
  /** Null: every format. */
  format: DocumentFormat | null;
  /** True if they are named one by one: then each of them should have a file. */
  areNamed: boolean;
  folder: string;
  /** The log whose place has the files. */
  place: string;
  terminal: Terminal;
}

async function writeKept(
  chosen: readonly ChosenDocument[],
  { db, format, areNamed, folder, place, terminal }: Keeping,
) {
  const blobs = await openKept(place, db, terminal);
  try {
    const nothingKept = `no file of it was kept${format === null ? "" : ` in the format ${format}`}`;
    const files = chosen.flatMap((document) => {
      const of = nameOf(document);
      const kept = keptDocuments(db, document, format);
      if (kept.length === 0 && areNamed) return [{ of, get: async () => nothingKept }];
      return kept.map((one) => ({ of, get: async () => await keptFile(blobs, one) }));
    });
    await writeFiles(files, { folder, unit: "file", terminal });
  } finally {
    await blobs.close();
  }
}

async function keptFile(blobs: BlobStore, kept: KeptDocument) {
  const bytes = await bytesOf(blobs, kept);
  if (typeof bytes === "string") return bytes;
  return { name: kept.name, bytes, remark: `${blobText(kept.file.sha256)}  event ${kept.seq}` };
}

function nameOf({ id, number }: ChosenDocument): string {
  return number ?? `draft ${id}`;
}
