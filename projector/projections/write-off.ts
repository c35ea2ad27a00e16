import type { WriteOffEvent } from "../../events/business/write-off.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import type { Row } from "../tables/tables.ts";
import { later, settle } from "./allocate.ts";
import { type PostingLine, post } from "./post.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";

export const writeOffProjections: Projections<WriteOffEvent["type"]> = {
  InvoiceWrittenOff(tables, event) {
    const { amountMinor, on } = event.data;
    const before = settle(tables, event, event.stream, amountMinor);
    const written_off_minor = before.written_off_minor + amountMinor;
    putWrittenOff(tables, event, { written_off_minor, written_off_on: later(on, before.written_off_on) });
    postOpen(tables, event, before, { kind: "write_off", on, openMinor: -amountMinor });
  },
  WriteOffReversed(tables, event) {
    const writtenOff = tables.invoice.get(event.stream)?.written_off_minor ?? 0;
    if (writtenOff === 0) throw inconsistent(event, `nothing is written off of document ${event.stream}`);
    const before = settle(tables, event, event.stream, -writtenOff);
    putWrittenOff(tables, event, { written_off_minor: 0, written_off_on: null });
    postOpen(tables, event, before, { kind: "reversal", on: event.data.on, openMinor: writtenOff });
  },
};

/** @throws LogError INCONSISTENT_LOG if more is settled of the document than is owed */
function putWrittenOff(
  tables: Tables,
  event: LogEvent,
  writtenOff: Pick<Row<"invoice">, "written_off_minor" | "written_off_on">,
): void {
  const document = must(tables.invoice.get(event.stream), event, `document ${event.stream}`);
  const { gross_minor, prepaid_minor, rounding_minor, paid_minor } = document;
  if (Math.abs(paid_minor) > Math.abs(gross_minor - prepaid_minor + rounding_minor))
    throw inconsistent(
      event,
      `${paid_minor} is settled of document ${document.id} over ${gross_minor - prepaid_minor + rounding_minor}`,
    );
  tables.invoice.put({ ...document, ...writtenOff, version: event.version });
}

function postOpen(
  tables: Tables,
  event: LogEvent,
  { id, client_id, currency }: Row<"invoice">,
  line: Pick<PostingLine, "kind" | "on" | "openMinor">,
): void {
  const clientId = must(client_id ?? undefined, event, `client of document ${id}`);
  post(tables, event, { clientId, currency }, [{ ...line, documentId: id, creditId: null }]);
}
