/** What a client's details lack before an invoice to the client is issued. */
import type { ComponentChild } from "preact";
import { GapList } from "../../fields/gap-list.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { type Buyer, buyerGaps } from "../../text/gaps.ts";

export function ClientGaps({ client }: { client: Buyer }): ComponentChild {
  const gaps = client.archived === 1 ? [] : buyerGaps(client, null);
  if (gaps.length === 0 || !mayChange()) return null;
  return (
    <section class="gaps-box" aria-label="Missing details">
      <p>
        {gaps.some(({ refused }) => refused)
          ? "Invoices to this client cannot be issued with its usual VAT yet."
          : "Invoices to this client may be incomplete."}
      </p>
      <GapList gaps={gaps} back={`/clients/${client.id}`} />
    </section>
  );
}
