/** Reads the API's problems (`application/problem+json`), and tells them from what others answer. */
import { z } from "zod";
import { ConnectionError, LogError } from "../../errors.ts";
import { effectOf, type ServerCode, type WriteEffect } from "../../response-codes.ts";
import { foreignResponse } from "./connection-errors.ts";

/** The longest answer that is JSON, bytes: a problem that names 100 fields is far below it. */
export const MAX_JSON_BYTES = 1024 * 1024;

const problem = z.object({
  status: z.int(),
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
  title: z.string(),
  detail: z.string(),
  field: z.string().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
});

/** Problems of a 503 that do not pass by themselves. */
const FOR_THE_OPERATOR: ReadonlySet<string> = new Set<ServerCode>(["CLOCK_SKEW", "HEAD_IN_FUTURE", "UNKNOWN_EVENT"]);

export interface Problem extends z.infer<typeof problem> {
  /** What it says about a write; null if this release does not know the code. */
  effect: WriteEffect | null;
}

/** The problem in a failed response; null if the response is not from an Invoify API. */
export function problemIn(response: Response, bytes: Uint8Array): Problem | null {
  if (mediaTypeOf(response) !== "application/problem+json") return null;
  const parsed = problem.safeParse(parseJson(bytes));
  if (!parsed.success || parsed.data.status !== response.status) return null;
  return { ...parsed.data, effect: effectOf(parsed.data.code) };
}

/**
 * The failure of a request that is not about the request itself: the API cannot do it now, has failed, or needs a login;
 * or something other than the API answered.
 *
 * @returns null if the API refuses the request
 */
export function failureOf(where: string, response: Response, problem: Problem | null): LogError | null {
  if (problem === null) return foreignResponse(where, response);
  const { status, code, detail, effect } = problem;
  if (effect === null)
    return new ConnectionError("failed", `${where}: ${status} ${code}: ${detail}; this release does not know ${code}`, {
      problem: code,
    });
  if (status === 401) return new LogError("UNAUTHORIZED", `${where}: ${detail}`);
  const message = `${where}: ${status}: ${detail}`;
  if (status === 503)
    return new ConnectionError(FOR_THE_OPERATOR.has(code) ? "failed" : "busy", message, {
      mayBeDone: effect === "unknown",
      problem: code,
    });
  return status >= 500 || effect === "unknown" ? new ConnectionError("failed", message, { problem: code }) : null;
}

/** The media type without its parameters, in lower case. */
export function mediaTypeOf({ headers }: Response): string {
  return (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** @returns undefined if the bytes are not JSON in UTF-8 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
