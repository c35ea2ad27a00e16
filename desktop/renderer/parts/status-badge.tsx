/** A document's status: a word, with a colour beside it for those who see colours. */
import type { ComponentChild } from "preact";
import type { InvoiceRow } from "../../contract/contract.ts";
import { organization } from "../state/state.ts";
import { statusLabelOf } from "../text/invoice-status.ts";

type Shown = Parameters<typeof statusLabelOf>[0] & Pick<InvoiceRow, "kind">;

export function StatusBadge({ row }: { row: Shown }): ComponentChild {
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
