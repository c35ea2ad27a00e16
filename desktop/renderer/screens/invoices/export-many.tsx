/** The documents of the list as files: the selected ones, or all. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../../events/einvoice/formats.ts";
import type { InvoiceRow } from "../../../contract/contract.ts";
import { inWords } from "../../form/refusal-words.ts";
import { documentFile } from "../../papers/document-file.ts";
import { type ChosenFormat, ExportDialog, type Outcome } from "../../papers/export-dialog.tsx";
import { type Exported, exportDocuments } from "../../papers/export-documents.ts";
import { openTarget } from "../../papers/file-target.ts";
import { at } from "../../state/at.ts";
import { call } from "../../state/bridge.ts";
import { locale, organization } from "../../state/state.ts";
import { count } from "../../text/format.ts";
import { fileMoment } from "../../text/moments/moment-words.ts";
import { recordPaper } from "./record-delivery.ts";

/** Rows that are read at once. */
const ROWS = 200;

interface ExportManyProps {
  /** All documents of the list; null until it is complete. */
  ids: readonly number[] | null;
  /** The selected ones; none: all. */
  picked: readonly number[];
  /** True if the list has more documents than it shows. */
  isShortened: boolean;
}

export function ExportMany({ ids, picked, isShortened }: ExportManyProps): ComponentChild {
  const [wanted, setWanted] = useState<readonly number[] | null>(null);
  const all = ids ?? [];
  return (
    <>
      <button
        type="button"
        class="plain"
        disabled={all.length === 0}
        onClick={() => setWanted(picked.length > 0 ? picked : all)}
      >
        Export documents…
      </button>
      {wanted && (
        <ExportDialog
          total={wanted.length}
          which={whichWords(wanted.length, wanted === all ? (isShortened ? "first" : "all") : "selected")}
          run={(format, how) => run(wanted, format, how)}
          onClose={() => setWanted(null)}
        />
      )}
    </>
  );
}

function whichWords(many: number, which: "selected" | "all" | "first"): string {
  const documents = many === 1 ? "document" : "documents";
  const number = count(many, locale.value);
  if (which === "selected") return `${number} selected ${documents}`;
  if (which === "first") return `the first ${number} documents of this list`;
  return many === 1 ? "the document of this list" : `all ${number} documents of this list`;
}

type Document = Exported & Pick<InvoiceRow, "client_id" | "format">;

async function run(
  ids: readonly number[],
  chosen: ChosenFormat,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number) => void },
): Promise<Outcome | null> {
  const moment = at.peek();
  const target = await openTarget(`Invoices ${fileMoment() ?? organization.value?.today ?? ""}`.trim());
  if (target === null) return null;
  const clients = clientFormats(moment);
  try {
    const result = await exportDocuments<Document>(
      {
        documents: documentsOf(ids, moment),
        // Where a format was wanted at issue, the document has passed its rules.
        formatOf: async ({ client_id, format }) =>
          chosen === "client" ? (format ?? (await clients(client_id))) : chosen,
        record: async ({ id, status }, format) =>
          await recordPaper({ id, status: status as InvoiceRow["status"], deliveries: [] }, "export", format),
        read: (id, format) => documentFile(id, format),
        write: target.write,
        onProgress,
        signal,
      },
      (failure) => inWords(failure, locale.value).message,
    );
    if (result.done > 0 && (!result.isCancelled || target.keepsParts))
      return { ...result, place: await target.finish() };
    await target.discard();
    return { ...result, place: null };
  } catch (error) {
    await target.discard();
    throw error;
  }
}

async function* documentsOf(ids: readonly number[], moment: string | null): AsyncGenerator<Document> {
  for (let from = 0; from < ids.length; from += ROWS) {
    const rows = await call("getInvoiceRows", { ids: ids.slice(from, from + ROWS) }, moment);
    for (const { id, number, buyer_name: client, status, client_id, format } of rows)
      if (status !== "discarded") yield { id, number, client, status, client_id, format };
  }
}

/** The formats of clients, each read once. */
function clientFormats(moment: string | null): (id: number | null) => Promise<DocumentFormat> {
  const known = new Map<number, Promise<DocumentFormat>>();
  return async (id) => {
    if (id === null) return "pdf";
    const format =
      known.get(id) ??
      call("getClient", { id }, moment).then(
        (client) => DOCUMENT_FORMATS.find((format) => format === client?.more?.format) ?? "pdf",
      );
    known.set(id, format);
    return await format;
  };
}
