/** The end of every form: what is wrong with it, the button that sends it, the way out, and why it cannot be sent now. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { Role } from "../../../events/business/roles.ts";
import type { Failure } from "../../contract/call-error.ts";
import { Problem } from "./problem.tsx";
import { blockNow, WriteButton } from "./write-button.tsx";

interface FormEndProps {
  /** What the button says. */
  submit: string;
  /** What it says while it is sent. */
  sending?: string;
  busy: boolean;
  /** True: it cannot be sent, for whichever reason the form gives. */
  locked?: boolean;
  /** What is wrong with the whole. */
  failure?: Failure | null;
  /** How that is said in one line, where it is. */
  wordsOf?: ((failure: Failure) => string) | undefined;
  /** Who may send it. Null: it writes nothing on the server's log, so anybody may, also offline. */
  roles?: readonly Role[] | null | undefined;
  danger?: boolean;
  keys?: string;
  /** Where "Cancel" leads, and what it does first. */
  cancel?: { to: string | null; onClick: () => void };
  /** True: what is typed is kept on this device while it cannot be sent. */
  keepsInput?: boolean;
  /** True: one below the other, as a login has it. */
  inColumn?: boolean;
  children?: ComponentChildren;
}

export function FormEnd(props: FormEndProps): ComponentChild {
  const { submit, sending = "Sending…", busy, locked = busy, roles, danger = false, keys } = props;
  const { failure = null, wordsOf, cancel, keepsInput = false, inColumn = false, children } = props;
  const says = busy ? sending : submit;
  return (
    <>
      {failure && <Refusal failure={failure} wordsOf={wordsOf} />}
      <div class={inColumn ? "in-column" : "form-actions"}>
        {roles === null ? (
          <button type="submit" class={danger ? "danger" : undefined} disabled={locked}>
            {says}
          </button>
        ) : (
          <WriteButton
            submit
            danger={danger}
            disabled={locked}
            {...(keys !== undefined && { keys })}
            {...(roles && { roles })}
          >
            {says}
          </WriteButton>
        )}
        {children}
        {cancel && <Cancel {...cancel} disabled={roles === null && busy} />}
        {keepsInput && <BlockReason roles={roles ?? undefined} />}
      </div>
    </>
  );
}

function Refusal({ failure, wordsOf }: { failure: Failure; wordsOf: FormEndProps["wordsOf"] }): ComponentChild {
  if (!wordsOf) return <Problem failure={failure} />;
  return (
    <p class="field-error" role="alert">
      {wordsOf(failure)}
    </p>
  );
}

function Cancel({ to, onClick, disabled }: { to: string | null; onClick: () => void; disabled: boolean }) {
  if (to !== null)
    return (
      <a class="button plain" href={`#${to}`} onClick={onClick}>
        Cancel
      </a>
    );
  return (
    <button type="button" class="plain" disabled={disabled} onClick={onClick}>
      Cancel
    </button>
  );
}

/** Enter in a field is for the next one in some forms; offline it says when what is typed can be sent. */
function BlockReason({ roles }: { roles: readonly Role[] | undefined }): ComponentChild {
  const block = blockNow(roles);
  if (block === null) return null;
  return (
    <p class="detail" role="status">
      {block}. What you typed is kept here, and can be sent when that is over.
    </p>
  );
}
