/** Commands sent to the API: what a client calls, and how its answers and refusals come back. */
import { COMMANDS, type CommandCall, pathOf, type Written } from "./commands.ts";
import { LogError, Refusal, type RefusalKind } from "./errors.ts";
import { uuidText } from "./uuid.ts";

export interface SendOptions {
  /** The API's address, such as `https://invoices.example`. */
  base: string;
  token: string;
  /** Becomes the event's id: send the same one again when the answer was lost. */
  key: Uint8Array;
  /** The version that the user saw. */
  ifMatch?: number;
  signal?: AbortSignal;
  fetch?: typeof fetch;
}

const KINDS: Readonly<Record<number, RefusalKind>> = {
  403: "forbidden",
  404: "missing",
  409: "conflict",
  412: "stale",
  422: "invalid",
};

/**
 * Sends a command.
 *
 * @throws Refusal if a rule says no; LogError UNAUTHORIZED: log in; UNREACHABLE: it may have been written, send it again
 *   with the same key
 */
export async function sendCommand(call: CommandCall, options: SendOptions): Promise<Written> {
  const { base, token, key, ifMatch, signal, fetch } = options;
  return (await sendJson(new URL(pathOf(call), base), {
    method: COMMANDS[call.command].method,
    body: call.input,
    headers: {
      authorization: `Bearer ${token}`,
      "idempotency-key": uuidText(key),
      ...(ifMatch !== undefined && { "if-match": `"${ifMatch}"` }),
    },
    ...(signal && { signal }),
    ...(fetch && { fetch }),
  })) as Written;
}

/** Sends JSON, and gives the answer's. @throws as `sendCommand` */
export async function sendJson(
  url: URL,
  request: {
    method: string;
    body?: unknown;
    headers?: Record<string, string>;
    signal?: AbortSignal;
    fetch?: typeof fetch;
  },
): Promise<unknown> {
  const { method, body, headers, signal, fetch: send = fetch } = request;
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && {
        body: JSON.stringify(body, (_, value) => (value instanceof Uint8Array ? base64(value) : value)),
      }),
      ...(signal && { signal }),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new LogError("UNREACHABLE", `${url.origin}: no answer`, { cause: error });
  }
  if (!response.ok) throw failureOf(url, response.status, text);
  return JSON.parse(text);
}

interface Problem {
  code?: string;
  detail?: string;
  field?: string;
  values?: Readonly<Record<string, string | number | null>>;
}

function failureOf(url: URL, status: number, text: string): Error {
  const { code = "NOT_A_PROBLEM", detail = text.slice(0, 200), field, values } = parseProblem(text);
  if (status === 401) return new LogError("UNAUTHORIZED", `${url.origin}: ${detail}`);
  const kind = KINDS[status];
  if (kind) return new Refusal(code, detail, { kind, ...(field && { field }), ...(values && { values }) });
  return new LogError("UNREACHABLE", `${url.origin}: ${status}: ${detail}`);
}

function parseProblem(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
