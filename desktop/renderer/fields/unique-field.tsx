/** A text field that must be unique: it says while the user types that another thing has the text. */
import type { ComponentChild } from "preact";
import type { Argument } from "../../contract/arguments.ts";
import { inWords } from "../form/refusal-words.ts";
import { locale } from "../state/state.ts";
import { useCall } from "../state/use-call.ts";
import { TextField, type TextFieldProps } from "./fields.tsx";

interface UniqueFieldProps<V extends object> extends TextFieldProps<V> {
  form: TextFieldProps<V>["form"] & { busy?: boolean };
  /** Whose text it is; `own`: the thing that is changed. A payment without a client has no others. */
  taken: Omit<Argument<"findTaken">, "text"> | null;
}

/** The rule that would refuse the text, and the name of the text among its values. */
const RULES = {
  item: ["ITEM_CODE_TAKEN", "code"],
  invoice: ["NUMBER_TAKEN", "number"],
  payment: ["REFERENCE_TAKEN", "reference"],
  refund: ["REFUND_REFERENCE_TAKEN", "reference"],
  user: ["EMAIL_TAKEN", "email"],
} as const satisfies Record<Argument<"findTaken">["of"], readonly [rule: string, name: string]>;

export function UniqueField<V extends object>({ taken, ...props }: UniqueFieldProps<V>): ComponentChild {
  const { form, name, hint } = props;
  const text = String(form.value[name]).trim();
  const { value } = useCall("findTaken", taken === null || text === "" ? null : { ...taken, text });
  const { at = name } = form.fields[name];
  // After a refusal, the field has the same words as its error. What was sent may have been recorded by now.
  const isShown = value && taken && form.errorAt(at) === null && !form.unanswered && !form.busy;
  return <TextField {...props} hint={isShown ? <Taken of={taken.of} text={text} existing={value.existing} /> : hint} />;
}

function Taken({ of, text, existing }: { of: keyof typeof RULES; text: string; existing: string }): ComponentChild {
  const [code, name] = RULES[of];
  const { message } = inWords({ code, message: "", values: { [name]: text, existing } }, locale.value);
  return (
    <span class="field-error" role="status">
      {message}
    </span>
  );
}
