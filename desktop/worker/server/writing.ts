/**
 * Writing: a command goes to the server with its key, and again with the same key where the answer was lost. What a form
 * sent is noted on the disk before it leaves, so that even who is killed in between finds out, and nothing comes twice.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { COMMANDS, type CommandCall, type CommandName } from "../../../events/commands/commands.ts";
import { LogError } from "../../../events/errors.ts";
import { sendCommand } from "../../../events/sources/http/http-commands.ts";
import { parseUuidV7 } from "../../../events/uuid.ts";
import { CallError } from "../../contract/call-error.ts";
import type { Answered } from "../../contract/contract.ts";
import type { ServerSession } from "./server-session.ts";
import type { SentWrite, UnsentInputs } from "./unsent-inputs.ts";
import { wordsOfIssue } from "./zod-words.ts";

/** Pauses before it is sent again when there was no answer, ms. */
const AGAIN_MS = [250, 1_000, 2_000];
/** For one try, ms. */
const TIMEOUT_MS = 20_000;

export interface WritingParts {
  session: ServerSession;
  inputs: UnsentInputs;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/**
 * Sends a command until it is answered, or nobody answers.
 *
 * @throws ServerRefusal; CallError NOT_VALID with every place, OFFLINE: it never arrived; UNKNOWN_OUTCOME: it may have been
 *   written, send it again with the same key; UNANSWERED: something else of this form still is; LogError UNAUTHORIZED
 */
export async function write(parts: WritingParts, asked: SentWrite): Promise<Answered> {
  const { inputs } = parts;
  const { form } = asked;
  const call = parseCommand(asked);
  if (form === undefined) return await send(parts, call, asked);
  const before = inputs.sent(form);
  if (before && before.key !== asked.key)
    throw new CallError("UNANSWERED", "what was sent before has no answer yet: send that again first");
  inputs.sending(form, asked);
  try {
    const written = await send(parts, call, asked, before !== null);
    inputs.forget(form);
    return written;
  } catch (error) {
    if (!isUnknown(error)) inputs.notSent(form);
    throw error;
  }
}

/** Sends what a form sent before, as it was. @throws as `write`; CallError NOTHING_SENT */
export async function writeAgain(parts: WritingParts, form: string): Promise<Answered> {
  const sent = parts.inputs.sent(form);
  if (!sent) throw new CallError("NOTHING_SENT", `${form}: nothing of it waits for an answer`);
  return await write(parts, sent);
}

function parseCommand({ command, id, input }: SentWrite): CommandCall {
  const parsed = COMMANDS[command as CommandName].input.safeParse(input ?? {});
  if (parsed.success) return { command, id, input: parsed.data } as CommandCall;
  const errors = parsed.error.issues.flatMap((issue) => wordsOfIssue(issue));
  const [first] = errors;
  throw new CallError("NOT_VALID", first ? `${first.field}: ${first.message}` : "not valid", first?.field, errors);
}

/** @param sentBefore an earlier try had no answer, and may have arrived */
async function send(
  { session, fetch, signal }: WritingParts,
  call: CommandCall,
  asked: SentWrite,
  sentBefore = false,
): Promise<Answered> {
  const key = parseUuidV7(asked.key);
  if (!key) throw new CallError("NOT_VALID", `${asked.key} is not a UUIDv7`, "key");
  let renewed = false;
  const sendOnce = async (): Promise<Answered> => {
    try {
      return await sendCommand(call, {
        base: session.server,
        token: await session.token(),
        key,
        timeoutMs: TIMEOUT_MS,
        ...(asked.ifMatch !== undefined && { ifMatch: asked.ifMatch }),
        ...(fetch && { fetch }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (renewed || !(error instanceof LogError) || error.code !== "UNAUTHORIZED" || !session.isOpen) throw error;
      renewed = true;
      await session.renew();
      return await sendOnce();
    }
  };
  return await answered(sendOnce, { sentBefore, ...(signal && { signal }) });
}

/**
 * Sends until the server answers, or nobody does.
 *
 * @param pausesMs before each further try; none for what must not happen twice
 * @throws what `send` throws; CallError OFFLINE: it never arrived; UNKNOWN_OUTCOME: nobody knows
 */
export async function answered<T>(
  send: () => Promise<T>,
  {
    signal,
    pausesMs = AGAIN_MS,
    sentBefore = false,
  }: { signal?: AbortSignal; pausesMs?: readonly number[]; sentBefore?: boolean } = {},
): Promise<T> {
  let arrived = sentBefore;
  for (let tries = 0; ; ) {
    try {
      return await send();
    } catch (error) {
      if (signal?.aborted) throw new CallError("UNKNOWN_OUTCOME", "the program is ending; it may have been written");
      if (!(error instanceof LogError)) throw error;
      // A session that is over, say, is no answer to what may have been written before.
      if (error.code !== "UNREACHABLE") throw arrived ? notAnswered(true) : error;
      arrived ||= mayHaveArrived(error);
      const pauseMs = pausesMs[tries++];
      if (pauseMs === undefined) throw notAnswered(arrived);
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
    }
  }
}

function notAnswered(arrived: boolean): CallError {
  if (!arrived) return new CallError("OFFLINE", "the server cannot be reached: nothing was written");
  return new CallError(
    "UNKNOWN_OUTCOME",
    "the server did not answer, so it may have been written: send it again, it is never written twice",
  );
}

function isUnknown(error: unknown): boolean {
  return error instanceof CallError && error.code === "UNKNOWN_OUTCOME";
}

/** What fails before a byte is sent: Node's names, and Chromium's. */
const NEVER_ARRIVED =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_CONNECTION_REFUSED|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE|ERR_PROXY_CONNECTION_FAILED/;

function mayHaveArrived(error: LogError): boolean {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause)
    if (NEVER_ARRIVED.test(`${(cause as NodeJS.ErrnoException).code} ${cause.message}`)) return false;
  return true;
}
