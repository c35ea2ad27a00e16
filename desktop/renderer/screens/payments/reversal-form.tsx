/** Reverses a payment or a refund: as a mistake, or because the money came back. */
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";
import type { FieldError } from "../../../contract/call-error.ts";
import { focusOnce, TextField } from "../../fields/fields.tsx";
import { FormFrame } from "../../fields/form-frame.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { type Form, useForm } from "../../form/use-form.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { locale, organization } from "../../state/state.ts";
import { day as dayText, monthAndYear } from "../../text/format.ts";

/** What is reversed. */
interface Reversible {
  kind: "payment" | "refund";
  id: number;
  version: number;
  /** Such as `payment of £120.00`. */
  name: string;
  /** The day on which it counts. */
  on: string;
  /** What else happens, as a sentence. */
  effect?: string;
}

interface FormValue {
  /** Empty until the user has chosen. */
  kind: "" | "mistake" | "returned";
  on: string;
  reason: string;
}

/** The money of a payment goes back to the client; that of a refund comes back to the organization. */
const FIELDS: Record<Reversible["kind"], FieldsOf<FormValue>> = {
  payment: fieldsOf({ returned: "The money was returned", on: "Returned on" }),
  refund: fieldsOf({ returned: "The money came back", on: "Came back on" }),
};

function fieldsOf(words: { returned: string; on: string }): FieldsOf<FormValue> {
  const kinds = { "": "Not chosen", mistake: "Recorded by mistake", returned: words.returned };
  return {
    kind: { label: "What happened", text: (kind) => kinds[kind] },
    on: { label: words.on, input: { type: "date", required: true } },
    reason: { label: "Reason", input: { maxLength: 500, required: true } },
  };
}

export function ReverseButton({ what }: { what: Reversible }): ComponentChild {
  const own = organization.value;
  return (
    <DialogButton
      name="Reverse…"
      title={`Reverse the ${what.name}`}
      page={`/${what.kind}s/${what.id}`}
      opener="reverse"
    >
      {(close) => own && <ReversalForm what={what} today={own.today} onClose={close} />}
    </DialogButton>
  );
}

interface ReversalFormProps {
  what: Reversible;
  today: string;
  onClose: () => void;
}

function ReversalForm({ what, today, onClose }: ReversalFormProps): ComponentChild {
  const { kind: of, id, version, on: dated, effect } = what;
  const start: FormValue = { kind: "", on: today, reason: "" };
  const form = useForm<FormValue>(`${of}/reversal/${id}`, FIELDS[of], { value: start, version });
  if (!form) return null;
  const send = () => {
    const { kind, on, reason } = form.value;
    const errors: FieldError[] = [];
    if (kind === "") errors.push({ field: "kind", message: "Choose what happened." });
    if (kind === "returned" && on === "") errors.push({ field: "on", message: "is missing" });
    if (reason.trim() === "") errors.push({ field: "reason", message: "is missing" });
    const input = {
      reason: reason.trim(),
      kind: kind === "returned" ? ("returned" as const) : ("mistake" as const),
      on: kind === "returned" ? on : null,
    };
    const command = of === "payment" ? "ReversePayment" : "ReverseRefund";
    return form.submit({ command, id, input, errors });
  };
  return (
    <FormFrame form={form} submit="Reverse" danger send={send} onSent={onClose} cancel={onClose}>
      {effect !== undefined && <p>{effect}</p>}
      <KindChoice form={form} of={of} dated={dated} />
      {form.value.kind === "returned" && <TextField form={form} name="on" />}
      <TextField form={form} name="reason" hint="For those who read the history" />
      <p class="detail">This cannot be undone.</p>
    </FormFrame>
  );
}

interface KindChoiceProps {
  form: Form<FormValue>;
  of: Reversible["kind"];
  dated: string;
}

/** Says of each kind what it does to the months. */
function KindChoice({ form, of, dated }: KindChoiceProps): ComponentChild {
  const id = useId();
  const error = form.errorAt("kind");
  const month = monthAndYear(dated.slice(0, 7));
  const [was, event] = of === "payment" ? ["received", "The return"] : ["paid", "That the money came back"];
  const day = form.value.on === "" ? "" : `, in ${monthAndYear(form.value.on.slice(0, 7))}`;
  const lockedUpTo = organization.value?.locked_up_to ?? null;
  const isLocked = lockedUpTo !== null && dated <= lockedUpTo;
  const says = {
    mistake: isLocked
      ? `The books are locked up to ${dayText(lockedUpTo, locale.value)}, so the figures of ${month} cannot change. Only an owner can move the lock back, in Settings.`
      : `It counts as if it had never been recorded. The figures of ${month}, when it was ${was}, change.`,
    returned: `It still counts in ${month}, when it was ${was}. ${event} counts on its own day${day}.`,
  };
  const choice = (kind: "mistake" | "returned", name: string) => (
    <label class="choice" key={kind}>
      <input
        type="radio"
        name="kind"
        checked={form.value.kind === kind}
        disabled={form.unanswered || (kind === "mistake" && isLocked)}
        aria-invalid={error !== null}
        aria-describedby={error === null ? `${id}-${kind}` : `${id}-${kind} ${id}-error`}
        onChange={() => form.change({ kind })}
        ref={kind === (form.value.kind || (isLocked ? "returned" : "mistake")) ? focusOnce : null}
      />
      <span>
        {name}
        <span id={`${id}-${kind}`} class="detail">
          {says[kind]}
        </span>
      </span>
    </label>
  );
  return (
    <fieldset class="choices wide">
      <legend>What happened?</legend>
      {choice("mistake", "It was recorded by mistake")}
      {choice(
        "returned",
        of === "payment" ? "The money was returned, for example by the bank" : "The money came back to us",
      )}
      {error !== null && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** How a reversal counts, for the facts of a page. @param on the day of a return; null for a mistake */
export function reversalText(of: Reversible["kind"], on: string | null, locale: string): string {
  if (on === null) return "As a mistake: it does not count in any month";
  return `${of === "payment" ? "Returned" : "Money came back"} on ${dayText(on, locale)}`;
}
