/** The content of the server's log. Headers, bodies and query strings can contain secrets, so they are never logged. */
import type { FastifyServerOptions } from "fastify";

/** @param stream receives the lines; default: standard output */
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
 * An error's type, message and origin. Errors of a driver carry more, such as the document that was not written, which
 * must stay out of the log.
 */
function describeError(error: unknown): { type: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: "not an error", stack: "" };
  const { name: type, message, stack = "", cause, code } = error as NodeJS.ErrnoException;
  const more = { ...(code && { code }), ...(cause !== undefined && { cause: describeError(cause) }) };
  return { type, message, stack, ...more };
}
