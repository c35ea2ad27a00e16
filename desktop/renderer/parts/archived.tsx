/** Says in a form that its subject was archived, and offers to restore it. What is typed stays. */
import type { ComponentChild, ComponentChildren } from "preact";

export function Archived({ what, children }: { what: string; children: ComponentChildren }): ComponentChild {
  return (
    <div class="banner warning" role="alert">
      <span>{`This ${what} is archived, so it cannot be changed. What you typed stays here: restore the ${what} to save it.`}</span>
      {children}
    </div>
  );
}
