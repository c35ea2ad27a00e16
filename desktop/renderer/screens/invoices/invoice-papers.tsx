/** A document as it leaves the company: its preview, print and files. */
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { documentFile } from "../../papers/document-file.ts";
import { PaperButtons, usePaper } from "../../papers/paper-actions.tsx";
import { isPressed } from "../../parts/shortcuts.ts";
import { documentName } from "../../text/invoice-name.ts";
import { recordPaper } from "./record-delivery.ts";

export function InvoicePapers({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const paper = usePaper({
    title: documentName(invoice),
    read: () => documentFile(invoice.id, "pdf"),
    onLeave: (how) => recordPaper(invoice, how, "pdf"),
  });
  usePaperKeys(paper);
  useTitle(documentName(invoice));
  return (
    <>
      <div class="actions-row">
        <PaperButtons {...paper} printId="print-document" keys />
      </div>
      {paper.outcome}
    </>
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
