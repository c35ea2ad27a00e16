/** What can be done to the lines of the invoice form. */
import { DRAFT_LIMITS } from "../../../../events/values/size-limits.ts";
import { nextKey, type TypedInvoice, type TypedLine, type TypedVat } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import type { VatRates } from "../../form/vat-rates.ts";
import { locale } from "../../state/state.ts";
import { NEW_ADJUSTMENT } from "./invoice-form-adjustments.tsx";
import { type ClientDefaults, lineAfter, withItem } from "./invoice-form-defaults.ts";
import { tooMany } from "./invoice-form-limits.ts";
import type { LineActions } from "./invoice-form-line.tsx";

/** What the actions read of the form as it is now. */
export interface LinesNow {
  form: Form<TypedInvoice>;
  client: ClientDefaults | null;
  currency: string;
  /** The organization's currency. */
  home: string;
  rates: VatRates;
  onCreateItem: (key: number, code: string) => void;
  onSaveRate: ((vat: TypedVat) => void) | undefined;
}

type Latest = { current: LinesNow };

export interface PlaceToFocus {
  key: number;
  field: string;
  /** What had the focus when the place was not rendered yet. */
  from?: Element | null;
}
type PendingFocus = { current: PlaceToFocus | null };

interface ActionParts {
  latest: Latest;
  pendingFocus: PendingFocus;
  list: { current: HTMLOListElement | null };
  /** Shows a text until the next action; null hides it. */
  tell: (text: string | null) => void;
}

/** The actions. They stay the same as long as the form is open. */
export function actionsOn({
  latest,
  pendingFocus,
  list,
  tell,
}: ActionParts): Omit<LineActions, "move"> & { move(key: number, by: -1 | 1, field?: string): void } {
  const now = () => latest.current.form.value.lines;
  const put = (lines: readonly TypedLine[], at?: string) => latest.current.form.change({ lines }, at);
  const change = (key: number, part: Partial<TypedLine>, field: string) => {
    const n = now().findIndex((line) => line.key === key);
    if (n < 0) return;
    put(
      now().map((line) => (line.key === key ? { ...line, ...part } : line)),
      `lines.${n}.${field}`,
    );
  };
  const focus = (key: number, field: string) =>
    list.current?.querySelector<HTMLElement>(`[data-line="${key}"] [name$=".${field}"]`)?.focus();
  return {
    change,
    focus,
    takeItem(key, item) {
      const line = now().find((one) => one.key === key);
      if (!line) return;
      const { client, currency, home, rates } = latest.current;
      pendingFocus.current = { key, field: "quantity6" };
      // All fields of the line change, so all its errors are cleared.
      const context = { client, currency, home, rates, locale: locale.value };
      put(now().map((one) => (one.key === key ? withItem(line, item, context) : one)));
    },
    createItem: (key, code) => latest.current.onCreateItem(key, code),
    move(key, by, field = "description") {
      const lines = [...now()];
      const n = lines.findIndex((line) => line.key === key);
      const [line] = lines.splice(n, 1);
      if (n + by < 0 || n + by > lines.length || !line) return;
      lines.splice(n + by, 0, line);
      pendingFocus.current = { key, field };
      put(lines);
    },
    duplicate(key) {
      const lines = now();
      const n = lines.findIndex((line) => line.key === key);
      const line = lines[n];
      if (!line) return;
      const problem = tooMany(lines, 1, locale.value);
      tell(problem);
      if (problem !== null) return;
      const copy = { ...line, key: nextKey(lines) };
      pendingFocus.current = { key: copy.key, field: "quantity6" };
      put(lines.toSpliced(n + 1, 0, copy));
    },
    remove(key) {
      const lines = now();
      const n = lines.findIndex((line) => line.key === key);
      const left = lines.filter((line) => line.key !== key);
      const rest =
        left.length > 0
          ? left
          : [{ ...lineAfter([], latest.current.client, latest.current.rates, locale.value), key: nextKey(lines) }];
      const next = rest[Math.min(n, rest.length - 1)];
      if (next) pendingFocus.current = { key: next.key, field: "description" };
      put(rest);
    },
    addAdjustment(key) {
      const line = now().find((one) => one.key === key);
      if (!line) return;
      if (line.adjustments.length >= DRAFT_LIMITS.lineAdjustments)
        return tell(`A line has at most ${DRAFT_LIMITS.lineAdjustments} allowances and charges.`);
      pendingFocus.current = { key, field: `adjustments.${line.adjustments.length}.reason` };
      change(key, { adjustments: [...line.adjustments, NEW_ADJUSTMENT] }, "adjustments");
    },
    changeVat(key, vat, field, rate) {
      change(key, { ...vat, ownVat: true }, field);
      const { form } = latest.current;
      const reason = rate?.reason ?? null;
      // The reason of a saved rate is the document's, unless another one is typed.
      if (reason !== null && !form.value.reasons[vat.vatCategory])
        form.change({ reasons: { ...form.value.reasons, [vat.vatCategory]: reason } }, `reasons.${vat.vatCategory}`);
    },
    saveRate: (vat) => latest.current.onSaveRate?.(vat),
  };
}
