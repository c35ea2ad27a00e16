/** A name for each request: in the answer, in the problem that it tells of, and in every line of the server's log. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const REQUEST_ID = "x-request-id";

/** What proxies make: UUIDs, ULIDs, hex. Nothing that is longer, or that could look like something else in a log. */
const GIVEN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The one that the proxy or the client gave (`X-Request-Id`), if it is one; else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers[REQUEST_ID];
  return typeof given === "string" && GIVEN.test(given) ? given : randomUUID();
}
