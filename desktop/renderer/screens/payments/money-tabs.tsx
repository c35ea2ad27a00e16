/** What the lists of payments and refunds share: one place with two lists, and the filter by client. */
import type { ComponentChild } from "preact";
import { routeNow, setWords, word } from "../../state/address.ts";
import { useCall } from "../../state/use-call.ts";

const LISTS = [
  ["/payments", "Received"],
  ["/refunds", "Refunded"],
] as const;

/** Leads from one list to the other, of the same client. */
export function MoneyTabs(): ComponentChild {
  const client = word("client");
  return (
    <nav class="tabs beside" aria-label="Payments and refunds">
      {LISTS.map(([path, name]) => (
        <a
          key={path}
          href={`#${path}${client === "" ? "" : `?client=${client}`}`}
          aria-current={routeNow() === path ? "page" : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}

export function ClientFilter({ id }: { id: number }): ComponentChild {
  const { value } = useCall("getClient", { id });
  return (
    <p class="chip">
      of <a href={`#/clients/${id}`}>{value?.name ?? `client ${id}`}</a>
      <button type="button" class="link" onClick={() => setWords({ client: "" })}>
        Show all clients
      </button>
    </p>
  );
}
