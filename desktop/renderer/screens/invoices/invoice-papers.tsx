/** A document as it leaves the company: its preview, print and files. */
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { type DocumentFormat, isEInvoice } from "../../../../events/einvoice/formats.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { documentFile } from "../../papers/document-file.ts";
import { exportFormats } from "../../papers/export-formats.ts";
import { Menu } from "../../papers/menu.tsx";
import { type PaperActions, PaperButtons, usePaper } from "../../papers/paper-actions.tsx";
import { saveFile } from "../../papers/save-file.ts";
import { isPressed } from "../../parts/shortcuts.ts";
import { useCall } from "../../state/use-call.ts";
import { documentName } from "../../text/invoice-name.ts";
import { recordPaper } from "./record-delivery.ts";

export function InvoicePapers({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const paper = usePaper({
    title: documentName(invoice),
    read: () => documentFile(invoice.id, "pdf"),
    onLeave: (how) => recordPaper(invoice, how, "pdf"),
    advice: ({ code, values }) =>
      code === "FORMAT_RULES" && (
        <a href={`#/invoices/${invoice.id}?check=${values?.format}`}>Show all that is missing</a>
      ),
  });
  usePaperKeys(paper);
  useTitle(documentName(invoice));
  return (
    <>
      <div class="actions-row">
        <PaperButtons {...paper} printId="print-document" keys />
        {invoice.status === "issued" && <ExportMenu invoice={invoice} paper={paper} />}
      </div>
      {paper.outcome}
    </>
  );
}

/** The formats that software reads, the client's own first. A draft or a void document leaves as PDF only. */
function ExportMenu({ invoice, paper }: { invoice: InvoiceDetail; paper: PaperActions }): ComponentChild {
  const { id, client_id, format: atIssue } = invoice;
  const { value: client } = useCall("getClient", client_id === null ? null : { id: client_id });
  const choices = exportFormats(atIssue ?? client?.more?.format ?? null).filter(({ format }) => isEInvoice(format));
  const exportAs = (format: DocumentFormat) =>
    paper.start(() =>
      saveFile(
        () => documentFile(id, format),
        () => recordPaper(invoice, "export", format),
      ),
    );
  return (
    <Menu
      name="Export"
      disabled={paper.isBusy}
      items={choices.map(({ format, name, isClients }) => {
        return { id: format, name, ...(isClients && { detail: "This client’s format" }) };
      })}
      onChoose={(format) => exportAs(format as DocumentFormat)}
    />
  );
}

/** P shows the preview, and Ctrl+P prints the document in place of the screen. */
function usePaperKeys({ print, preview }: { print: () => void; preview: () => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (isPressed(event, "print")) print();
      else if (isPressed(event, "preview")) preview();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

/** The name of the window, and of what the browser itself prints. */
function useTitle(name: string): void {
  useEffect(() => {
    const { title } = document;
    document.title = name;
    return () => {
      document.title = title;
    };
  }, [name]);
}
