/**
 * The code lists of EN 16931 as forms offer them: by their words. They are not in the page: `load-code-lists.ts` asks the
 * worker for all of them, once something reads one.
 */
import { signal } from "@preact/signals";
import type { CodeListName, CodeLists } from "../../../events/einvoice/words/code-words.ts";
import { codeOfText, type NamedCode } from "../text/named-codes.ts";

export const codeLists = signal<CodeLists | null>(null);
/** True once a list was asked for. */
export const areListsWanted = signal(false);

/** The list; empty while it is being read. A component that calls this is drawn again when the list is there. */
export function codeList(name: CodeListName): readonly NamedCode[] {
  if (!areListsWanted.peek()) areListsWanted.value = true;
  return codeLists.value?.[name] ?? [];
}

/** True once the lists are there: what was read of typed text before may be read otherwise. */
export function hasCodeLists(): boolean {
  return codeLists.value !== null;
}

/** What is a code without doubt. The lists of words are shorter than those of the standard, which the server knows. */
const CODE = /^[A-Z0-9][A-Z0-9-]*$/;

/** The code for typed text; null if no code has words like it. */
export function codeIn(name: CodeListName, text: string): string | null {
  return codeOfText(codeList(name), text) ?? (CODE.test(text) ? text : null);
}
