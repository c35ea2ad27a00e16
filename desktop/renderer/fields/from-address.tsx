/** Forms that another screen opened to fill in one field: the address names the field, and the way back. */
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { word } from "../state/address.ts";

/** The screen to return to; null if the form was not opened from one. */
export function wayBack(): string | null {
  const back = word("back");
  return back.startsWith("/") ? back : null;
}

/** An address of a form, with the way back to a screen. */
export function withWayBack(to: string, back: string | null): string {
  if (back === null) return to;
  return `${to}${to.includes("?") ? "&" : "?"}${new URLSearchParams({ back })}`;
}

/** Stands inside a form: focuses the field that the address names, once the form is drawn. */
export function FieldFromAddress(): ComponentChild {
  const field = word("field");
  useEffect(() => {
    if (field === "") return;
    const [input] = document.getElementsByName(field);
    input?.scrollIntoView({ block: "center" });
    input?.focus({ preventScroll: true });
  }, [field]);
  return null;
}
