/**
 * Sends commands to the API, and converts its responses to results, refusals and errors.
 *
 * Only three responses say what happened to a command: a whole result that names the command's key, a problem with a
 * code that this release knows, and a proxy's 413, which did not pass the command on. Everything else (a login page,
 * another error of a proxy, a cut response) leaves it open.
 */
import { z } from "zod";
import type { Command } from "../../commands/command.ts";
import { COMMANDS, type CommandCall, type CommandResult, pathOf } from "../../commands/commands.ts";
import { LogError, ServerRefusal } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { uuidText } from "../../uuid.ts";
import { apiUrl } from "./api-url.ts";
import { connectionError, foreignResponse } from "./connection-errors.ts";
import { LOG_HEADERS } from "./events-request.ts";
import { BodyTooLong, readBody } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";
import { failureOf, MAX_JSON_BYTES, mediaTypeOf, type Problem, parseJson, problemIn } from "./problem.ts";
import { SilenceLimit } from "./silence.ts";

/** A line of 1 kB/s, on which a body of 200 kB takes more than three minutes. */
const SLOWEST_MS_PER_BYTE = 1;

interface SendOptions {
  /** The API's address, such as `https://invoices.example`. */
  base: string;
  token: string;
  /** Becomes the event's id. Use the same key for a retry after a lost response. */
  key: Uint8Array;
  /** The version of the stream that the user saw. */
  ifMatch?: number;
  /** The log that the token belongs to: a result from another one is not accepted. Default: any. */
  log?: LogId;
  signal?: AbortSignal;
  /**
   * The time without a byte of the answer after which an attempt has failed, ms; a long request gets more. Default:
   * none.
   */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/**
 * Sends a command.
 *
 * @throws ServerRefusal if the server refuses it; LogError UNAUTHORIZED: log in. ConnectionError: retry with the same
 *   key; it may have been written, unless `mayBeDone` is false
 */
export async function sendCommand(call: CommandCall, options: SendOptions): Promise<CommandResult> {
  const { base, token, key, ifMatch, log, signal, timeoutMs, fetch } = options;
  return await sendJson(apiUrl(base, pathOf(call)), {
    method: COMMANDS[call.command].method,
    body: call.input,
    headers: {
      authorization: `Bearer ${token}`,
      "idempotency-key": uuidText(key),
      ...(ifMatch !== undefined && { "if-match": `"${ifMatch}"` }),
    },
    reply: resultOf(call, key),
    ...(log !== undefined && { log }),
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(fetch && { fetch }),
  });
}

/** The result of this call and no other: it names the call's key (or no event), and the call's stream. */
function resultOf({ command, id }: CommandCall, key: Uint8Array): z.ZodType<CommandResult> {
  const { begins, path } = COMMANDS[command] as Command<unknown>;
  const stream = begins || !path.includes(":id") ? z.int().min(1) : z.literal(id);
  const position = { stream, version: begins ? z.literal(1) : z.int().min(0) };
  const link = { invitation: z.string().min(1).optional(), expiresAt: z.string().min(1).optional() };
  return z.union([
    z.looseObject({ seq: z.int().min(1), id: z.literal(uuidText(key)), ...position, ...link }),
    z.looseObject({ seq: z.null(), id: z.null(), ...position, ...link }),
  ]);
}

interface JsonRequest<Reply> {
  method: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The schema of the response: without it, any JSON would count as a success. */
  reply: z.ZodType<Reply>;
  /** The log that a response must not contradict. */
  log?: LogId;
  signal?: AbortSignal;
  /**
   * The time without a byte of the answer after which an attempt has failed, ms; a long body gets more. A request to a
   * server that is still opening the log is repeated. Default: none.
   */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/**
 * Sends JSON and returns the parsed JSON of the response, which has at most `MAX_JSON_BYTES` after decompression.
 *
 * @throws ServerRefusal; LogError UNAUTHORIZED; ConnectionError UNREACHABLE; FOREIGN_REPLY if something other than the
 *   API answered; NOT_A_LOG if it is another log's response
 */
export async function sendJson<Reply>(url: URL, request: JsonRequest<Reply>): Promise<Reply> {
  const { response, bytes, problem } = await whileOpening(async () => {
    const { response, bytes } = await sendOnce(url, request);
    const problem = response.ok ? null : problemIn(response, bytes);
    return { reply: { response, bytes, problem }, retryMs: openingWait(response, problem?.code) };
  }, request.signal);
  // Another log's refusal says nothing about this one either.
  const log = response.headers.get(LOG_HEADERS.log);
  if (log !== null && request.log !== undefined && log !== request.log)
    throw new LogError("NOT_A_LOG", `${url.origin}: responds for log ${log}, not ${request.log}`);
  if (problem === null && response.status === 413 && request.body !== undefined)
    throw tooLargeForProxy(url, request.body);
  if (!response.ok) throw failureOf(url.origin, response, problem) ?? refusalOf(problem as Problem);
  const reply = request.reply.safeParse(mediaTypeOf(response) === "application/json" ? parseJson(bytes) : undefined);
  if (!reply.success) throw foreignResponse(url.origin, response);
  return reply.data;
}

async function sendOnce<Reply>(
  url: URL,
  request: JsonRequest<Reply>,
): Promise<{ response: Response; bytes: Uint8Array }> {
  const { method, headers, signal, timeoutMs, fetch: send = fetch } = request;
  const body = request.body === undefined ? undefined : jsonOf(request.body);
  const silence = new SilenceLimit(signal);
  const heard = () => timeoutMs !== undefined && silence.restart(timeoutMs);
  // `fetch` does not report how much it has sent, so a long body gets the time that it takes on a slow line.
  if (timeoutMs !== undefined) silence.restart(timeoutMs + (body?.length ?? 0) * SLOWEST_MS_PER_BYTE);
  let response: Response | undefined;
  try {
    response = await send(url, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body }),
      signal: silence.signal,
      redirect: "error", // the request is for this server only
    });
    return { response, bytes: await readBody(response, MAX_JSON_BYTES, heard) };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (response && error instanceof BodyTooLong) throw foreignResponse(url.origin, response);
    throw connectionError(url.origin, error);
  } finally {
    silence.end();
  }
}

function jsonOf(body: unknown): string {
  return JSON.stringify(body, (_, value) => (value instanceof Uint8Array ? base64(value) : value));
}

function refusalOf({ code, detail, field, values }: Problem): ServerRefusal {
  return new ServerRefusal(code, detail, { ...(field !== undefined && { field }), ...(values && { values }) });
}

/** The same refusal as the API's own: to send it again unchanged is of no use. */
function tooLargeForProxy(url: URL, body: unknown): ServerRefusal {
  const bytes = Buffer.byteLength(jsonOf(body));
  return new ServerRefusal("BODY_TOO_LARGE", `${url.origin}: a proxy accepts no body of ${bytes} bytes (status 413)`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
