/** What changed between two moments: by kind, with sums, and each thing with both states side by side. */
import type { ComponentChild } from "preact";
import { KIND_WORDS } from "../../../../projector/text/change-words.ts";
import { CsvExport } from "../../lists/csv-export.tsx";
import { Problem } from "../../parts/problem.tsx";
import { usePrinting } from "../../parts/use-printing.tsx";
import { setWords, word } from "../../state/address.ts";
import { bridge, call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { ChangesPaper } from "./changes-paper.tsx";
import { ChangedRows } from "./changes-rows.tsx";
import { MomentChoice, SpanChoices } from "./changes-span.tsx";
import { balanceLines, ChangedKinds, SUMS_COUNT, Sums, spanText, sumLines } from "./changes-summary.tsx";
import { type ChangeKind, type Changes, type SpanWords, spanInAddress, useChanges } from "./use-changes.ts";

export function ChangesScreen(): ComponentChild {
  const span = spanInAddress();
  const { value, failure, waiting, retry } = useChanges(span);
  const changes = span === null || failure !== null ? null : value;
  const kind = changes === null ? null : kindShown(changes);
  return (
    <div class="changes" aria-busy={waiting}>
      <header class="page-head">
        <h1>Changes</h1>
        {changes && span && kind !== null && <Actions changes={changes} span={span} kind={kind} />}
      </header>
      <div class="filter-bar">
        <MomentChoice label="From" name="from" />
        <MomentChoice label="To" name="to" />
        {span?.to !== undefined && (
          <button type="button" class="plain" onClick={() => setWords({ from: span.to ?? "", to: span.from })}>
            Swap
          </button>
        )}
      </div>
      {span === null && <SpanChoices />}
      {failure && (failure.code === "NOT_VALID" ? <WrongMoments /> : <Problem failure={failure} retry={retry} />)}
      {waiting && changes === null && <p class="waiting">Comparing…</p>}
      {changes && span && <Result changes={changes} span={span} kind={kind} />}
    </div>
  );
}

/** What was typed is no moment, or the moments are in the wrong order. */
function WrongMoments(): ComponentChild {
  return (
    <div class="problem" role="alert">
      <p>
        There are no such moments. Type a day such as 2026-12-31, a time such as 2026-12-31T18:00:00Z, or an event such
        as event:1200, up to the last one. The first moment must not be later than the second one.
      </p>
    </div>
  );
}

/** The kind in the address, if any of it changed; otherwise the first one. */
function kindShown({ rows: kinds }: Changes): ChangeKind | null {
  const named = kinds.find(({ kind }) => kind === word("kind"));
  return (named ?? kinds[0])?.kind ?? null;
}

function Result({ changes, span, kind }: { changes: Changes; span: SpanWords; kind: ChangeKind | null }) {
  const shown = changes.rows.find((one) => one.kind === kind);
  const isWhole = changes.next === null;
  return (
    <>
      <p class="detail" role="status">
        {spanText(changes)}
        {!isWhole && " Still counting…"}
      </p>
      {shown === undefined ? (
        isWhole && <p class="empty">Nothing changed between these moments.</p>
      ) : (
        <>
          <div class="change-summary">
            <ChangedKinds changes={changes} shown={kind} />
            <div class="change-amounts">
              <Sums name="All clients" lines={balanceLines(changes)} />
              <Sums name={`These ${KIND_WORDS[shown.kind][1].toLowerCase()}`} lines={sumLines(shown)} />
              {shown.sums.length > 0 && <p class="detail">{SUMS_COUNT}</p>}
            </div>
          </div>
          <ChangedRows
            key={shown.kind}
            kind={shown.kind}
            span={span}
            total={isWhole ? shown.new + shown.changed + shown.gone : null}
          />
        </>
      )}
    </>
  );
}

function Actions({ changes, span, kind }: { changes: Changes; span: SpanWords; kind: ChangeKind }): ComponentChild {
  const shown = changes.rows.find((one) => one.kind === kind);
  const name = `changes-${kind.replace("_", "-")}s-${changes.from.seq}-${changes.to.seq}`;
  const { print, savePdf } = usePrinting(name, <ChangesPaper changes={changes} />);
  return (
    <div class="actions-row">
      <button type="button" class="plain" onClick={print}>
        Print
      </button>
      <CsvExport
        key={name}
        name={name}
        total={shown && changes.next === null ? shown.new + shown.changed + shown.gone : null}
        read={(cursor) => call("exportChanges", { ...span, kind, locale: locale.value, ...cursor }, null)}
      />
      {bridge.savePdf && (
        <button type="button" class="plain" onClick={() => void savePdf()}>
          Save as PDF
        </button>
      )}
    </div>
  );
}
