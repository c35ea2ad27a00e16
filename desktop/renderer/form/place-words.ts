/** Says in the users' words where in a form a path of a command's input is. */

import { fieldsOfGroup, listsOfGroup } from "../more/more.ts";
import { DOCUMENT_MORE, LINE_MORE } from "../more/more-of-document.ts";
import { CLIENT_MORE, ORGANIZATION_MORE } from "../more/more-of-parties.ts";

/** What forms call the fields behind "More". Those of items are fields of lines too. */
const GROUPS = [DOCUMENT_MORE, LINE_MORE, ORGANIZATION_MORE, CLIENT_MORE];

/** Words that are always written like this. */
const CAPITALS: Readonly<Record<string, string>> = { vat: "VAT", iban: "IBAN", bic: "BIC", "vat id": "VAT ID" };

/** How a user calls one entry of a list, and the parts whose names in the input are not a user's. */
const NAMES: Readonly<Record<string, string>> = {
  lines: "line",
  adjustments: "allowance or charge",
  reasons: "VAT exemption reason",
  allocations: "invoice",
  sources: "credit",
  series: "number series",
  vatRates: "VAT rate",
  foreign: "external",
  termsDays: "days to pay",
  companyId: "company number",
  vatId: "VAT ID",
  vatCategory: "VAT",
  draft: "",
  address: "",
  more: "",
};

const LISTS: Readonly<Record<string, string>> = {
  lines: "lines",
  adjustments: "allowances and charges",
  reasons: "VAT exemption reasons",
  allocations: "invoices",
  sources: "credits",
  series: "number series",
  vatRates: "VAT rates",
};

/**
 * `Line 4, price` for `lines.3.price6`; `VAT ID` for `vatId`; empty for the whole input.
 */
export function placeWords(path: string): string {
  const [, before = "", within = ""] = /^(.*?)\.?\bmore\.(.+)$/.exec(path) ?? [];
  const label = within === "" ? null : labelOf(within);
  if (label !== null) {
    const place = placeWords(before);
    return place === "" ? label : `${place}, ${lowerFirst(label)}`;
  }
  const parts: string[] = [];
  for (const step of path.split(".")) {
    const last = parts.pop();
    if (/^\d+$/.test(step) && last !== undefined) parts.push(`${last} ${Number(step) + 1}`);
    else parts.push(...(last === undefined ? [] : [last]), nameOf(step));
  }
  const text = parts.filter((part) => part !== "").join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Note 2, text` for `notes.1.text`; null: no form has a field there, such as a whole part. */
function labelOf(path: string): string | null {
  const [, list = "", n = "", name = ""] = /^(.+)\.(\d+)(?:\.(.+))?$/.exec(path) ?? [];
  for (const group of GROUPS) {
    const field = fieldsOfGroup(group).find(([one]) => one === path)?.[1];
    if (field) return field.label;
    const entries = n === "" ? undefined : listsOfGroup(group).find(([one]) => one === list)?.[1];
    if (!entries) continue;
    const inEntry = entries.fields[name]?.label;
    const entry = `${upperFirst(entries.one)} ${Number(n) + 1}`;
    return inEntry === undefined ? entry : `${entry}, ${lowerFirst(inEntry)}`;
  }
  return null;
}

function upperFirst(text: string): string {
  return text.replace(/^./u, (letter) => letter.toUpperCase());
}

/** Words in capitals stay: `IBAN or account number`. */
function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Lu}/u.test(text) ? text : text.replace(/^./u, (letter) => letter.toLowerCase());
}

/** How a user calls the entries of a list: `allowances and charges` for `lines.3.adjustments`. */
export function listWords(path: string): string {
  const [, inMore = ""] = /(?:^|\.)more\.(.+)$/.exec(path) ?? [];
  const list = GROUPS.flatMap(listsOfGroup).find(([one]) => one === inMore)?.[1];
  if (list) return list.many;
  const step = path.split(".").at(-1) ?? "";
  return (Object.hasOwn(LISTS, step) && LISTS[step]) || "entries";
}

function nameOf(step: string): string {
  const name = Object.hasOwn(NAMES, step) ? NAMES[step] : undefined;
  if (name !== undefined) return name;
  const words = step
    .replace(/(?:Minor|Id|[36])$/, "") // units and references, which are how it is stored
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(" ");
  return words.map((word) => CAPITALS[word] ?? word).join(" ");
}
