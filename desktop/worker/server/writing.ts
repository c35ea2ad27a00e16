/**
 * Sends commands to the server. Only the server's own answer settles a command; until then it is sent again with the same
 * key, so it is never written twice. The key belongs to what was typed: a form's write is stored on the disk before it is
 * sent, and pressing again, reopening the form, a restart or a crash all continue with its key.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { COMMANDS, type CommandCall, type CommandName } from "../../../events/commands/commands.ts";
import { readInput } from "../../../events/commands/read-input.ts";
import { ConnectionError, LogError, type Obstacle, ServerRefusal } from "../../../events/errors.ts";
import type { LogId } from "../../../events/log/log.ts";
import { effectOf } from "../../../events/response-codes.ts";
import { sendCommand } from "../../../events/sources/http/http-commands.ts";
import { parseUuidV7 } from "../../../events/uuid.ts";
import { withCurrentRates } from "../../../events/values/former-rates.ts";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { CallError } from "../../contract/call-error.ts";
import type { WriteResult } from "../../contract/contract.ts";
import type { ServerSession } from "./server-session.ts";
import type { SentWrite, UnsentInputs } from "./unsent-inputs.ts";

/** Pauses before the retries after a lost response, ms. */
const RETRY_MS = [250, 1_000, 2_000];
/** Timeout of one try, ms. */
const TIMEOUT_MS = 20_000;

interface WritingParts {
  session: ServerSession;
  inputs: UnsentInputs;
  /** The forms' writes that are being sent now, by key: two windows that send the same write share one request. */
  sending: Map<string, Promise<WriteResult>>;
  /** The log that the user writes to. */
  log: LogId;
  fetch?: typeof fetch;
  signal?: AbortSignal;
  /** Pauses before the retries, ms. */
  retriesMs?: readonly number[];
}

/**
 * Sends a command, with retries, until the server responds. If the form has sent the same content before and got no
 * answer, this continues with the key of that write.
 *
 * @throws ServerRefusal; CallError NOT_VALID with every invalid field; OFFLINE: the command did not arrive;
 *   BUSY, CLOCK_SKEW and other codes: the server cannot do it now, and did nothing; UNKNOWN_OUTCOME: it may have been written, send it again; UNANSWERED: this form has sent other content, which must be
 *   settled first; SENT_ELSEWHERE: another form has sent the same content; LogError UNAUTHORIZED
 */
export async function write(parts: WritingParts, request: SentWrite): Promise<WriteResult> {
  const { inputs } = parts;
  const { form } = request;
  if (form === undefined) return await send(parts, parseCommand(request), request);
  const pending = inputs.pendingWrite(form);
  const isRepeat = pending !== null && isSameContent(pending.write, request);
  // A copy was typed on a history that the server no longer has, and the user has checked it: it may change.
  if (pending && !isRepeat && !pending.copy)
    throw new CallError("UNANSWERED", "your earlier entry has no response yet: send that again first");
  if (inputs.pendingWrites().some((other) => other.form !== form && isSameContent(other, request)))
    throw new CallError(
      "SENT_ELSEWHERE",
      "you sent the same from another form, and the server has not confirmed it: open “Not sent yet” and send that again",
    );
  return await sendStored(parts, form, { write: isRepeat ? pending.write : request, sentBefore: isRepeat });
}

/** Repeats the write of a form that got no response. @throws as `write`; CallError NOTHING_SENT */
export async function writeAgain(parts: WritingParts, form: string): Promise<WriteResult> {
  const pending = parts.inputs.pendingWrite(form);
  if (!pending) throw new CallError("NOTHING_SENT", `${form}: nothing waits for a response`);
  return await sendStored(parts, form, { write: pending.write, sentBefore: true });
}

/**
 * Sends a form's write, which is on the disk from before the first attempt until the server has settled it. If another
 * window is sending it, this gets the same answer: of two requests, a refusal of one would settle what the other may write.
 */
async function sendStored(
  parts: WritingParts,
  form: string,
  { write, sentBefore }: { write: SentWrite; sentBefore: boolean },
): Promise<WriteResult> {
  const { inputs, sending } = parts;
  const current = sending.get(write.key);
  if (current) return await current;
  const call = parseCommand(write);
  inputs.storeWrite(form, write);
  const answer = settleStored(parts, form, write, send(parts, call, write, sentBefore));
  sending.set(write.key, answer);
  try {
    return await answer;
  } finally {
    sending.delete(write.key);
  }
}

/** Forgets the write once it is settled. The form may hold another one by then: the user can discard a write that hangs. */
async function settleStored(
  { inputs }: WritingParts,
  form: string,
  { key }: SentWrite,
  answer: Promise<WriteResult>,
): Promise<WriteResult> {
  try {
    const result = await answer;
    inputs.deleteSent(form, key);
    return result;
  } catch (error) {
    if (isSettled(error)) inputs.deleteWrite(form, key);
    throw error;
  }
}

