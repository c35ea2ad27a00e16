/** What every form has around its fields: what was typed before, what is wrong, somebody else's version, and its buttons. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Role } from "../../../events/business/roles.ts";
import type { WriteResult } from "../../contract/contract.ts";
import type { Form } from "../form/use-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { Problem } from "../parts/problem.tsx";
import { blockNow, mayWrite, WriteButton } from "../parts/write-button.tsx";
import { locale } from "../state/state.ts";
import { time } from "../text/format.ts";
import { Conflict } from "./conflict.tsx";

interface FormFrameProps<V extends object> {
  form: Form<V>;
  /** What the button says. */
  submit: string;
  /** @returns null if it was not sent, and the form says why */
  send: () => Promise<WriteResult | null>;
  /** It is written. Where nothing else is to be done, it says so. */
  onSent?: (written: WriteResult) => void;
  /** The answer to what was sent before came, where that is something else. */
  onAnswered?: (written: WriteResult) => void;
  /** Where "Cancel" leads, or what it does; what was typed is forgotten. */
  cancel: string | (() => void);
  /** True: it cannot be sent any more, as the screen says. */
  over?: boolean;
  /** False while something is read that it is sent with: whoever is faster is not asked to press again. */
  ready?: boolean;
  roles?: readonly Role[];
  /** More buttons, beside the first. */
  more?: ComponentChild;
  children: ComponentChildren;
}

export function FormFrame<V extends object>(props: FormFrameProps<V>): ComponentChild {
  const { form, submit, send, cancel, roles, more, children, over = false, ready = true } = props;
  const [saved, setSaved] = useState(false);
  const { onSent = () => setSaved(true), onAnswered = onSent } = props;
  const submitNow = () => void send().then((written) => written && onSent(written));
  // What was on the screen when it was to be sent.
  const early = useRef<V | null>(null);
  useEffect(() => {
    if (!ready || early.current === null) return;
    const isSame = early.current === form.value;
    early.current = null;
    if (isSame) submitNow();
  }, [ready]);
  if (!mayWrite(roles)) return <p class="empty">Your role can read this, but not change it.</p>;
  const isLocked = over || form.busy || form.unanswered || form.conflict !== null;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (isLocked || blockNow(roles) !== null) return;
    if (ready) submitNow();
    else early.current = form.value;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.shiftKey || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) onSubmit(event);
  };
  const leave = () => {
    form.reset();
    if (typeof cancel === "function") cancel();
  };
  return (
    <form class="form" noValidate onSubmit={onSubmit} onKeyDown={onKeyDown} aria-busy={form.busy}>
      <EarlierInput form={form} />
      {form.conflict && <Conflict form={form} />}
      {form.taken.length > 0 && (
        <p class="banner quiet" role="status">
          Somebody else changed this meanwhile. Taken over:{" "}
          {form.taken.map((name) => form.fields[name].label).join(", ")}.
        </p>
      )}
      {children}
      <Failed form={form} />
      <Unanswered form={form} onAnswered={onAnswered} />
      <FormEnd
        submit={submit}
        busy={form.busy}
        locked={isLocked}
        keys="Ctrl+Enter"
        roles={roles}
        cancel={{ to: typeof cancel === "string" ? cancel : null, onClick: leave }}
        keepsInput={form.dirty}
      >
        {more}
        {saved && !form.dirty && <span role="status">Saved.</span>}
      </FormEnd>
    </form>
  );
}

function EarlierInput<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  if (form.typedAt === null || !form.dirty || form.unanswered) return null;
  return (
    <p class="banner quiet" role="status">
      <span>
        {form.copy
          ? "A copy of what you typed before the server's history was fetched anew: look it through before you send it."
          : `Typed ${time(form.typedAt, locale.value)}, not sent yet.`}
      </span>
      <button type="button" class="plain" onClick={() => form.reset()}>
        Begin anew
      </button>
    </p>
  );
}

function Unanswered<V extends object>(props: { form: Form<V>; onAnswered: (written: WriteResult) => void }) {
  const { form, onAnswered } = props;
  if (!form.unanswered) return null;
  return (
    <div class="banner warning" role="alert">
      <span>
        This was sent, and the server did not answer: it may have been written. Send it again to find out; it is never
        written twice.
      </span>
      <WriteButton
        disabled={form.busy}
        onClick={() => void form.sendAgain().then((written) => written && onAnswered(written))}
      >
        {form.busy ? "Sending…" : "Send again"}
      </WriteButton>
    </div>
  );
}

function Failed<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  const { failure } = form;
  if (!failure || form.unanswered || form.conflict) return null;
  // What is said at its field is not said twice.
  const places = failure.errors ?? (failure.field === undefined ? [] : [{ field: failure.field }]);
  const hidden = places.filter(({ field }) => !document.getElementsByName(field).length);
  if (places.length > 0 && hidden.length === 0)
    return (
      <p class="field-error" role="alert">
        Not sent: look at the fields that are marked.
      </p>
    );
  return <Problem failure={failure} />;
}
