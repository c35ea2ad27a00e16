/** The lines of the invoice form, for use by keyboard and for rows pasted from a spreadsheet. */
import type { ComponentChild } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isBlank, nextKey, type TypedInvoice, type TypedLine, type TypedVat } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import type { VatRates } from "../../form/vat-rates.ts";
import { useChunkedRows } from "../../lists/use-chunked-rows.ts";
import { locale } from "../../state/state.ts";
import { copiedLine, copyOfLine, LINE_TYPE } from "./invoice-form-clipboard.ts";
import { type ClientDefaults, lineAfter } from "./invoice-form-defaults.ts";
import { pasteNotice, tooMany } from "./invoice-form-limits.ts";
import { Line } from "./invoice-form-line.tsx";
import { actionsOn, type PlaceToFocus } from "./invoice-form-line-actions.ts";
import { isTable, linesOf, rowOfLine } from "./invoice-form-paste.ts";
import type { Sums } from "./invoice-form-sums.ts";

/** Each takes about a millisecond to draw: twenty controls, and the options of two. */
const LINES_OF_CHUNK = 20;
/** With more lines than this, those out of sight are not laid out. */
const MANY_LINES = 100;

interface LinesProps {
  form: Form<TypedInvoice>;
  sums: Sums;
  client: ClientDefaults | null;
  currency: string;
  /** The organization's currency. */
  home: string;
  rates: VatRates;
  /** Creates an item for a line. */
  onCreateItem: (key: number, code: string) => void;
  /** Saves a VAT rate; undefined if the user may not. */
  onSaveRate: ((vat: TypedVat) => void) | undefined;
}

