/**
 * The code lists of EN 16931 as forms offer them: by their words. They are not in the page: `load-code-lists.ts` asks the
 * worker for all of them, once something reads one.
 */
import { signal } from "@preact/signals";
import { type CodeList, isCode, typesOf } from "../../../events/einvoice/code-lists/code-lists.ts";
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

/** The lists of the standard, which have more codes than those with words. */
const LISTS: { readonly [Name in CodeListName]: CodeList } = {
  ...{ documentTypes: "uncl1001", invoiceTypes: "uncl1001", creditNoteTypes: "uncl1001", taxPoints: "uncl2005" },
  ...{ noteSubjects: "uncl4451", paymentMeans: "uncl4461", allowanceReasons: "uncl5189", chargeReasons: "uncl7161" },
  ...{ exemptions: "vatex", schemes: "icd", electronicSchemes: "eas", objectSchemes: "uncl1153" },
  classificationSchemes: "uncl7143",
};

function isKnown(name: CodeListName, code: string): boolean {
  if (name === "invoiceTypes") return typesOf("invoice").has(code);
  return name === "creditNoteTypes" ? typesOf("credit_note").has(code) : isCode(LISTS[name], code);
}

/** The code for typed text: what the server accepts, also without words; null if there is none. */
export function codeIn(name: CodeListName, text: string): string | null {
  return codeOfText(codeList(name), text) ?? (isKnown(name, text) ? text : null);
}
