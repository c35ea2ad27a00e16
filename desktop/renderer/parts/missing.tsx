/** Shown for an address whose thing is not in the local copy. */
import type { ComponentChild } from "preact";

export function Missing({ what, to }: { what: string; to: string }): ComponentChild {
  return (
    <section class="empty">
      <h1>{what.replace(/^./, (letter) => letter.toUpperCase())} not found</h1>
      <p>
        It may arrive with the next sync. <a href={`#${to}`}>Go to the list</a>
      </p>
    </section>
  );
}
