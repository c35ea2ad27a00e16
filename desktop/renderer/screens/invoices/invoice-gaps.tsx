/** What a draft lacks before it is issued: what the server would refuse, and what the law or the client may expect. */
import type { ComponentChild } from "preact";
import { isEInvoice } from "../../../../events/einvoice/formats.ts";
import type { Argument } from "../../../contract/arguments.ts";
import type { InvoiceDetail } from "../../../contract/contract.ts";
import { GapList } from "../../fields/gap-list.tsx";
import { findingGaps, statedIn } from "../../more/finding-gaps.ts";
import { useCall } from "../../state/use-call.ts";
import { type Buyer, type Gap, gapsOf, type Seller } from "../../text/gaps.ts";

/** The client as it decides what a document lacks. */
type Client = Buyer & { more: { format: Argument<"checkDocument">["format"] | null } | null };

/** What a draft lacks, also by the rules of the format that its client wants. */
export function useGaps(invoice: InvoiceDetail, seller: Seller, client: Client | null): Gap[] {
  const { id } = invoice;
  const format = client?.more?.format ?? null;
  const { value } = useCall("checkDocument", format !== null && isEInvoice(format) ? { id, format } : null);
  const gaps = gapsOf(invoice, seller, client);
  const document = `/invoices/${id}/edit`;
  const found = findingGaps(value ?? [], {
    ...{ stated: statedIn(invoice), document, issue: null, clientId: invoice.client_id, refused: true },
  });
  // What is said already is not said again; what was only recommended is required now.
  const refused = new Set(gaps.flatMap((gap) => (gap.refused ? [gap.to] : [])));
  const added = found.filter(({ to }) => !refused.has(to));
  const parts = new Set(added.map(({ to }) => partOf(to)));
  return [...gaps.filter(({ refused, to }) => refused || !parts.has(partOf(to))), ...added].toSorted(
    (a, b) => Number(b.refused) - Number(a.refused),
  );
}

/** Of an address, the form and the first step of the field: `/clients/7/edit?field=address`. */
function partOf(to: string): string {
  return to.replace(/\..*$/, "");
}

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
