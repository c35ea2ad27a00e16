/** The filter of a list of invoices, as words in the address: `#/invoices?q=ada&open=true`. */
import type { Argument } from "../../../contract/arguments.ts";

const NAMES = [
  "q",
  "status",
  "kind",
  "client",
  "currency",
  "open",
  "owed",
  "overdue",
  "issued_from",
  "issued_to",
  "due_from",
  "due_to",
  "gross_min",
  "gross_max",
  "sort",
] as const;

type WordName = (typeof NAMES)[number];
/** As text: the worker parses them and refuses invalid ones. */
export type Words = Partial<Record<WordName, string>>;

/** The words in an address, such as `/invoices?q=ada`. Unknown ones are ignored. */
export function wordsIn(address: string): Words {
  const params = new URLSearchParams(address.split("?")[1] ?? "");
  const words: Words = {};
  for (const name of NAMES) {
    const value = params.get(name);
    if (value !== null && value.trim() !== "") words[name] = value;
  }
  // Search results have an order of their own, and no other.
  if (words.q !== undefined) delete words.sort;
  return words;
}

/** The address of a list. Equal words give equal addresses. */
export function addressOf(words: Words): string {
  const params = new URLSearchParams();
  for (const name of NAMES) {
    const value = words[name];
    if (value !== undefined && value.trim() !== "") params.set(name, value);
  }
  const text = params.toString();
  return text === "" ? "/invoices" : `/invoices?${text}`;
}

/** The same words as the argument of a call. */
export function filterOf(words: Words): Argument<"listInvoiceIds"> {
  return words as Argument<"listInvoiceIds">;
}

/** The status tabs, each with its words. */
export const STATUSES = [
  { name: "All", words: {} },
  { name: "Drafts", words: { status: "draft" } },
  { name: "Issued", words: { status: "issued" } },
  { name: "Open", words: { open: "true" } },
  { name: "Overdue", words: { overdue: "true" } },
  { name: "Paid", words: { status: "issued", open: "false" } },
  { name: "Cancelled", words: { status: "cancelled" } },
  { name: "Void", words: { status: "void" } },
] as const satisfies readonly { name: string; words: Words }[];

/** The status with these words; null if there is none, because an address can hold any words. */
export function statusIn({ status, open, overdue }: Words): string | null {
  const same = ({ words }: { words: Words }) =>
    words.status === status && words.open === open && words.overdue === overdue;
  return STATUSES.find(same)?.name ?? null;
}

/** The words with another status. */
export function withStatus(words: Words, name: string): Words {
  const { status: _, open: __, overdue: ___, ...others } = words;
  return { ...others, ...STATUSES.find((status) => status.name === name)?.words };
}
