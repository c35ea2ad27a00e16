/** What stands behind "More": of the whole document, and of one line. */
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { TextCell } from "../../fields/cell-fields.tsx";
import type { FieldsForm } from "../../fields/fields.tsx";
import { More, wordsInLine } from "../../fields/more.tsx";
import { hasErrorIn, MoreFields } from "../../fields/more-fields.tsx";
import type { TypedInvoice, TypedLine } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { NOTHING_MORE, type TypedMore } from "../../more/more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "../../more/more-of-document.ts";
import { wordsOfMore } from "../../more/more-words.ts";
import { locale } from "../../state/state.ts";

/** Each kind of document has types of its own, and a usual one. */
const TYPES = {
  invoice: { lists: { typeCode: "invoiceTypes" }, usual: { typeCode: "380" } },
  credit_note: { lists: { typeCode: "creditNoteTypes" }, usual: { typeCode: "381" } },
} as const;

interface DocumentMoreProps {
  kind: keyof typeof TYPES;
  form: Form<TypedInvoice>;
  currency: string;
}

export function DocumentMore({ kind, form, currency }: DocumentMoreProps): ComponentChild {
  const { more, rounding } = form.value;
  const rounded = rounding.trim() === "" ? [] : [{ path: "roundingMinor", label: "Rounding", text: rounding }];
  return (
    <More
      at="more"
      about="References, terms, notes, period, delivery, payment, payee and rounding"
      words={[...rounded, ...wordsOfMore(DOCUMENT_MORE, more, locale.value)]}
      hasError={form.errorAt("roundingMinor") !== null || hasErrorIn(form.errorAt, "more", DOCUMENT_MORE, more)}
    >
      {() => (
        <>
          <MoreFields
            form={form}
            at="more"
            {...TYPES[kind]}
            group={DOCUMENT_MORE}
            typed={more}
            onChange={(typed, path) => form.change({ more: typed }, `more.${path}`)}
          />
          <fieldset class="more-section">
            <legend>Rounding</legend>
            <div class="fields">
              <TextCell
                form={form}
                at="roundingMinor"
                label={`Rounding of the amount due, ${currency}`}
                inputMode="decimal"
                hint="Below zero: rounded down"
                value={rounding}
                onInput={(text) => form.change({ rounding: text }, "roundingMinor")}
              />
            </div>
          </fieldset>
        </>
      )}
    </More>
  );
}

interface LineMoreProps {
  form: FieldsForm;
  /** The path of the line, such as `lines.3`. */
  at: string;
  line: TypedLine;
  locale: string;
  isOpen: boolean;
  /** True: it was opened just now, by the user. */
  takesFocus: boolean;
  onOpen: () => void;
  onChange: (part: Partial<TypedLine>, field: string) => void;
}

/** Closed, it is a line that says what is filled in, or nothing. */
export function LineMore(props: LineMoreProps): ComponentChild {
  const { form, at, line, locale: language, isOpen, takesFocus, onOpen, onChange } = props;
  const typed = line.more ?? NOTHING_MORE;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (isOpen && takesFocus) box.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }, [isOpen]);
  if (isOpen)
    return (
      <div class="line-more" ref={box}>
        <MoreFields
          form={form}
          at={`${at}.more`}
          group={LINE_MORE}
          typed={typed}
          onChange={(next, path) => onChange({ more: orAbsent(next) }, `more.${path}`)}
        />
      </div>
    );
  const words = wordsOfMore(LINE_MORE, typed, language);
  if (words.length === 0) return null;
  return (
    <button type="button" class="link line-more-line" tabIndex={-1} title="More (Alt+M)" onClick={onOpen}>
      {wordsInLine(words)}
    </button>
  );
}

/** A line without anything more is as it was before. */
function orAbsent(typed: TypedMore): TypedMore | undefined {
  return Object.keys(typed).length === 0 ? undefined : typed;
}
