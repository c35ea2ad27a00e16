/** What surrounds every form's fields: stored input, errors, another user's version, and the buttons. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Role } from "../../../events/business/roles.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { exampleIn } from "../form/input-locale.ts";
import type { Form } from "../form/use-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { Problem } from "../parts/problem.tsx";
import { isPressed } from "../parts/shortcuts.ts";
import { blockNow, mayWrite, WriteButton } from "../parts/write-button.tsx";
import { at } from "../state/at.ts";
import { locale } from "../state/state.ts";
import { time } from "../text/format.ts";
import { Conflict } from "./conflict.tsx";
import { OnlyNow } from "./only-now.tsx";

interface FormFrameProps<V extends object> {
  form: Form<V>;
  /** Label of the submit button. */
  submit: string;
  /** @returns null if it was not sent; the form shows why */
  send: () => Promise<WriteResult | null>;
  /** Called after a success. By default, the form says that it was saved. */
  onSent?: (result: WriteResult) => void;
  /** Called after "Send again" succeeds; by default, the same as `onSent`. */
  onSentAgain?: (result: WriteResult) => void;
  /** The address that "Cancel" opens, or a function. "Cancel" discards the input. */
  cancel: string | (() => void);
  /** True: it can no longer be sent, and the screen says why. */
  over?: boolean;
  /** False while data that the command needs is being read. A submit before that waits for it. */
  ready?: boolean;
  roles?: readonly Role[];
  /** True: it undoes something for good. */
  danger?: boolean;
  /** More buttons, beside the submit button. */
  more?: ComponentChild;
  /** Set for a long form: its buttons stay in sight, beside this. */
  summary?: ComponentChild;
  children: ComponentChildren;
}

export function FormFrame<V extends object>(props: FormFrameProps<V>): ComponentChild {
  const { form, submit, send, cancel, roles, more, summary, children } = props;
  const { over = false, ready = true, danger = false } = props;
  const [saved, setSaved] = useState(false);
  const { onSent = () => setSaved(true), onSentAgain = onSent } = props;
  const finish = (result: WriteResult, done: (result: WriteResult) => void) => {
    if (props.onSent) form.close(); // it stays open only where it says that it was saved
    done(result);
  };
  const submitNow = () => void send().then((result) => result && finish(result, onSent));
  // The value at an early submit. If the user types on, that submit is cancelled.
  const early = useRef<V | null>(null);
  useEffect(() => {
    if (!ready || early.current === null) return;
    const isSame = early.current === form.value;
    early.current = null;
    if (isSame) submitNow();
  }, [ready]);
  if (!mayWrite(roles)) return <p class="empty">Your role allows you to read this, but not to change it.</p>;
  if (at.value !== null) return <OnlyNow />;
  const isLocked = over || form.busy || form.unanswered || form.taken || form.conflict !== null;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (isLocked || blockNow(roles) !== null) return;
    if (ready) submitNow();
    else early.current = form.value;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && isPressed(event, "save")) onSubmit(event);
  };
  const leave = () => {
    // Input that may have been saved stays, with its key, until the server has settled it.
    if (!form.unanswered) form.reset();
    if (typeof cancel === "function") cancel();
  };
  return (
    <form class="form" noValidate onSubmit={onSubmit} onKeyDown={onKeyDown} aria-busy={form.busy}>
      <StoredInput form={form} />
      {form.conflict && <Conflict form={form} />}
      {form.mergedFields.length > 0 && (
        <p class="banner quiet" role="status">
          Another user changed this in the meantime. Their changes are included:{" "}
          {form.mergedFields.map((name) => form.fields[name].label).join(", ")}.
        </p>
      )}
      {children}
      <div class={summary === undefined ? "form-end" : "form-end in-sight"}>
        {summary}
        <FailureNotice form={form} />
        {form.taken ? (
          <Taken form={form} />
        ) : (
          <UnknownOutcome form={form} onSentAgain={(result) => finish(result, onSentAgain)} />
        )}
        <FormEnd
          submit={submit}
          busy={form.busy}
          locked={isLocked}
          keys="Ctrl+Enter"
          danger={danger}
          roles={roles}
          cancel={{ to: typeof cancel === "string" ? cancel : null, onClick: leave }}
          storesInput={form.dirty}
        >
          {more}
          {saved && !form.dirty && <span role="status">Saved.</span>}
        </FormEnd>
      </div>
    </form>
  );
}

function StoredInput<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  if (form.typedAt === null || !form.dirty || form.unanswered || form.taken) return null;
  return (
    <p class="banner quiet" role="status">
      <span>
        {form.copy
          ? "You typed this before the server's data was fetched again. Check it before you send it."
          : `You typed this on ${time(form.typedAt, locale.value)}. It has not been sent yet.`}
        {form.typedIn !== null &&
          ` Numbers were written like ${exampleIn(form.typedIn)} then, and are written like ${exampleIn(locale.value)} now. Check each one before you send it.`}
      </span>
      <button type="button" class="plain" onClick={() => form.reset()}>
        Start over
      </button>
    </p>
  );
}

/** Another window has sent or discarded the input, or its event has arrived after its response was lost. */
function Taken<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  return (
    <div class="banner warning" role="alert">
      <span>
        {form.unanswered
          ? "This was saved in the meantime, or discarded in another window. "
          : "This was sent or discarded in another window. "}
        Look for it before you enter it again: a new entry is saved in addition.
      </span>
      <button type="button" onClick={() => form.reset()}>
        Start over
      </button>
      <button type="button" class="plain" onClick={() => form.keep()}>
        Keep what is typed here
      </button>
    </div>
  );
}

function UnknownOutcome<V extends object>(props: { form: Form<V>; onSentAgain: (result: WriteResult) => void }) {
  const { form, onSentAgain } = props;
  const [givingUp, setGivingUp] = useState(false);
  if (!form.unanswered) return null;
  if (givingUp)
    return (
      <div class="banner warning" role="alert">
        <span>
          This may have been saved. Look for it before you enter it again: a new entry is saved in addition. Discard
          what you typed here?
        </span>
        <button type="button" class="danger" onClick={() => void form.giveUp().then(() => setGivingUp(false))}>
          Discard
        </button>
        <button type="button" class="plain" onClick={() => setGivingUp(false)}>
          Keep
        </button>
      </div>
    );
  return (
    <div class="banner warning" role="alert">
      <span>
        This was sent, but the server did not confirm it, so it may or may not have been saved. Send it again to find
        out: it is never saved twice. Until then, it cannot be changed.
      </span>
      <WriteButton
        disabled={form.busy}
        onClick={() => void form.sendAgain().then((result) => result && onSentAgain(result))}
      >
        {form.busy ? "Sending…" : "Send again"}
      </WriteButton>
      <button type="button" class="plain" disabled={form.busy} onClick={() => setGivingUp(true)}>
        Discard…
      </button>
    </div>
  );
}

function FailureNotice<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  const { failure } = form;
  if (!failure || form.unanswered || form.taken || form.conflict) return null;
  // An error that is shown at its field is not shown here too.
  const locations = failure.errors ?? (failure.field === undefined ? [] : [{ field: failure.field }]);
  const hidden = locations.filter(({ field }) => !document.getElementsByName(field).length);
  if (locations.length > 0 && hidden.length === 0)
    return (
      <p class="field-error" role="alert">
        Not sent. Correct the marked fields.
      </p>
    );
  return <Problem failure={failure} />;
}
