/** What every form has around its fields: what was typed before, what is wrong, somebody else's version, and its buttons. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Role } from "../../../events/business/roles.ts";
import type { Form } from "../form/use-form.ts";
import { Problem } from "../parts/problem.tsx";
import { blockNow, mayWrite, WriteButton } from "../parts/write-button.tsx";
import { locale } from "../state/state.ts";
import { time } from "../text/format.ts";
import { Conflict, type Described } from "./conflict.tsx";

interface FormFrameProps<V extends object> {
  form: Form<V>;
  /** What the button says. */
  submit: string;
  onSubmit: () => void;
  /** The answer to what was sent before came. */
  onAnswered: (stream: number) => void;
  /** Where "Cancel" leads, or what it does; what was typed is forgotten. */
  cancel: string | (() => void);
  /** True: it cannot be sent any more, as the screen says. */
  over?: boolean;
  /** False while something is read that it is sent with: whoever is faster is not asked to press again. */
  ready?: boolean;
  /** How its fields are told, where somebody else changed them too. */
  described: Described<V>;
  roles?: readonly Role[];
  /** More buttons, beside the first. */
  more?: ComponentChild;
  children: ComponentChildren;
}

export function FormFrame<V extends object>(props: FormFrameProps<V>): ComponentChild {
  const {
    form,
    submit,
    onSubmit,
    onAnswered,
    cancel,
    described,
    roles,
    more,
    children,
    over = false,
    ready = true,
  } = props;
  // What was on the screen when it was to be sent.
  const wanted = useRef<V | null>(null);
  useEffect(() => {
    if (!ready || wanted.current === null) return;
    const isSame = wanted.current === form.value;
    wanted.current = null;
    if (isSame) onSubmit();
  }, [ready]);
  const asked = roles ? { roles } : {};
  if (!mayWrite(roles)) return <p class="empty">Your role can read this, but not change it.</p>;
  const send = (event: Event) => {
    event.preventDefault();
    if (over || form.busy || form.unanswered || form.conflict || blockNow(roles) !== null) return;
    if (ready) onSubmit();
    else wanted.current = form.value;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.shiftKey || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) send(event);
  };
  return (
    <form class="form" noValidate onSubmit={send} onKeyDown={onKeyDown} aria-busy={form.busy}>
      <Kept form={form} />
      {form.conflict && <Conflict form={form} described={described} />}
      {form.taken.length > 0 && (
        <p class="banner quiet" role="status">
          Somebody else changed this meanwhile. Taken over:{" "}
          {form.taken.map((name) => described[name as keyof V & string].label).join(", ")}.
        </p>
      )}
      {children}
      <Failed form={form} />
      <Unanswered form={form} onAnswered={onAnswered} />
      <div class="form-actions">
        <WriteButton
          submit
          keys="Ctrl+Enter"
          disabled={over || form.busy || form.unanswered || form.conflict !== null}
          {...asked}
        >
          {form.busy ? "Sending…" : submit}
        </WriteButton>
        {more}
        {typeof cancel === "string" ? (
          <a class="button plain" href={`#${cancel}`} onClick={() => form.reset()}>
            Cancel
          </a>
        ) : (
          <button
            type="button"
            class="plain"
            onClick={() => {
              form.reset();
              cancel();
            }}
          >
            Cancel
          </button>
        )}
        <Sendable form={form} {...asked} />
      </div>
    </form>
  );
}

/** Enter in a field is for the next one in some forms; offline it says when what is typed can be sent. */
function Sendable<V extends object>({ form, roles }: { form: Form<V>; roles?: readonly Role[] }): ComponentChild {
  const block = blockNow(roles);
  if (block === null || !form.dirty) return null;
  return (
    <p class="detail" role="status">
      {block}. What you typed is kept here, and can be sent when that is over.
    </p>
  );
}

function Kept<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  if (form.keptAt === null || !form.dirty || form.unanswered) return null;
  return (
    <p class="banner quiet" role="status">
      <span>
        {form.copy
          ? "A copy of what you typed before the server's history was fetched anew: look it through before you send it."
          : `Typed ${time(form.keptAt, locale.value)}, not sent yet.`}
      </span>
      <button type="button" class="plain" onClick={() => form.reset()}>
        Begin anew
      </button>
    </p>
  );
}

function Unanswered<V extends object>(props: { form: Form<V>; onAnswered: (stream: number) => void }): ComponentChild {
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
        onClick={() => void form.sendAgain().then((written) => written && onAnswered(written.stream))}
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
