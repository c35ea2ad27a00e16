/** Item: what a line made from it says, and what happened to it. */
import type { ComponentChild } from "preact";
import { unitName, vatName } from "../codes.ts";
import { price, rate } from "../format.ts";
import { Facts } from "../parts/facts.tsx";
import { History } from "../parts/history.tsx";
import { Missing } from "../parts/missing.tsx";
import { Problem } from "../parts/problem.tsx";
import { locale, organization } from "../state.ts";
import { useCall } from "../use-call.ts";

export function Item({ id }: { id: number }): ComponentChild {
  const { value: item, failure, waiting } = useCall("getItem", { id });
  if (failure) return <Problem failure={failure} />;
  if (waiting) return <p class="waiting">Reading…</p>;
  if (!item) return <Missing what="item" to="/items" />;
  const currency = organization.value?.currency ?? "";
  return (
    <>
      <header class="page-head">
        <h1>{item.code}</h1>
        {item.archived === 1 && <span class="badge">Archived: not for new lines</span>}
      </header>
      <section class="panel">
        <Facts
          facts={[
            ["Description", item.description],
            ["Unit", unitName(item.unit)],
            ["Unit price without VAT", `${price(item.price6, currency, locale.value)} ${currency}`],
            ["VAT", `${vatName(item.vat_category)} ${rate(item.vat_rate_bp, locale.value)}`],
          ]}
        />
      </section>
      <History stream={id} />
    </>
  );
}
