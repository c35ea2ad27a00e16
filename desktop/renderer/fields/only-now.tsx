/** In place of a form, while the screens show the past. What was typed there stays on this device. */
import type { ComponentChild } from "preact";
import { path } from "../state/navigation.ts";

export function OnlyNow({ what }: { what?: string }): ComponentChild {
  return (
    <section class="empty">
      {what !== undefined && <h1>{what}</h1>}
      <p>
        You are looking at the past, where nothing can be changed.{" "}
        <a href={`#${path.value}${path.value.includes("?") ? "&" : "?"}at=`}>Return to now</a>
      </p>
    </section>
  );
}
