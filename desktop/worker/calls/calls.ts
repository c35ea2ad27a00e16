/** The calls: what each one does. */
import { z } from "zod";
import { codeLists } from "../../../events/einvoice/words/code-words.ts";
import { asCacheError } from "../../../projector/cache/cache-check.ts";
import { CacheError } from "../../../projector/cache/errors.ts";
import type { Moment } from "../../../projector/queries/moment.ts";
import type { ReadName } from "../../../projector/queries/reads/reads.ts";
import type { CallName, ParsedArgument } from "../../contract/arguments.ts";
import { CallError } from "../../contract/call-error.ts";
import type { Answers, CallReply, Settings } from "../../contract/contract.ts";
import { PAST_BLOCK } from "../../contract/write-block.ts";
import { failureOf } from "../server/failure-of.ts";
import type { Desktop } from "../sync/desktop.ts";
import { ACCOUNT_CALLS } from "./account-calls.ts";
import type { Call } from "./call.ts";
import { diagnosticsOf, diagnosticsText } from "./diagnostics.ts";
import { documentFile, statementFile } from "./documents.ts";
import { eventProofOf } from "./event-proof.ts";
import { evidenceText } from "./evidence.ts";
import { parseCall } from "./parse-call.ts";
import { isRead, read } from "./reads.ts";

const settings = z.object({
  theme: z.enum(["system", "light", "dark"]).catch("system"),
  locale: z.string().nullable().catch(null),
});

/** The calls that are more than a read. Leaving one out does not compile. */
const CALLS: { [Name in Exclude<CallName, ReadName>]: Call<Name> } = {
  ...ACCOUNT_CALLS,
  pullFromServer: (desktop) => desktop.pull(),
  getStatus: ({ status }) => status,
  getOnlineStatus: ({ status }) => status.isOnline,
  async setAuthToken(desktop, { token }) {
    await desktop.enter(async (session) => {
      session.resume({ token });
      return await session.whoAmI();
    });
    return desktop.status;
  },
  async setServer(desktop, { server }) {
    await desktop.setServer(server);
    return desktop.status;
  },
  async login(desktop, { email, password }) {
    await desktop.enter((session) => session.login(email, password));
    return desktop.status;
  },
  async logout(desktop) {
    await desktop.logout();
    return desktop.status;
  },
  async pullAfresh(desktop) {
    await desktop.pullAfresh();
    return desktop.status;
  },
  async rebuildCache(desktop) {
    await desktop.rebuildCache();
    return desktop.status;
  },
  write(desktop, { at, ...request }) {
    requireNow(at);
    return desktop.write(request);
  },
  writeAgain(desktop, { form, at }) {
    requireNow(at);
    return desktop.writeAgain(form);
  },
  keepInput({ inputs }, { form, text }) {
    if (!inputs.store(form, text))
      throw new CallError("UNANSWERED", "your earlier entry has no response yet: it cannot be changed now");
    return null;
  },
  getInput: ({ inputs }, { form }) => inputs.get(form),
  listInputs: ({ inputsLeft }) => inputsLeft.list(),
  forgetInput({ inputs }, { form, evenIfSent }) {
    const { sending = false } = inputs.get(form) ?? {};
    if (sending && !evenIfSent)
      throw new CallError(
        "UNANSWERED",
        "your entry has no response yet, so it may have been saved: send it again first",
      );
    inputs.delete(form);
    return null;
  },
  getCodeLists: () => codeLists(),
  getSettings: ({ store }) => settingsOf(store.setting("settings")),
  setSettings({ store }, change) {
    const changes = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const changed = settingsOf({ ...settingsOf(store.setting("settings")), ...changes });
    store.set("settings", changed);
    return changed;
  },
  getEncryption: ({ encryption }) => encryption.state(),
  setEncryption: ({ encryption }, { on }) => encryption.set(on),
  getDiagnostics: (desktop, { digest }) => diagnosticsOf(desktop, { withDigest: digest }),
  trustKey(desktop, { fingerprint }) {
    desktop.history.trustKey(fingerprint);
    return desktop.status;
  },
  exportEvidence: (desktop) => ({
    name: `invoify-evidence-${new Date().toISOString().slice(0, 10)}.json`,
    text: evidenceText(desktop),
  }),
  documentFile,
  statementFile,
  getEventProof: (desktop, { seq }) => eventProofOf(desktop, seq),
  exportDiagnostics: (desktop) => ({
    name: `invoify-diagnostics-${new Date().toISOString().slice(0, 10)}.json`,
    text: diagnosticsText(desktop),
  }),
};

/** @throws CallError IN_THE_PAST if the window shows the books as of a moment */
function requireNow(at: string | undefined): void {
  if (at !== undefined) throw new CallError(PAST_BLOCK.code, PAST_BLOCK.reason);
}

function settingsOf(stored: unknown): Settings {
  return settings.parse(stored ?? {});
}

/** Answers any call from a channel. Never throws. @param onBug called with errors that are bugs of ours */
export async function answer(
  desktop: Desktop,
  name: unknown,
  argument: unknown,
  onBug: (error: unknown) => void = () => {},
): Promise<CallReply<CallName>> {
  try {
    const [call, parsed] = parseCall(name, argument);
    return { ok: true, value: await run(desktop, call, parsed as never) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === "INTERNAL") onBug(error);
    return { ok: false, failure };
  }
}

async function run<Name extends CallName>(
  desktop: Desktop,
  name: Name,
  argument: ParsedArgument<Name>,
): Promise<Answers[CallName]> {
  if (!isRead(name)) {
    const call = (CALLS as unknown as Record<string, Call<Name>>)[name];
    if (!call) throw new CallError("UNKNOWN_CALL", `${name}: there is no such call`);
    return await call(desktop, argument);
  }
  const { reader: db, copy } = desktop;
  try {
    const from = {
      db,
      bodyAt: (seq: number) => copy?.bodyAt(seq) ?? null,
      nowMs: Date.now(),
      ...(copy && { sourceAt: (moment: Moment) => copy.moments.sourceAt(moment) }),
    };
    return read(name, from, argument as never);
  } catch (error) {
    const failure = asCacheError(error, db.name);
    // A query may be the first to meet a damaged cache.
    if (failure instanceof CacheError) desktop.reopenCache();
    throw failure;
  }
}
