/** The address of the page that explains a figure: `/why?figure=client_open&client=12&currency=EUR`. */
import type { Argument } from "../../contract/arguments.ts";
import { words } from "../state/address.ts";

/** What is explained. */
export type Figure = Argument<"getFigure">["figure"];

/** Parts of a figure that are numbers. */
const NUMBERS = new Set(["client", "id", "source", "n", "age", "vat_rate3", "entry.id"]);
/** Parts of a figure that have parts themselves: `list.status=issued`. */
const GROUPS = ["entry", "list"];

/** @param dated the day until which the figure counts; null: everything */
export function figureHref(figure: Figure, dated: string | null = null): string {
  const address = new URLSearchParams();
  for (const [name, value] of Object.entries(figure)) {
    if (typeof value === "object" && value !== null) {
      for (const [part, of] of Object.entries(value)) if (of !== undefined) address.set(`${name}.${part}`, String(of));
    } else if (value !== undefined) address.set(name, String(value));
  }
  if (dated !== null) address.set("dated", dated);
  return `#/why?${address}`;
}

/** The figure in the address. The worker checks it; null if the address names none. */
export function figureInAddress(): Figure | null {
  const figure: Record<string, unknown> = {};
  for (const [name, text] of words.value) {
    if (name === "dated" || name === "sort" || name === "at") continue;
    const value = NUMBERS.has(name) ? Number(text) : text;
    const [group = "", part] = name.split(".");
    if (name === "vat_rate_bp")
      figure.vat_rate3 = Number(text) * 10; // addresses of earlier releases
    else if (part === undefined) figure[name] = value;
    else if (GROUPS.includes(group)) figure[group] = { ...(figure[group] as object | undefined), [part]: value };
  }
  if (String(figure.figure).startsWith("list_") && figure.list === undefined) figure.list = {};
  return typeof figure.figure === "string" ? (figure as Figure) : null;
}
