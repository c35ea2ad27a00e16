/** What a new organization does before its first invoice. Shown until one has been issued. */
import type { ComponentChild } from "preact";
import { GapList } from "../../fields/gap-list.tsx";
import { mayChange } from "../../parts/write-button.tsx";
import { organization } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { sellerGaps } from "../../text/gaps.ts";

export function FirstSteps(): ComponentChild {
  const own = organization.value;
  const { value: clients } = useCall("listClients", { limit: 1 });
  const { value: drafts } = useCall("listInvoices", { limit: 1 });
  if (!own || !clients || !drafts || !mayChange()) return null;
  const gaps = sellerGaps(own, null);
  const [draft] = drafts.rows;
  return (
    <section class="panel first-steps">
      <h2>Before your first invoice</h2>
      <ol>
        <li>
          <Step done={gaps.length === 0}>Complete your organization's details</Step>
          {gaps.length > 0 && <GapList gaps={gaps} back="/" />}
        </li>
        <li>
          <Step done={clients.rows.length > 0}>
            {clients.rows.length > 0 ? "Add a client" : <a href="#/clients/new">Add a client</a>}
          </Step>
        </li>
        <li>
          <Step done={false}>
            {draft ? (
              <a href={`#/invoices/${draft.id}`}>Issue your first invoice</a>
            ) : (
              <a href="#/invoices/new">Write your first invoice</a>
            )}
          </Step>
        </li>
      </ol>
    </section>
  );
}

function Step({ done, children }: { done: boolean; children: ComponentChild }): ComponentChild {
  return (
    <span class={done ? "step done" : "step"}>
      {children}
      {done && <span class="badge">Done</span>}
    </span>
  );
}
