/** What a list of invoices is asked for, as it stands in the address: `#/invoices?q=ada&open=true`. */
import type { Argument } from "../../../contract/arguments.ts";

const NAMES = [
  "q",
  "status",
  "kind",
  "client",
  "currency",
  "open",
  "overdue",
  "issued_from",
  "issued_to",
  "due_from",
  "due_to",
  "gross_min",
  "gross_max",
  "sort",
] as const;

export type WordName = (typeof NAMES)[number];
/** As text: the worker parses them, and refuses what is none. */
export type Words = Partial<Record<WordName, string>>;

/** The words in an address, such as `/invoices?q=ada`; what is not a word is left out. */
export function wordsIn(address: string): Words {
  const given = new URLSearchParams(address.split("?")[1] ?? "");
  const words: Words = {};
  for (const name of NAMES) {
    const value = given.get(name);
    if (value !== null && value.trim() !== "") words[name] = value;
  }
  // What is searched for comes newest first, and in no other order.
  if (words.q !== undefined) delete words.sort;
  return words;
}

/** The address of a list, the same for the same words. */
export function addressOf(words: Words): string {
  const given = new URLSearchParams();
  for (const name of NAMES) {
    const value = words[name];
    if (value !== undefined && value.trim() !== "") given.set(name, value);
  }
  const text = given.toString();
  return text === "" ? "/invoices" : `/invoices?${text}`;
}

/** The same words as the argument of a call. */
export function filterOf(words: Words): Argument<"listInvoiceIds"> {
  return words as Argument<"listInvoiceIds">;
}

/** The statuses that people ask for, each with its words. */
export const STATUSES = [
  { name: "All", words: {} },
  { name: "Drafts", words: { status: "draft" } },
  { name: "Issued", words: { status: "issued" } },
  { name: "Open", words: { open: "true" } },
  { name: "Overdue", words: { overdue: "true" } },
  { name: "Paid", words: { status: "issued", open: "false" } },
  { name: "Void", words: { status: "void" } },
] as const satisfies readonly { name: string; words: Words }[];

/** The status whose words these are; null: none of them, as an address may say. */
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
