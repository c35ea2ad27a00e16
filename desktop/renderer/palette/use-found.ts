/** The records that match what is typed, from the searches of the lists: exact matches first. */
import { useEffect, useState } from "preact/hooks";
import { foldText, spellOut } from "../../../events/values/fold-text.ts";
import type { Argument, CallName } from "../../contract/arguments.ts";
import { questionOf, useCall } from "../state/use-call.ts";
import { type Option, opening } from "./commands.ts";
import { clientOption, invoiceOption, itemOption, paymentOption, refundOption } from "./record-options.ts";

/** Records of each kind. */
const MOST = 5;
/** Pause between the last letter and the search, ms. */
const PAUSE_MS = 60;
/** The longest search. */
const MAX_TYPED = 200;

interface Found {
  options: Option[];
  /** True if the first one has the typed text as its whole name. */
  isNamed: boolean;
  /** True until the options are those of the typed text. */
  waiting: boolean;
  /** Why a search failed; null if none did. */
  problem: string | null;
}

export function useFound(typed: string): Found {
  const q = usePaused(typed.trim().slice(0, MAX_TYPED));
  const invoices = useSearch("listInvoices", q);
  const clients = useSearch("listClients", q);
  const items = useSearch("listItems", q);
  const payments = useSearch("listPayments", q);
  const refunds = useSearch("listRefunds", q);
  const searches = [invoices, clients, items, payments, refunds];
  const isCurrent = q === typed.trim().slice(0, MAX_TYPED);
  const waiting = !isCurrent || searches.some((search) => search.waiting);
  const problem = searches.find(({ failure }) => failure !== null)?.failure?.message ?? null;
  if (q === "") return { options: [], isNamed: false, waiting, problem: null };
  const found = {
    invoices: [...(invoices.rows?.rows.map(invoiceOption) ?? []), ...more("invoices", q, invoices.rows)],
    clients: [...(clients.rows?.rows.map(clientOption) ?? []), ...more("clients", q, clients.rows)],
    items: [...(items.rows?.rows.map(itemOption) ?? []), ...more("items", q, items.rows)],
    payments: [...(payments.rows?.rows.map(paymentOption) ?? []), ...more("payments", q, payments.rows)],
    refunds: [...(refunds.rows?.rows.map(refundOption) ?? []), ...more("refunds", q, refunds.rows)],
  };
  // A number is more often a document's; a name is a client's.
  const [first, second] = /\d/.test(q) ? [found.invoices, found.clients] : [found.clients, found.invoices];
  const groups = [first, second, found.payments, found.refunds, found.items];
  const isNamed = (options: readonly Option[]) => options.some((option) => isExactly(option, q));
  const ordered = groups.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)));
  return { options: ordered.flat(), isNamed: ordered[0] !== undefined && isNamed(ordered[0]), waiting, problem };
}

/** True if the text is the record's whole name. The searches put such a record first, and its group comes first. */
function isExactly({ names = [] }: Option, q: string): boolean {
  const wanted = spellings(q);
  return wanted.some((one) => one !== "" && names.some((name) => name !== null && spellings(name).includes(one)));
}

/** A name as the searches compare it: without case, accents, blanks and punctuation, and with `ae` for ä. */
function spellings(text: string): string[] {
  return [text, spellOut(text)].map((one) => foldText(one).replace(/[^\p{L}\p{M}\p{N}&+#]+/gu, ""));
}

type Searched = "listInvoices" | "listClients" | "listItems" | "listPayments" | "listRefunds";

function useSearch<Name extends Searched & CallName>(name: Name, q: string) {
  const argument = q === "" ? null : ({ q, limit: MOST } as Argument<Name>);
  const { value, key, failure, waiting } = useCall(name, argument);
  // The answer to an earlier text is not shown for this one.
  const isAnswer = argument !== null && key === questionOf(name, argument).key;
  return { rows: isAnswer ? value : null, failure, waiting };
}

/** An option that opens the list, if it has more. */
function more(list: string, q: string, page: { next: string | null } | null): Option[] {
  if (page === null || page.next === null) return [];
  const name = `All ${list} with “${q}”`;
  return [
    { ...opening(`/${list}?q=${encodeURIComponent(q)}`, name), group: list.replace(/^./, (l) => l.toUpperCase()) },
  ];
}

/** The text, once it has been the same for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return text === "" ? "" : paused;
}
