/** Actions that are not possible now. The keyboard reaches their buttons, and the reasons stand below them. */
import type { ComponentChild } from "preact";

interface Blocked {
  /** Label of the button. */
  name: string;
  /** Why it is not possible now, and what to do: a whole sentence. */
  reason: string;
}

/** The id of the reason's element. A screen shows each action once. */
function idOf(name: string): string {
  return `blocked-${name.replaceAll(/\W+/g, "-").toLowerCase()}`;
}

/** The button, which does nothing. Its screen also shows `BlockedReasons`. */
export function BlockedAction({ name }: Pick<Blocked, "name">): ComponentChild {
  return (
    <button type="button" class="plain" data-writes aria-disabled="true" aria-describedby={idOf(name)}>
      {name}
    </button>
  );
}

export function BlockedReasons({ actions }: { actions: readonly Blocked[] }): ComponentChild {
  if (actions.length === 0) return null;
  return (
    <ul class="blocked-reasons">
      {actions.map(({ name, reason }) => (
        <li key={name} id={idOf(name)} class="detail">
          {`${name.replace("…", "")}: ${reason}`}
        </li>
      ))}
    </ul>
  );
}
