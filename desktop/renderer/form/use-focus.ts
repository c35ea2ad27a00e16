/** Where typing begins: `autofocus` works once in the life of a page, and a form comes later. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** @returns what the field takes as its `ref`; it has the focus when it appears */
export function useFocus(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