/** True if both ask for the same thing. The version that the user saw may differ: a sync may have come in between. */
function isSameContent(one: SentWrite, other: SentWrite): boolean {
  return (
    one.command === other.command && one.id === other.id && isDeepStrictEqual(asJson(one.input), asJson(other.input))
  );
}

function asJson(input: unknown): unknown {
  return withCurrentRates(JSON.parse(JSON.stringify(input ?? {})), []);
}

function parseCommand({ command, id, input }: SentWrite): CommandCall {
  const parsed = readInput<unknown>(COMMANDS[command as CommandName].input, input ?? {});
  if (parsed.success) return { command, id, input: parsed.data } as CommandCall;
  const errors = faultsOf(parsed.error.issues);
  const [first] = errors;
  throw new CallError("NOT_VALID", first ? `${first.field}: ${first.message}` : "not valid", first?.field, errors);
}

/** @param sentBefore true if an earlier try got no response, so it may have been written */
async function send(
  { session, log, fetch, signal, retriesMs }: WritingParts,
  call: CommandCall,
  request: SentWrite,
  sentBefore = false,
): Promise<WriteResult> {
  const key = parseUuidV7(request.key);
  if (!key) throw new CallError("NOT_VALID", `${request.key} is not a UUIDv7`, "key");
  let renewed = false;
  const sendOnce = async (): Promise<WriteResult> => {
    try {
      return await sendCommand(call, {
        base: session.server,
        token: await session.token(),
        key,
        log,
        timeoutMs: TIMEOUT_MS,
        ...(request.ifMatch !== undefined && { ifMatch: request.ifMatch }),
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
  const more = { ...(signal && { signal }), ...(retriesMs && { pausesMs: retriesMs }) };
  return await sendWithRetries(sendOnce, { sentBefore, ...more });
}

/**
 * Sends until the server settles the request, or until the retries are used up.
 *
 * @param pausesMs before each retry; empty for a request that must not be repeated
 * @throws what `send` throws; CallError OFFLINE, or the code of the API's problem: the request did nothing;
 *   UNKNOWN_OUTCOME: it may have taken effect
 */
export async function sendWithRetries<T>(
  send: () => Promise<T>,
  {
    signal,
    pausesMs = RETRY_MS,
    sentBefore = false,
  }: { signal?: AbortSignal; pausesMs?: readonly number[]; sentBefore?: boolean } = {},
): Promise<T> {
  let mayBeDone = sentBefore;
  for (let tries = 0; ; ) {
    try {
      return await send();
    } catch (error) {
      if (signal?.aborted)
        throw new CallError("UNKNOWN_OUTCOME", "the program is closing; the change may have been saved");
      if (!saysNothing(error)) {
        // A refusal before the writer, or the end of the session, says nothing about what an earlier attempt has done.
        if (mayBeDone && !settlesAll(error)) throw unknownOutcome(error);
        throw error;
      }
      mayBeDone ||= !(error instanceof ConnectionError) || error.mayBeDone;
      const pauseMs = pausesMs[tries++];
      if (pauseMs === undefined) throw mayBeDone ? unknownOutcome(error) : notDone(error);
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
    }
  }
}

/** True if the server itself said nothing: it was not reached, or the answer is not from it. */
function saysNothing(error: unknown): error is LogError {
  return error instanceof LogError && error.code !== "UNAUTHORIZED";
}

/** True if no attempt has taken effect: the writer looked for the key before it refused. */
function settlesAll(error: unknown): boolean {
  return error instanceof ServerRefusal && effectOf(error.code) === "refused";
}

/** True if the write of this failure has certainly done nothing, so what was typed may change. */
function isSettled(error: unknown): boolean {
  if (error instanceof CallError) return error.code !== "UNKNOWN_OUTCOME";
  return error instanceof ServerRefusal || (error instanceof LogError && error.code === "UNAUTHORIZED");
}

function unknownOutcome(error: unknown): CallError {
  const reason = error instanceof Error ? ` (${error.message})` : "";
  return new CallError(
    "UNKNOWN_OUTCOME",
    `the server did not confirm this, so it may have been saved: send it again, it is never saved twice${reason}`,
    undefined,
    undefined,
    obstacleOf(error),
  );
}

/** The code is the API's own if it answered: then the server was reached. */
function notDone(error: LogError): CallError {
  const problem = error instanceof ConnectionError ? error.problem : null;
  const reason = problem === null ? "the server cannot be reached" : "the server cannot do this now";
  const message = `${reason}: nothing was saved (${error.message})`;
  return new CallError(problem ?? "OFFLINE", message, undefined, undefined, obstacleOf(error));
}

function obstacleOf(error: unknown): Obstacle | undefined {
  return error instanceof ConnectionError ? error.obstacle : undefined;
}
