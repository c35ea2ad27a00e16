/** What the server's log says. Never a header, a body, or what is behind the `?` of an address: there secrets may be. */
import type { FastifyServerOptions } from "fastify";

/** @param stream where it goes; without one, to standard output */
export function logOptions(stream?: { write(line: string): void }): NonNullable<FastifyServerOptions["logger"]> {
  return {
    level: "info",
    serializers: {
      req: ({ method, url, ip }) => ({ method, url: url.split("?")[0] ?? "", remoteAddress: ip }),
      err: describeError,
    },
    ...(stream && { stream }),
  };
}

/**
 * An error by what it is and where it comes from. A driver's errors carry more, such as the document that was not
 * written: that stays out.
 */
function describeError(error: unknown): { type: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: "not an error", stack: "" };
  const { name: type, message, stack = "", cause, code } = error as NodeJS.ErrnoException;
  const more = { ...(code && { code }), ...(cause !== undefined && { cause: describeError(cause) }) };
  return { type, message, stack, ...more };
}
