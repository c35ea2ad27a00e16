/** A button that writes. It is absent for roles that may not write, and disabled, with the reason, while writing is blocked. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Role } from "../../../events/business/roles.ts";
import { WRITERS } from "../../../events/business/roles.ts";
import { PAST_BLOCK, writeBlock } from "../../contract/write-block.ts";
import { at } from "../state/at.ts";
import { status } from "../state/state.ts";

interface WriteButtonProps {
  children: ComponentChildren;
  /** Roles that may write; by default, clerks and owners. */
  roles?: readonly Role[];
  /** Not needed for a submit button. */
  onClick?: () => void;
  submit?: boolean;
  disabled?: boolean;
  plain?: boolean;
  danger?: boolean;
  /** The keyboard shortcut, such as `Ctrl+Enter`. */
  keys?: string;
}

/** True if the user's role is one of these. */
export function mayWrite(roles: readonly Role[] = WRITERS): boolean {
  return roles.some((role) => role === status.value?.user?.role);
}

/** True if this user may change something in what the screens show: not in the past. Otherwise they show texts, not forms. */
export function mayChange(roles: readonly Role[] = WRITERS): boolean {
  return at.value === null && mayWrite(roles);
}

/** Why writing is not possible now; null if it is. */
export function blockNow(roles: readonly Role[] = WRITERS): string | null {
  if (at.value !== null) return PAST_BLOCK.reason;
  return status.value ? (writeBlock(status.value, roles)?.reason ?? null) : "Starting";
}

export function WriteButton(props: WriteButtonProps): ComponentChild {
  const { children, roles = WRITERS, onClick, submit = false, disabled = false, plain, danger, keys } = props;
  const id = useId();
  if (!mayWrite(roles)) return null;
  const block = blockNow(roles);
  return (
    <>
      <button
        type={submit ? "submit" : "button"}
        data-writes
        class={danger ? "danger" : plain ? "plain" : undefined}
        disabled={disabled || block !== null}
        title={block ?? keys}
        aria-describedby={block ? id : undefined}
        onClick={onClick}
      >
        {children}
      </button>
      {block && (
        <span id={id} hidden>
          {block}
        </span>
      )}
    </>
  );
}

/** A link to a screen that writes, for roles that may. It works offline too, because forms store their input. */
export function WriteLink({
  href,
  children,
  roles,
  title,
}: {
  href: string;
  children: ComponentChildren;
  roles?: readonly Role[];
  /** Such as the keyboard shortcut. */
  title?: string;
}) {
  if (!mayWrite(roles)) return null;
  // Offline, a form can be filled in; in the past there is nothing to fill in.
  if (at.value !== null) return <WriteButton plain>{children}</WriteButton>;
  return (
    <a class="button plain" href={href} title={title} data-writes>
      {children}
    </a>
  );
}
