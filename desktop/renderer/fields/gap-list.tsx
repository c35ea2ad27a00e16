/** A list of what is missing, each with a link to the field that mends it. */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../events/business/roles.ts";
import { mayChange, mayWrite } from "../parts/write-button.tsx";
import type { Gap } from "../text/gaps.ts";
import { withWayBack } from "./from-address.tsx";

/** @param back the screen that the forms return to; null: they lead to where they always do */
export function GapList({ gaps, back }: { gaps: readonly Gap[]; back: string | null }): ComponentChild {
  return (
    <ul class="gaps">
      {gaps.map((gap) => (
        <li key={gap.words} class={gap.refused ? "gap refused" : "gap"}>
          <span>
            <strong>{gap.refused ? "Required: " : "Recommended: "}</strong>
            {gap.words}
          </span>{" "}
          {gap.of === "organization" && !mayWrite(OWNER) ? (
            <span class="detail">Ask an owner of the organization.</span>
          ) : !mayChange() ? null : (
            <a href={`#${withWayBack(gap.to, back)}`}>{gap.mend}</a>
          )}
        </li>
      ))}
    </ul>
  );
}
