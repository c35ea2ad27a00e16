/** The history of one thing, newest first. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { useCall } from "../state/use-call.ts";
import { ActivityList } from "./activity-list.tsx";
import { Problem } from "./problem.tsx";

/** Entries at first, and after "Show more". */
const FIRST = 10;
const MOST = 200;

export function History({ stream }: { stream: number }): ComponentChild {
  const [limit, setLimit] = useState(FIRST);
  const { value, failure, retry } = useCall("listActivity", { stream, limit });
  return (
    <section class="panel">
      <h2>History</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {value && <ActivityList rows={value.rows} about={stream} />}
      {value?.next && limit < MOST && (
        <button type="button" class="link" onClick={() => setLimit(MOST)}>
          Show more
        </button>
      )}
    </section>
  );
}
