/** The actions on a client. */
import type { ComponentChild } from "preact";
import type { ClientWithBalances } from "../../../../projector/queries/clients.ts";
import { Action } from "../../parts/action.tsx";
import { WriteLink } from "../../parts/write-button.tsx";
import { locale } from "../../state/state.ts";
import { money } from "../../text/format.ts";

export function ClientActions({ client }: { client: ClientWithBalances }): ComponentChild {
  const { id, version, name, archived } = client;
  const open = openItems(client);
  // What is owed to an archived client can still be paid back.
  const hasCredit = client.balances.some(({ credit_minor }) => credit_minor > 0);
  const refund = <WriteLink href={`#/refunds/new?client=${id}`}>Refund…</WriteLink>;
  if (archived === 1)
    return (
      <div class="actions-row">
        {hasCredit && refund}
        <Action name="Restore" command={() => ({ command: "RestoreClient", id, ifMatch: version })} />
      </div>
    );
  return (
    <div class="actions-row">
      <WriteLink href={`#/invoices/new?client=${id}`}>New invoice</WriteLink>
      <WriteLink href={`#/payments/new?client=${id}`}>Record payment</WriteLink>
      {hasCredit && refund}
      <WriteLink href={`#/clients/${id}/edit`}>Edit</WriteLink>
      <Action
        name="Archive"
        command={() => ({ command: "ArchiveClient", id, ifMatch: version })}
        {...(open.length > 0 && {
          ask: {
            title: `Archive ${name}?`,
            text: `${open.join(", ")}. You cannot invoice an archived client or record their payments. You can restore the client later.`,
            yes: "Archive",
          },
        })}
      />
    </div>
  );
}

/** What is not settled yet, in words: what the client owes, and their remaining credit. */
function openItems({ balances }: ClientWithBalances): string[] {
  return balances.flatMap(({ currency, outstanding_minor, credit_minor }) => {
    const text = (minor: number) => money(minor, currency, locale.value);
    return [
      ...(outstanding_minor === 0 ? [] : [`${text(outstanding_minor)} is outstanding`]),
      ...(credit_minor === 0 ? [] : [`${text(credit_minor)} of credit remains`]),
    ];
  });
}
