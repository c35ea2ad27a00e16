/** Writing from a screen: a command goes to the worker with a key of its own, and what it wrote is shown at once. */
import type { CommandName, InputOf } from "../../../events/commands/commands.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { call } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";
import { locale, status } from "../state/state.ts";
import { inWords } from "./refusal-words.ts";

/** What a screen wants written. A command without a part of its input does not compile. */
export type Command = {
  [Name in CommandName]: {
    command: Name;
    /** The stream that it is about; absent where it begins one. */
    id?: number;
  } & (Record<never, never> extends InputOf<Name>
    ? { input?: AsJson<InputOf<Name>> }
    : { input: AsJson<InputOf<Name>> });
}[CommandName];

/** As it goes over the channel: bytes are base64. */
type AsJson<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: AsJson<T[K]> } : T;

/** A command about what the user saw. */
export type Intent = Command & {
  /** The version that the user saw. */
  ifMatch?: number | undefined;
};

export type Write = Intent & {
  /** The form that it comes from: kept until it is answered. */
  form?: string;
  /** One for each intention: a second try of the same has the same one. */
  key?: string;
};

/** A key for one intention: whatever is tried again with it happens once. */
export function newKey(): string {
  return uuidText(newUuid());
}

/** @throws CallFailed: the rule that said no, OFFLINE, UNKNOWN_OUTCOME, … */
export async function write({
  command,
  id = 0,
  input = {},
  ifMatch,
  form,
  key = newKey(),
}: Write): Promise<WriteResult> {
  const more = { ...(ifMatch !== undefined && { ifMatch }), ...(form !== undefined && { form }) };
  return shown(await orInWords(call("write", { command, id, input, key, ...more })));
}

/** Sends again what a form has sent without an answer. @throws as `write` */
export async function writeAgain(form: string): Promise<WriteResult> {
  return shown(await orInWords(call("writeAgain", { form })));
}

/** Rules say no to writes alone, so here is the one place where they are put into words. */
async function orInWords(written: Promise<WriteResult>): Promise<WriteResult> {
  return await written.catch((error) => {
    throw error instanceof CallFailed ? new CallFailed(inWords(error.failure, locale.value)) : error;
  });
}

/** The rows are there by now: screens read them before the next status says so. */
function shown(written: WriteResult): WriteResult {
  const now = status.value;
  if (now && written.seq !== null && written.seq > now.checkpoint)
    status.value = { ...now, checkpoint: written.seq, head: Math.max(now.head, written.seq) };
  return written;
}
