/** A key's fingerprint, in groups that two people can compare by telephone. */
import type { ComponentChild } from "preact";

/** @param of hexadecimal digits */
export function Fingerprint({ of }: { of: string }): ComponentChild {
  return <code class="fingerprint">{of.match(/.{1,4}/g)?.join(" ") ?? of}</code>;
}
