/** A document's status: a word, with a colour beside it for those who see colours. */
import type { ComponentChild } from "preact";
import type { InvoiceRow } from "../../contract.ts";
import { standingOf } from "../invoice-status.ts";
import { organization } from "../state.ts";

type Shown = Parameters<typeof standingOf>[0] & Pick<InvoiceRow, "kind">;

export function StatusBadge({ row }: { row: Shown }): ComponentChild {
  const { word, tone } = standingOf(row, organization.value?.today ?? "");
  return (
    <>
      {row.kind === "credit_note" && <span class="badge">Credit note</span>}
      <span class="badge" data-tone={tone}>
        {word}
      </span>
    </>
  );
}
