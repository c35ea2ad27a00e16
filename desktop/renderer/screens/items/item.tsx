/** One item: its defaults for lines, and its history. */
import type { ComponentChild } from "preact";
import { factsOfMore } from "../../fields/more.tsx";
import { ITEM_MORE } from "../../more/more-of-document.ts";
import { Action } from "../../parts/action.tsx";
import { Facts } from "../../parts/facts.tsx";
import { History } from "../../parts/history.tsx";
import { Missing } from "../../parts/missing.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Why } from "../../parts/why.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { locale, organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { unitName, vatName } from "../../text/codes.ts";
import { price, rate } from "../../text/format.ts";

export function Item({ id }: { id: number }): ComponentChild {
  const { value: item, failure, waiting, retry } = useCall("getItem", { id });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting) return <p class="waiting">Loading…</p>;
  if (!item) return <Missing what="item" id={id} to="/items" />;
  const currency = organization.value?.currency ?? "";
  return (
    <>
      <header class="page-head">
        <h1>{item.code}</h1>
        {item.archived === 1 && <span class="badge">Archived, not available for new lines</span>}
        <div class="actions-row">
          {item.archived === 0 && <WriteLink href={`#/items/${id}/edit`}>Edit</WriteLink>}
          {item.archived === 0 ? (
            <Action name="Archive" command={() => ({ command: "ArchiveItem", id, ifMatch: item.version })} />
          ) : (
            <Action name="Restore" command={() => ({ command: "RestoreItem", id, ifMatch: item.version })} />
          )}
        </div>
      </header>
      <section class="panel">
        <Facts
          facts={[
            ["Description", item.description],
            ["Unit", unitName(item.unit)],
            [
              "Unit price without VAT",
              <Why figure={{ figure: "record", table: "item", id, column: "price6" }}>
                {`${price(item.price6, currency, locale.value)} ${currency}`}
              </Why>,
            ],
            ...factsOfMore(ITEM_MORE, item.more),
            ["VAT", `${vatName(item.vat_category)} ${rate(item.vat_rate3, locale.value)}`],
          ]}
        />
      </section>
      <History stream={id} />
    </>
  );
}
