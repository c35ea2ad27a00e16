/** What files in UBL ask beside EN 16931. */
import { isCode } from "../code-lists/code-lists.ts";
import { checkOf, each } from "./rule.ts";

/** UBL has no place for the subject of a note, so a code of three characters between two # is one. */
const SUBJECT = /^[^#]*#([^#]{3})#/;

export const checkUbl = checkOf("document", ({ notes }) => each("notes", notes, (n) => `Note ${n}: `), [
  {
    rule: "BR-CL-08",
    term: "BT-22",
    path: "text",
    text: "three characters between two # would be read as its subject. Write them otherwise.",
    broken: ({ subject, text }) => {
      const [, code] = subject === null ? (SUBJECT.exec(text) ?? []) : [];
      return code !== undefined && !isCode("uncl4451", code);
    },
  },
]);
