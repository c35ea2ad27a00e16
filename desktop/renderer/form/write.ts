/** Sends commands. Each has its own key, and its effect is on the screen at once. */
import type { CommandName, InputOf } from "../../../events/commands/commands.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { PAST_BLOCK } from "../../contract/write-block.ts";
import { at } from "../state/at.ts";
import { call } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";
import { locale, status } from "../state/state.ts";
import { inWords } from "./refusal-words.ts";

/** A command from a screen. If a part of its input is missing, it does not compile. */
export type ScreenCommand = {
  [Name in CommandName]: {
    command: Name;
    /** The stream to change; absent if the command starts one. */
    id?: number;
  } & (Record<never, never> extends InputOf<Name>
    ? { input?: AsJson<InputOf<Name>> }
    : { input: AsJson<InputOf<Name>> });
}[CommandName];

/** The type as JSON: bytes are base64. */
type AsJson<T> = T extends Uint8Array ? string : T extends object ? { [K in keyof T]: AsJson<T[K]> } : T;

/** A command, with the version that the user saw. */
export type Intent = ScreenCommand & {
  /** The command is refused if the stream has another version. */
  ifMatch?: number | undefined;
};

type Write = Intent & {
  /** The form that sends it. Its input stays stored until the server responds. */
  form?: string;
  /** The same for every attempt of one intention. */
  key?: string;
};

/** A key for one intention. A command that is repeated with the same key takes effect once. */
export function newKey(): string {
  return uuidText(newUuid());
}

/** @throws CallFailed with the broken rule, OFFLINE, UNKNOWN_OUTCOME, … */
export async function write({
  command,
  id = 0,
  input = {},
  ifMatch,
  form,
  key = newKey(),
}: Write): Promise<WriteResult> {
  requireNow();
  const more = { ...(ifMatch !== undefined && { ifMatch }), ...(form !== undefined && { form }) };
  return advance(await withWords(call("write", { command, id, input, key, ...more })));
}

/** Repeats a form's command that got no response. @throws CallFailed, as `write` does */
export async function writeAgain(form: string): Promise<WriteResult> {
  requireNow();
  return advance(await withWords(call("writeAgain", { form })));
}

/** The one place where a page refuses to write while it shows the past. The worker refuses it too. */
function requireNow(): void {
  if (at.peek() !== null) throw new CallFailed({ code: PAST_BLOCK.code, message: PAST_BLOCK.reason });
}

/** Explains refusals in the users' words. Rules refuse only writes, so no other call needs this. */
async function withWords(request: Promise<WriteResult>): Promise<WriteResult> {
  return await request.catch((error) => {
    throw error instanceof CallFailed ? new CallFailed(inWords(error.failure, locale.value)) : error;
  });
}

/** Advances the checkpoint before the next status does, so that screens read the written rows at once. */
function advance(result: WriteResult): WriteResult {
  const now = status.value;
  if (now && result.seq !== null && result.seq > now.checkpoint)
    status.value = { ...now, checkpoint: result.seq, head: Math.max(now.head, result.seq) };
  return result;
}
