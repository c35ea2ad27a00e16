/** A document's status as a word and a colour. The word alone is enough. */
import type { ComponentChild } from "preact";
import type { InvoiceRow } from "../../contract/contract.ts";
import { organization } from "../state/state.ts";
import { statusLabelOf } from "../text/invoice-status.ts";

type BadgeRow = Parameters<typeof statusLabelOf>[0] & Pick<InvoiceRow, "kind">;

export function StatusBadge({ row }: { row: BadgeRow }): ComponentChild {
  const { word, tone } = statusLabelOf(row, organization.value?.today ?? "");
  return (
    <>
      {row.kind === "credit_note" && <span class="badge">Credit note</span>}
      <span class="badge" data-tone={tone}>
        {word}
      </span>
    </>
  );
}
