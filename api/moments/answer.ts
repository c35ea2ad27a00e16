/** The form of a read's answer over HTTP, at the present and at moments. */
import { withFormerRates } from "../../events/values/former-rates.ts";

/** @param as how the route documents its response */
export function answerOf(as: "one" | "page" | "rows", answer: unknown): object {
  const current = withFormerRates(answer);
  return as === "rows" ? { rows: current } : plain(current as object);
}

/** Bytes as base64. */
function plain(answer: object): object {
  const fields = Object.entries(answer).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  ]);
  return Object.fromEntries(fields);
}
