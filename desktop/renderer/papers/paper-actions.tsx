/** What can be done with a document on paper: preview, print, save. What became of it stands below. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { inWords } from "../form/refusal-words.ts";
import { Problem } from "../parts/problem.tsx";
import { canPrintPdf, printPdf } from "../pdf/print-pdf.ts";
import { locale } from "../state/state.ts";
import type { PaperFile } from "./document-file.ts";
import { Preview } from "./preview.tsx";
import { saveFile } from "./save-file.ts";
import { useTask } from "./use-task.ts";

interface PaperProps {
  /** What it is: the title of the preview. */
  title: string;
  read: () => Promise<PaperFile>;
  /** Called before the file that leaves is read. */
  onLeave?: (how: "print" | "pdf") => Promise<void>;
  /** What to do about a failure, if the same again would fail again; false: nothing else. */
  advice?: (failure: Failure) => ComponentChild;
}

export interface PaperActions {
  isBusy: boolean;
  preview: () => void;
  print: () => void;
  save: () => void;
  /** Saves another file in the same way, and then shows what became of it. */
  start: (action: () => Promise<string | null>) => void;
  /** The preview if it is open, and what became of the last action. */
  outcome: ComponentChild;
}

const SAVED_INSTEAD = "This browser cannot print PDF files. The document was saved: open the file and print it there.";

export function usePaper({ title, read, onLeave = async () => {}, advice }: PaperProps): PaperActions {
  const { isBusy, failure, run, retry } = useTask();
  const [isShown, setShown] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const start = (action: () => Promise<string | null>) => {
    setNotice(null);
    run(async () => setNotice(await action()));
  };
  const save = () => saveFile(read, () => onLeave("pdf"));
  const print = async () => {
    if (!canPrintPdf()) return [SAVED_INSTEAD, await save()].filter((part) => part !== null).join(" ");
    await onLeave("print");
    const { bytes, instead } = await read();
    await printPdf(bytes);
    return instead;
  };
  const actions = { isBusy, print: () => start(print), save: () => start(save) };
  const help = failure && advice?.(failure);
  const result = (
    <>
      {failure && (
        <Problem failure={inWords(failure, locale.value)} {...(!help && { retry })}>
          {help}
        </Problem>
      )}
      {notice !== null && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
    </>
  );
  const outcome = isShown ? (
    <Preview title={title} read={read} onClose={() => setShown(false)} actions={<PrintAndSave {...actions} />}>
      {result}
    </Preview>
  ) : (
    result
  );
  return { ...actions, preview: () => setShown(true), start, outcome };
}

interface ButtonsProps extends Pick<PaperActions, "isBusy" | "preview" | "print" | "save"> {
  printId?: string;
  /** The keys for the preview, and for print. */
  keys?: boolean;
  children?: ComponentChildren;
}

export function PaperButtons({ preview, keys = false, ...actions }: ButtonsProps): ComponentChild {
  return (
    <>
      <button type="button" class="plain" title={keys ? "Preview (P)" : undefined} onClick={preview}>
        Preview
      </button>
      <PrintAndSave {...actions} keys={keys} />
    </>
  );
}

function PrintAndSave({ isBusy, print, save, printId, keys }: Omit<ButtonsProps, "preview">): ComponentChild {
  return (
    <>
      <button
        type="button"
        class="plain"
        id={printId}
        title={keys ? "Print (Ctrl+P)" : undefined}
        aria-disabled={isBusy}
        onClick={print}
      >
        Print
      </button>
      <button type="button" class="plain" aria-disabled={isBusy} onClick={save}>
        Save as PDF
      </button>
    </>
  );
}
