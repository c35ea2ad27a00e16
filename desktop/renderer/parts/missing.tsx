/** An address that names nothing that is here. */
import type { ComponentChild } from "preact";

export function Missing({ what, to }: { what: string; to: string }): ComponentChild {
  return (
    <section class="empty">
      <h1>There is no such {what}</h1>
      <p>
        It may come with the next sync. <a href={`#${to}`}>Go to the list</a>
      </p>
    </section>
  );
}
