/** A document as it leaves the company: its preview, print and files. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { documentFile } from "../../papers/document-file.ts";
import { Preview } from "../../papers/preview.tsx";
import { useTask } from "../../papers/use-task.ts";
import { Problem } from "../../parts/problem.tsx";
import { isPressed } from "../../parts/shortcuts.ts";
import { canPrintPdf, printPdf } from "../../pdf/print-pdf.ts";
import { download } from "../../state/download.ts";
import { documentName } from "../../text/invoice-name.ts";
import { recordPaper } from "./record-delivery.ts";

export function InvoicePapers({ invoice }: { invoice: InvoiceDetail }): ComponentChild {
  const { isBusy, failure, run, retry } = useTask();
  const [isShown, setShown] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const start = (action: () => Promise<void>) => {
    setNotice(null);
    run(action);
  };
  const save = async () => {
    await recordPaper(invoice, "pdf", "pdf");
    const { name, mediaType, bytes, instead } = await documentFile(invoice.id, "pdf");
    download(name, bytes, mediaType);
    setNotice(instead);
  };
  const print = async () => {
    if (!canPrintPdf()) {
      await save();
      setNotice("This browser cannot print PDF files. The document was saved: open the file and print it there.");
      return;
    }
    await recordPaper(invoice, "print", "pdf");
    const { bytes, instead } = await documentFile(invoice.id, "pdf");
    await printPdf(bytes);
    setNotice(instead);
  };
  usePaperKeys({ print: () => start(print), preview: () => setShown(true) });
  const actions = (id?: string) => (
    <>
      <button type="button" class="plain" id={id} aria-disabled={isBusy} onClick={() => start(print)}>
        Print
      </button>
      <button type="button" class="plain" aria-disabled={isBusy} onClick={() => start(save)}>
        Save as PDF
      </button>
    </>
  );
  const outcome = (
    <>
      {failure && <Problem failure={failure} retry={retry} />}
      {notice !== null && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
    </>
  );
  return (
    <>
      <div class="actions-row">
        <button type="button" class="plain" title="Preview (P)" onClick={() => setShown(true)}>
          Preview
        </button>
        {actions("print-document")}
      </div>
      {!isShown && outcome}
      {isShown && (
        <Preview
          title={documentName(invoice)}
          read={() => documentFile(invoice.id, "pdf")}
          onClose={() => setShown(false)}
          actions={actions()}
        >
          {outcome}
        </Preview>
      )}
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
