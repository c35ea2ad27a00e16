/** The names of code lists, for messages. */
import type { CodeList } from "./code-lists.ts";

const NAMES: Readonly<Record<CodeList, string>> = {
  uncl1001: "UNTDID 1001",
  uncl1153: "UNTDID 1153",
  uncl2005: "UNTDID 2005",
  uncl4451: "UNTDID 4451",
  uncl4461: "UNTDID 4461",
  uncl5189: "UNTDID 5189, the reasons of allowances",
  uncl7143: "UNTDID 7143",
  uncl7161: "UNTDID 7161, the reasons of charges",
  icd: "ISO 6523 (ICD)",
  eas: "EAS",
  vatex: "VATEX",
};

/** The name of a list of codes. */
export function listName(list: CodeList): string {
  return NAMES[list];
}
