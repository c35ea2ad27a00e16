/** Says in the users' words where in a form a path of a command's input is. */

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
  const parts: string[] = [];
  for (const step of path.split(".")) {
    const last = parts.pop();
    if (/^\d+$/.test(step) && last !== undefined) parts.push(`${last} ${Number(step) + 1}`);
    else parts.push(...(last === undefined ? [] : [last]), nameOf(step));
  }
  const text = parts.filter((part) => part !== "").join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How a user calls the entries of a list: `allowances and charges` for `lines.3.adjustments`. */
export function listWords(path: string): string {
  const step = path.split(".").at(-1) ?? "";
  return (Object.hasOwn(LISTS, step) && LISTS[step]) || "entries";
}

function nameOf(step: string): string {
  const name = Object.hasOwn(NAMES, step) ? NAMES[step] : undefined;
  if (name !== undefined) return name;
  const words = step
    .replace(/(?:Minor|Bp|Id|6)$/, "") // units and references, which are how it is stored
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(" ");
  return words.map((word) => CAPITALS[word] ?? word).join(" ");
}