export function Lines(props: LinesProps): ComponentChild {
  const { form, sums, currency } = props;
  const { lines } = form.value;
  const list = useRef<HTMLOListElement>(null);
  /** What to tell about the last action: a limit that it met, or pasted cells to check. */
  const [notice, setNotice] = useState<string | null>(null);
  const latest = useRef(props);
  latest.current = props;

  const drawn = useChunkedRows(lines.length, LINES_OF_CHUNK);

  // A new line or field gets the focus once it is rendered, unless the user has gone elsewhere meanwhile.
  const pendingFocus = useRef<PlaceToFocus | null>(null);
  useLayoutEffect(() => {
    if (!pendingFocus.current) return;
    const { key, field, from = document.activeElement } = pendingFocus.current;
    const element = list.current?.querySelector<HTMLElement>(`[data-line="${key}"] [name$=".${field}"]`);
    const hasGone = document.activeElement !== from && document.activeElement !== document.body;
    pendingFocus.current = element || hasGone ? null : { key, field, from };
    if (!hasGone) element?.focus();
  });

  const actions = useMemo(() => actionsOn({ latest, pendingFocus, list, tell: setNotice }), []);

  const addLine = () => {
    const last = lines.at(-1);
    if (last && isBlank(last)) return actions.focus(last.key, "code");
    const problem = tooMany(lines, 1, locale.value);
    setNotice(problem);
    if (problem !== null) return;
    const line = lineAfter(lines, props.client, props.rates, locale.value);
    pendingFocus.current = { key: line.key, field: "code" };
    form.change({ lines: [...lines, line] });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const at = placeOf(event.target, lines);
    if (!at || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
    const { line, n, field } = at;
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    const command = ctrlKey || metaKey;
    if (key === "Enter" && !command && !altKey && event.target.matches("input, select")) {
      const after = lines[n + 1];
      if (shiftKey && after) actions.focus(after.key, "code");
      else if (shiftKey) addLine();
      else if (isBlank(line) && n === lines.length - 1 && field === "description")
        document.getElementById("after-lines")?.focus();
      else if (!focusNext(event.target, list.current)) addLine();
    } else if (altKey && key === "ArrowUp") actions.move(line.key, -1, field);
    else if (altKey && key === "ArrowDown") actions.move(line.key, 1, field);
    else if (altKey && key.toLowerCase() === "a") actions.addAdjustment(line.key);
    else if (altKey && key.toLowerCase() === "m")
      list.current?.querySelector<HTMLElement>(`[data-line="${line.key}"] .line-more-toggle`)?.click();
    else if (command && key.toLowerCase() === "d") actions.duplicate(line.key);
    else if (command && key === "Delete") actions.remove(line.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const at = placeOf(event.target, lines);
    const copied = copiedLine(event.clipboardData?.getData(LINE_TYPE) ?? "");
    if (!at || form.unanswered || !(copied || isTable(text))) return;
    event.preventDefault();
    const { key: _, ...like } = isBlank(at.line) ? at.line : lineAfter(lines, props.client, props.rates, locale.value);
    const reading = { currency: props.currency, locale: locale.value };
    const pasted = copied ? { lines: [copied], problems: [] } : linesOf(text, like, reading);
    const problem = tooMany(lines, pasted.lines.length, locale.value);
    if (problem !== null) return setNotice(`Nothing was pasted. ${problem}`);
    const first = nextKey(lines);
    const added = pasted.lines.map((line, n) => ({ ...line, key: first + n }));
    const before = lines.slice(0, isBlank(at.line) ? at.n : at.n + 1);
    setNotice(pasteNotice(pasted.problems));
    const last = added.at(-1);
    if (last) pendingFocus.current = { key: last.key, field: "quantity6" };
    form.change({ lines: [...before, ...added, ...lines.slice(at.n + 1)] });
  };

  const onCopy = (event: ClipboardEvent) => {
    const at = placeOf(event.target, lines);
    const { target } = event;
    // Selected text is copied as usual. Without a selection, the line is copied.
    if (!at || (target instanceof HTMLInputElement && target.selectionStart !== target.selectionEnd)) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", rowOfLine(at.line));
    event.clipboardData?.setData(LINE_TYPE, copyOfLine(at.line));
  };

  return (
    <section class="panel lines-panel">
      <h2>Lines</h2>
      <div class="line line-heads" aria-hidden="true">
        {["", "Item", "Description", "Quantity", "Unit", "Price", "VAT"].map((name, n) => (
          <span key={n} class={n === 3 || n === 5 ? "number" : undefined}>
            {name}
          </span>
        ))}
        <span class="number">{`Net, ${currency}`}</span>
      </div>
      <ol
        class={lines.length > MANY_LINES ? "lines many" : "lines"}
        ref={list}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onCopy={onCopy}
      >
        {lines.slice(0, drawn).map((line, n) => (
          <Line
            key={line.key}
            line={line}
            n={n}
            netMinor={sums.netMinor[n] ?? null}
            currency={currency}
            locale={locale.value}
            errorAt={form.errorAt}
            unanswered={form.unanswered}
            rates={props.rates}
            reason={form.value.reasons[line.vatCategory]}
            savesRates={props.onSaveRate !== undefined}
            actions={actions}
          />
        ))}
      </ol>
      {notice !== null && (
        <div class="banner warning" role="alert">
          <span>{notice}</span>
          <button type="button" class="plain" onClick={() => setNotice(null)}>
            Dismiss
          </button>
        </div>
      )}
      <div class="line-footer">
        <button type="button" class="plain" disabled={form.unanswered} onClick={addLine}>
          Add line
        </button>
        {props.onSaveRate !== undefined && props.rates.saved.length === 0 && (
          <a href="#/settings/vat-rates">Save your VAT rates by name…</a>
        )}
        <p class="detail">
          Enter: next field · Shift+Enter: next line · Alt+Up, Alt+Down: move · Ctrl+D: duplicate · Ctrl+Delete: delete
          · Alt+A: allowance or charge · Alt+M: more · Ctrl+V: paste spreadsheet rows
        </p>
      </div>
    </section>
  );
}

function placeOf(target: EventTarget | null, lines: readonly TypedLine[]) {
  if (!(target instanceof Element)) return null;
  const key = Number(target.closest<HTMLElement>("[data-line]")?.dataset.line);
  const n = lines.findIndex((line) => line.key === key);
  const line = lines[n];
  const field = target.getAttribute("name")?.replace(/^lines\.\d+\./, "") ?? "description";
  return line ? { line, n, field } : null;
}

/** @returns false if there is no next field */
export function focusNext(from: HTMLElement, within: HTMLElement | null): boolean {
  const all = [...(within?.querySelectorAll<HTMLElement>("input, select, textarea, button.next") ?? [])];
  const next = all.slice(all.indexOf(from) + 1).find((one) => !one.matches(":disabled") && one.tabIndex >= 0);
  next?.focus();
  return next !== undefined;
}
