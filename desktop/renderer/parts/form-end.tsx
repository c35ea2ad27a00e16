/** The end of every form: its error, the submit button, "Cancel", and why it cannot be sent now. */
import type { ComponentChild, ComponentChildren } from "preact";
import type { Role } from "../../../events/business/roles.ts";
import type { Failure } from "../../contract/call-error.ts";
import { Problem } from "./problem.tsx";
import { blockNow, WriteButton } from "./write-button.tsx";

interface FormEndProps {
  /** Label of the submit button. */
  submit: string;
  /** Label while the form is being sent. */
  sending?: string;
  busy: boolean;
  /** True: the form cannot be sent now. */
  locked?: boolean;
  /** A failure of the whole form. */
  failure?: Failure | null;
  /** Puts the failure into one line; by default, `Problem` shows it. */
  wordsOf?: ((failure: Failure) => string) | undefined;
  /** Roles that may send it. Null: it writes nothing to the log, so everyone may, even offline. */
  roles?: readonly Role[] | null | undefined;
  danger?: boolean;
  keys?: string;
  /** The address that "Cancel" opens, and what it does first. */
  cancel?: { to: string | null; onClick: () => void };
  /** True if the form stores its input on this device. */
  storesInput?: boolean;
  /** True: the buttons stand below each other, as in the login form. */
  inColumn?: boolean;
  children?: ComponentChildren;
}

export function FormEnd(props: FormEndProps): ComponentChild {
  const { submit, sending = "Sending…", busy, locked = busy, roles, danger = false, keys } = props;
  const { failure = null, wordsOf, cancel, storesInput = false, inColumn = false, children } = props;
  const label = busy ? sending : submit;
  return (
    <>
      {failure && <Refusal failure={failure} wordsOf={wordsOf} />}
      <div class={inColumn ? "in-column" : "form-actions"}>
        {roles === null ? (
          <button type="submit" class={danger ? "danger" : undefined} disabled={locked}>
            {label}
          </button>
        ) : (
          <WriteButton
            submit
            danger={danger}
            disabled={locked}
            {...(keys !== undefined && { keys })}
            {...(roles && { roles })}
          >
            {label}
          </WriteButton>
        )}
        {children}
        {cancel && <Cancel {...cancel} disabled={roles === null && busy} />}
        {storesInput && <BlockReason roles={roles ?? undefined} />}
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

/** Says why the form cannot be sent now, and that its input is safe. */
function BlockReason({ roles }: { roles: readonly Role[] | undefined }): ComponentChild {
  const block = blockNow(roles);
  if (block === null) return null;
  return (
    <p class="detail" role="status">
      {block}. Your input is saved on this device, so you can send it later.
    </p>
  );
}
