/** Exports many documents: the choice of their format, the progress, and what became of them. */
import type { ComponentChild } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../events/einvoice/formats.ts";
import type { Failure } from "../../contract/call-error.ts";
import { formatName } from "../more/format-words.ts";
import { Dialog } from "../parts/action.tsx";
import { Problem } from "../parts/problem.tsx";
import { blockNow, mayWrite } from "../parts/write-button.tsx";
import { failureIn } from "../state/call-failed.ts";
import { locale } from "../state/state.ts";
import { count } from "../text/format.ts";
import type { ExportResult, Remark } from "./export-documents.ts";

/** `client`: each document in its client's format, and as PDF if the client has none. */
export type ChosenFormat = DocumentFormat | "client";

/** More remarks than this say only how many there are. */
const MOST_REMARKS = 200;

export interface Outcome extends ExportResult {
  /** Where the files are; null: nowhere, because there are none. */
  place: string | null;
}

interface ExportDialogProps {
  /** How many documents. */
  total: number;
  /** `3 selected documents`, `all 1,204 documents of this list` */
  which: string;
  /** Exports them. @returns null if the user chose no place for the files */
  run: (
    format: ChosenFormat,
    how: { signal: AbortSignal; onProgress: (done: number) => void },
  ) => Promise<Outcome | null>;
  onClose: () => void;
}

export function ExportDialog({ total, which, run, onClose }: ExportDialogProps): ComponentChild {
  const [format, setFormat] = useState<ChosenFormat>("client");
  const [done, setDone] = useState<number | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async () => {
    stop.current = new AbortController();
    setFailure(null);
    setDone(0);
    try {
      setOutcome(await run(format, { signal: stop.current.signal, onProgress: setDone }));
    } catch (error) {
      setFailure(failureIn(error));
    }
    setDone(null);
  };
  const isRunning = done !== null;
  return (
    // While it runs, Escape must not end it by mistake.
    <Dialog title="Export documents" onClose={() => !isRunning && onClose()} size="wide">
      {outcome ? (
        <Result outcome={outcome} onClose={onClose} />
      ) : isRunning ? (
        <Progress done={done} total={total} onCancel={() => stop.current?.abort()} />
      ) : (
        <>
          {failure && <Problem failure={failure} />}
          <Choice which={which} format={format} onFormat={setFormat} onStart={() => void start()} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  which: string;
  format: ChosenFormat;
  onFormat: (format: ChosenFormat) => void;
  onStart: () => void;
  onClose: () => void;
}

function Choice({ which, format, onFormat, onStart, onClose }: ChoiceProps): ComponentChild {
  const id = useId();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onStart();
      }}
    >
      <p>Exports {which}.</p>
      <div class="field">
        <label for={id}>Format</label>
        <select id={id} value={format} onChange={({ currentTarget }) => onFormat(currentTarget.value as ChosenFormat)}>
          <option value="client">Each client’s format, otherwise PDF</option>
          {DOCUMENT_FORMATS.map((one) => (
            <option key={one} value={one}>
              {formatName(one)}
            </option>
          ))}
        </select>
      </div>
      <p class="detail">
        Drafts are left out.{mayWrite() && blockNow() === null && " Each document is recorded as exported."}
      </p>
      <div class="form-actions">
        <button type="submit">Export</button>
        <button type="button" class="plain" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Progress({ done, total, onCancel }: { done: number; total: number; onCancel: () => void }): ComponentChild {
  const [isEnding, setEnding] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="form">
      <progress max={total} value={done} aria-label="Exporting" />
      <p role="status">
        {isEnding ? "Ending…" : `${count(done, locale.value)} of ${count(total, locale.value)} documents`}
      </p>
      <div class="form-actions">
        <button
          type="button"
          class="plain"
          ref={button}
          aria-disabled={isEnding}
          onClick={() => {
            setEnding(true);
            onCancel();
          }}
        >
          Cancel export
        </button>
      </div>
    </div>
  );
}

function Result({ outcome, onClose }: { outcome: Outcome; onClose: () => void }): ComponentChild {
  const { missing, instead } = outcome;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="form">
      <p role="status">{summaryOf(outcome)}</p>
      <Remarks title={`Not exported: ${documents(missing.length)}`} remarks={missing} />
      <Remarks title={`Not the file that was delivered: ${documents(instead.length)}`} remarks={instead} />
      <div class="form-actions">
        <button type="button" ref={button} onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  );
}

function Remarks({ title, remarks }: { title: string; remarks: readonly Remark[] }): ComponentChild {
  if (remarks.length === 0) return null;
  const left = remarks.length - MOST_REMARKS;
  return (
    <section class="remarks" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {remarks.slice(0, MOST_REMARKS).map(({ document: { id, number, client }, text, lacking }) => (
          <li key={id}>
            <a href={`#/invoices/${id}${lacking ? `?check=${lacking}` : ""}`}>{number ?? `Draft ${id}`}</a>
            {client !== null && ` ${client}`}
            <span class="detail">{text}</span>
          </li>
        ))}
      </ul>
      {left > 0 && <p class="detail">And {count(left, locale.value)} more.</p>}
    </section>
  );
}

function summaryOf({ done, place, isCancelled }: Outcome): string {
  if (place === null) return isCancelled ? "The export was cancelled. Nothing was saved." : "Nothing was exported.";
  const saved = `${documents(done)} saved in ${place}.`;
  return isCancelled ? `The export was cancelled. ${saved}` : saved;
}

function documents(many: number): string {
  return many === 1 ? "1 document" : `${count(many, locale.value)} documents`;
}
