/** Sends commands to the API, and converts its responses to results, refusals and errors. */
import { COMMANDS, type CommandCall, type CommandResult, pathOf } from "../../commands/commands.ts";
import { LogError, ServerRefusal } from "../../errors.ts";
import { uuidText } from "../../uuid.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";

export interface SendOptions {
  /** The API's address, such as `https://invoices.example`. */
  base: string;
  token: string;
  /** Becomes the event's id. Use the same key for a retry after a lost response. */
  key: Uint8Array;
  /** The version of the stream that the user saw. */
  ifMatch?: number;
  signal?: AbortSignal;
  /** Time-out of one attempt, ms. Default: none. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** Statuses of refusals: by a rule, by one of the server's own reasons, or by its rate limit. */
const REFUSAL_STATUSES: ReadonlySet<number> = new Set([403, 404, 409, 412, 422, 429]);

/**
 * Sends a command.
 *
 * @throws ServerRefusal if the server refuses it; LogError UNAUTHORIZED: log in; UNREACHABLE: it may have been written,
 *   so retry with the same key
 */
export async function sendCommand(call: CommandCall, options: SendOptions): Promise<CommandResult> {
  const { base, token, key, ifMatch, signal, timeoutMs, fetch } = options;
  return (await sendJson(new URL(pathOf(call), base), {
    method: COMMANDS[call.command].method,
    body: call.input,
    headers: {
      authorization: `Bearer ${token}`,
      "idempotency-key": uuidText(key),
      ...(ifMatch !== undefined && { "if-match": `"${ifMatch}"` }),
    },
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(fetch && { fetch }),
  })) as CommandResult;
}

export interface JsonRequest {
  method: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Time-out of one attempt, ms. A request to a server that is still opening the log is repeated. Default: none. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/**
 * Sends JSON and returns the JSON of the response.
 *
 * @throws like `sendCommand`; LogError NOT_A_LOG if the server is not an Invoify API
 */
export async function sendJson(url: URL, request: JsonRequest): Promise<unknown> {
  const { response, text, problem } = await whileOpening(async () => {
    const { response, text } = await sendOnce(url, request);
    const problem = response.ok ? {} : parseProblem(text);
    return { reply: { response, text, problem }, retryMs: openingWait(response, problem.code) };
  }, request.signal);
  if (!response.ok) throw failureOf(url, response.status, problem, text);
  try {
    return JSON.parse(text);
  } catch {
    throw new LogError("NOT_A_LOG", `${url.origin}: responds, but is not an Invoify API`);
  }
}

async function sendOnce(url: URL, request: JsonRequest): Promise<{ response: Response; text: string }> {
  const { method, body, headers, signal, timeoutMs, fetch: send = fetch } = request;
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  try {
    const response = await send(url, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && {
        body: JSON.stringify(body, (_, value) => (value instanceof Uint8Array ? base64(value) : value)),
      }),
      signal: AbortSignal.any(signals.filter((one) => one !== undefined)),
      redirect: "error", // the request is for this server only
    });
    return { response, text: await response.text() };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new LogError("UNREACHABLE", `${url.origin}: no answer`, { cause: error });
  }
}

interface Problem {
  code?: string;
  detail?: string;
  field?: string;
  values?: Readonly<Record<string, string | number | null>>;
}

function failureOf(url: URL, status: number, problem: Problem, text: string): Error {
  const { code, detail = text.slice(0, 200), field, values } = problem;
  if (status === 401) return new LogError("UNAUTHORIZED", `${url.origin}: ${detail}`);
  if (code === undefined && status < 500)
    return new LogError("NOT_A_LOG", `${url.origin}: responds with status ${status}, but is not an Invoify API`);
  if (code !== undefined && REFUSAL_STATUSES.has(status))
    return new ServerRefusal(code, detail, { ...(field && { field }), ...(values && { values }) });
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
