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

/**
 * Stands inside a form: focuses the field that the address names, once the form is drawn. A field that is not there, such
 * as one of an entry that nobody has added, leads to what is closest to it: another field of its part, or the button that
 * adds one.
 */
export function FieldFromAddress(): ComponentChild {
  const field = word("field");
  useEffect(() => {
    if (field === "") return;
    const input = closestField(field);
    input?.scrollIntoView({ block: "center" });
    input?.focus({ preventScroll: true });
  }, [field]);
  return null;
}

function closestField(field: string): HTMLElement | null {
  const [exact] = document.getElementsByName(field);
  if (exact) return exact;
  const steps = field.split(".");
  for (let length = steps.length; length > 0; length--) {
    const part = steps.slice(0, length).join(".");
    const near = document.querySelector<HTMLElement>(
      `:is(input, select, textarea, button):is([name="${CSS.escape(part)}"], [name^="${CSS.escape(part)}."])`,
    );
    if (near) return near;
  }
  return null;
}
