/** Gives each request an id, which appears in the response, in its problem, and in every line of the server's log. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const REQUEST_ID = "x-request-id";

/** Ids as proxies create them: UUIDs, ULIDs, hex. Nothing long, and nothing that could forge other text in a log. */
const ACCEPTED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The id from `X-Request-Id` if it is acceptable, or else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const id = headers[REQUEST_ID];
  return typeof id === "string" && ACCEPTED.test(id) ? id : randomUUID();
}
