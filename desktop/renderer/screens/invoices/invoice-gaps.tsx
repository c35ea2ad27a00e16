/** What a draft lacks before it is issued: what the server would refuse, and what the law or the client may expect. */
import type { ComponentChild } from "preact";
import { GapList } from "../../fields/gap-list.tsx";
import type { Gap } from "../../text/gaps.ts";

export function InvoiceGaps({ id, gaps }: { id: number; gaps: readonly Gap[] }): ComponentChild {
  if (gaps.length === 0) return null;
  const isRefused = gaps.some(({ refused }) => refused);
  return (
    <section class={isRefused ? "gaps-box refused" : "gaps-box"} aria-label="Missing details">
      <p>
        {isRefused
          ? "This cannot be issued yet. Afterwards, you return to this step."
          : "You can issue this, but it may be incomplete."}
      </p>
      <GapList gaps={gaps} back={`/invoices/${id}?issue=now`} />
    </section>
  );
}
