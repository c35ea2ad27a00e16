/** A list of what is missing, each with a link to the field that mends it. */
import type { ComponentChild } from "preact";
import { OWNER } from "../../../events/business/roles.ts";
import { mayChange, mayWrite } from "../parts/write-button.tsx";
import type { Gap } from "../text/gaps.ts";
import { withWayBack } from "./from-address.tsx";

interface GapListProps {
  gaps: readonly Gap[];
  /** The screen that the forms return to; null: they lead to where they always do. */
  back: string | null;
  /** True: what is around the list says how serious it is. */
  plain?: boolean;
  /** Mends one here, in place of a link. Null for one that has to be mended elsewhere. */
  here?: (gap: Gap) => (() => void) | null;
}

export function GapList({ gaps, back, plain = false, here = () => null }: GapListProps): ComponentChild {
  return (
    <ul class="gaps">
      {gaps.map((gap) => (
        <li key={gap.words} class={gap.refused ? "gap refused" : "gap"}>
          <span>
            {!plain && <strong>{gap.refused ? "Required: " : "Recommended: "}</strong>}
            {gap.words}
          </span>{" "}
          <Mend gap={gap} back={back} act={here(gap)} />
        </li>
      ))}
    </ul>
  );
}

function Mend({ gap, back, act }: { gap: Gap; back: string | null; act: (() => void) | null }): ComponentChild {
  if (act !== null)
    return (
      <button type="button" class="link" onClick={act}>
        {gap.mend}
      </button>
    );
  if (gap.to === "" || !mayChange()) return null;
  if (gap.of === "organization" && !mayWrite(OWNER))
    return <span class="detail">Ask an owner of the organization.</span>;
  return <a href={`#${withWayBack(gap.to, back)}`}>{gap.mend}</a>;
}
