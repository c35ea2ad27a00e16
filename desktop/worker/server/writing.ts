/**
 * Sends commands to the server. If the response is lost, the command is sent again with the same key, so it is never written
 * twice. A form's write is stored on the disk before it is sent, so its outcome can be found out even after a crash.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { COMMANDS, type CommandCall, type CommandName } from "../../../events/commands/commands.ts";
import { LogError } from "../../../events/errors.ts";
import { sendCommand } from "../../../events/sources/http/http-commands.ts";
import { parseUuidV7 } from "../../../events/uuid.ts";
import { CallError } from "../../contract/call-error.ts";
import type { WriteResult } from "../../contract/contract.ts";
import type { ServerSession } from "./server-session.ts";
import type { SentWrite, UnsentInputs } from "./unsent-inputs.ts";
import { fieldErrorsOf } from "./zod-words.ts";

/** Pauses before the retries after a lost response, ms. */
const RETRY_MS = [250, 1_000, 2_000];
/** Timeout of one try, ms. */
const TIMEOUT_MS = 20_000;

export interface WritingParts {
  session: ServerSession;
  inputs: UnsentInputs;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/**
 * Sends a command, with retries, until the server responds.
 *
 * @throws ServerRefusal; CallError NOT_VALID with every invalid field; OFFLINE: the command did not arrive;
 *   UNKNOWN_OUTCOME: it may have been written, send it again with the same key; UNANSWERED: another write of this form
 *   has no response yet; LogError UNAUTHORIZED
 */
export async function write(parts: WritingParts, request: SentWrite): Promise<WriteResult> {
  const { inputs } = parts;
  const { form } = request;
  const call = parseCommand(request);
  if (form === undefined) return await send(parts, call, request);
  const pending = inputs.pendingWrite(form);
  if (pending && pending.key !== request.key)
    throw new CallError("UNANSWERED", "your earlier entry has no response yet: send that again first");
  inputs.storeWrite(form, request);
  try {
    const result = await send(parts, call, request, pending !== null);
    inputs.delete(form);
    return result;
  } catch (error) {
    if (!isUnknown(error)) inputs.deleteWrite(form);
    throw error;
  }
}

/** Repeats the write of a form that got no response. @throws as `write`; CallError NOTHING_SENT */
export async function writeAgain(parts: WritingParts, form: string): Promise<WriteResult> {
  const request = parts.inputs.pendingWrite(form);
  if (!request) throw new CallError("NOTHING_SENT", `${form}: nothing waits for a response`);
  return await write(parts, request);
}

function parseCommand({ command, id, input }: SentWrite): CommandCall {
  const parsed = COMMANDS[command as CommandName].input.safeParse(input ?? {});
  if (parsed.success) return { command, id, input: parsed.data } as CommandCall;
  const errors = parsed.error.issues.flatMap((issue) => fieldErrorsOf(issue));
  const [first] = errors;
  throw new CallError("NOT_VALID", first ? `${first.field}: ${first.message}` : "not valid", first?.field, errors);
}

/** @param sentBefore true if an earlier try got no response, so it may have been written */
async function send(
  { session, fetch, signal }: WritingParts,
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
  return await sendWithRetries(sendOnce, { sentBefore, ...(signal && { signal }) });
}

/**
 * Sends until the server responds, or until the retries are used up.
 *
 * @param pausesMs before each retry; empty for a request that must not be repeated
 * @throws what `send` throws; CallError OFFLINE: the request did not arrive; UNKNOWN_OUTCOME: it may have arrived
 */
export async function sendWithRetries<T>(
  send: () => Promise<T>,
  {
    signal,
    pausesMs = RETRY_MS,
    sentBefore = false,
  }: { signal?: AbortSignal; pausesMs?: readonly number[]; sentBefore?: boolean } = {},
): Promise<T> {
  let mayBeWritten = sentBefore;
  for (let tries = 0; ; ) {
    try {
      return await send();
    } catch (error) {
      if (signal?.aborted)
        throw new CallError("UNKNOWN_OUTCOME", "the program is closing; the change may have been saved");
      if (!(error instanceof LogError)) throw error;
      // Another error (such as the end of the session) says nothing about what an earlier try may have written.
      if (error.code !== "UNREACHABLE") throw mayBeWritten ? noResponse(true) : error;
      mayBeWritten ||= mayHaveArrived(error);
      const pauseMs = pausesMs[tries++];
      if (pauseMs === undefined) throw noResponse(mayBeWritten);
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
    }
  }
}

function noResponse(mayBeWritten: boolean): CallError {
  if (!mayBeWritten) return new CallError("OFFLINE", "the server cannot be reached: nothing was saved");
  return new CallError(
    "UNKNOWN_OUTCOME",
    "the server did not respond, so this may have been saved: send it again, it is never saved twice",
  );
}

function isUnknown(error: unknown): boolean {
  return error instanceof CallError && error.code === "UNKNOWN_OUTCOME";
}

/** Errors that occur before a byte is sent: Node's codes, and Chromium's. */
const NEVER_ARRIVED =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_CONNECTION_REFUSED|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE|ERR_PROXY_CONNECTION_FAILED/;

function mayHaveArrived(error: LogError): boolean {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause)
    if (NEVER_ARRIVED.test(`${(cause as NodeJS.ErrnoException).code} ${cause.message}`)) return false;
  return true;
}
