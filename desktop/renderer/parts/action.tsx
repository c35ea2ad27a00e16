/** A button that sends a command, such as "Archive". It asks first if the command cannot be undone. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Role } from "../../../events/business/roles.ts";
import type { CommandResult } from "../../../events/commands/commands.ts";
import type { Failure } from "../../contract/call-error.ts";
import { actionForm, refreshUnsent } from "../form/unsent.ts";
import { type Intent, newKey, write } from "../form/write.ts";
import { failureIn } from "../state/call-failed.ts";
import { FormEnd } from "./form-end.tsx";
import { blockNow, WriteButton } from "./write-button.tsx";

/** A command that was sent, with its key. */
interface SentIntent {
  write: Intent & { key: string };
  reason: string;
}

interface ActionProps {
  /** Label of the button. */
  name: string;
  /** Makes the command. @param reason empty unless `ask.reason` is set */
  command: (reason: string) => Intent;
  /**
   * The dialog that asks first; `reason` is the label of its text field, `confirm` that of a box to check. Without `ask`,
   * the command is sent at once.
   */
  ask?: { title: string; text?: ComponentChildren; yes: string; reason?: string; confirm?: string; danger?: boolean };
  onDone?: (result: CommandResult) => void;
  roles?: readonly Role[];
  primary?: boolean;
}

export function Action({ name, command, ask, onDone, roles, primary = false }: ActionProps): ComponentChild {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  // "Restore" takes the place of "Archive", but not its focus: a second press of the same key must not undo the first.
  const shown = useRef(name);
  useEffect(() => {
    const isAnother = shown.current !== name;
    shown.current = name;
    if (isAnother && document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
  }, [name]);
  // A retry after a lost response is the same intention: the same command, with the same key, until the server responds.
  const pending = useRef<SentIntent | null>(null);
  const only = roles ? { roles } : {};
  const run = async (reason: string) => {
    if (busy || blockNow(roles) !== null) return;
    setBusy(true);
    setFailure(null);
    const intent = command(reason);
    // The page may show another document by now.
    if (pending.current?.write.command !== intent.command || pending.current.write.id !== intent.id)
      pending.current = { write: { ...intent, key: newKey() }, reason };
    try {
      // Stored until the server responds: pressed again after a restart, it continues with its key.
      const result = await write({ ...pending.current.write, form: actionForm(intent) });
      pending.current = null;
      setOpen(false);
      onDone?.(result);
    } catch (error) {
      const failed = failureIn(error);
      if (failed.code !== "UNKNOWN_OUTCOME") pending.current = null;
      setFailure(failed);
      setOpen(true);
    } finally {
      setBusy(false);
      void refreshUnsent();
    }
  };
  const begin = () => {
    if (!ask) return void run("");
    if (!pending.current) setFailure(null);
    setOpen(true);
  };
  return (
    <>
      <WriteButton key={name} plain={!primary} disabled={busy} onClick={begin} {...only}>
        {ask && ask.reason !== undefined ? `${name}…` : name}
      </WriteButton>
      {open && (
        <Dialog title={ask?.title ?? name} onClose={() => setOpen(false)}>
          <ActionForm
            ask={ask}
            name={name}
            busy={busy}
            failure={failure}
            sentReason={failure?.code === "UNKNOWN_OUTCOME" ? (pending.current?.reason ?? null) : null}
            run={run}
            close={() => setOpen(false)}
            {...only}
          />
        </Dialog>
      )}
    </>
  );
}

interface ActionFormProps extends Pick<ActionProps, "name" | "roles"> {
  ask: ActionProps["ask"] | undefined;
  busy: boolean;
  failure: Failure | null;
  /** The reason that was sent and not confirmed: it must not change. Null: nothing is pending. */
  sentReason: string | null;
  run: (reason: string) => Promise<void>;
  close: () => void;
}

function ActionForm(props: ActionFormProps): ComponentChild {
  const { ask, name, busy, failure, sentReason, run, close, roles } = props;
  const [typed, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const confirmed = ask?.confirm === undefined || checked || sentReason !== null;
  const reason = sentReason ?? typed;
  const id = useId();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (confirmed) void run(reason.trim());
      }}
    >
      {ask?.text && <p>{ask.text}</p>}
      {ask?.reason !== undefined && (
        <div class="field">
          <label for={id}>{ask.reason}</label>
          <input
            id={id}
            value={reason}
            maxLength={500}
            readOnly={sentReason !== null}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </div>
      )}
      {ask?.confirm !== undefined && (
        <div class="field">
          <label class="choice">
            <input
              type="checkbox"
              checked={confirmed}
              disabled={sentReason !== null}
              onChange={({ currentTarget }) => setChecked(currentTarget.checked)}
            />
            <span>{ask.confirm}</span>
          </label>
        </div>
      )}
      <FormEnd
        submit={ask?.yes ?? `${name} again`}
        busy={busy}
        locked={busy || !confirmed || (ask?.reason !== undefined && reason.trim() === "")}
        failure={failure}
        roles={roles}
        danger={ask?.danger ?? false}
        cancel={{ to: null, onClick: close }}
      />
    </form>
  );
}

interface DialogProps {
  title: string;
  onClose: () => void;
  /** `full`: it fills the window. */
  size?: "wide" | "full";
  children: ComponentChildren;
}

/** A modal dialog. Escape closes it, and the focus returns to where it was. */
export function Dialog(props: DialogProps): ComponentChild {
  const { title, onClose, size, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key: what is typed at once must not go to the screen behind.
  useLayoutEffect(() => {
    const [before, dialog] = [document.activeElement, element.current];
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
    return () => {
      dialog?.close(); // while it is open, nothing else can get the focus
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={size ? `dialog ${size}` : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Keys must not reach the screen behind.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
