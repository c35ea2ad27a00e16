/**
 * What is asked of the server and is no command: founding an organization, taking up a one-time link, passwords. No
 * password and no link is kept here, not for a moment: who ends in between types it again.
 */
import { z } from "zod";
import { organizationProfile } from "../../../events/business/organization.ts";
import { ROLES } from "../../../events/business/roles.ts";
import { inputOf } from "../../../events/commands/command-input.ts";
import { LogError, ServerRefusal } from "../../../events/errors.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { email, line } from "../../../events/values/schema.ts";
import { newPassword } from "../../contract/arguments.ts";
import { CallError } from "../../contract/call-error.ts";
import type { LocalStore } from "../files/local-store.ts";
import { sendWithRetries } from "../server/writing.ts";
import { fieldErrorsOf } from "../server/zod-words.ts";
import type { Desktop } from "../sync/desktop.ts";
import type { Call } from "./call.ts";

const founding = z.strictObject({
  profile: inputOf(organizationProfile),
  owner: z.strictObject({
    email: z
      .string()
      .transform((typed) => typed.trim().normalize("NFC").toLowerCase())
      .pipe(email()),
    name: line(200),
    password: newPassword,
  }),
});

const signUp = z.object({ open: z.boolean() });
const oneTimeLink = z.object({ invitation: z.string(), expiresAt: z.string() });
/** What was sent and is not known to have been answered: by its key it is found again. */
const begun = z.object({ server: z.string(), email: z.string(), key: z.string() });

type AccountCall = "getSignUp" | "createOrganization" | "acceptInvitation" | "newLink" | "changePassword";

export const ACCOUNT_CALLS: { [Name in AccountCall]: Call<Name> } = {
  async getSignUp({ session }) {
    try {
      return signUp.parse(await session.ask("/api/sign-up")).open;
    } catch (error) {
      if (error instanceof ServerRefusal) return false; // an older server, which does not say
      throw error;
    }
  },

  async createOrganization(desktop, given) {
    await createOrganization(desktop, parseFounding(given));
    return desktop.status;
  },

  async acceptInvitation(desktop, { invitation, password }) {
    await desktop.enter((session) =>
      once(
        () => session.accept(invitation, password),
        "the server did not answer: the password may be set already. Try to log in with it",
      ),
    );
    return desktop.status;
  },

  async newLink(desktop, { id }) {
    const session = desktop.sessionFor(["owner"]);
    // Made again, the one before is void: nobody has seen it.
    return oneTimeLink.parse(
      await watched(
        desktop,
        sendWithRetries(() => session.askAsUser(`/api/users/${id}/invitation`, {})),
      ),
    );
  },

  async changePassword(desktop, { current, next }) {
    const session = desktop.sessionFor(ROLES);
    const changing = once(
      () => session.askAsUser("/api/auth/password", { current, new: next }),
      "the server did not answer: the password may be changed already. Look which of the two is good",
    );
    await watched(desktop, changing);
    return null;
  },
};

/**
 * Founds an organization and logs its owner in. The key is on the disk before anything is sent, so whoever asks again
 * after a lost answer, or a crash, gets the organization that there is, and not a second one.
 */
async function createOrganization(desktop: Desktop, asked: z.output<typeof founding>): Promise<void> {
  const { session, store } = desktop;
  const { email, password } = asked.owner;
  const key = keyFor(store, { server: session.server, email });
  try {
    await sendWithRetries(() => session.ask("/api/organizations", asked, { "idempotency-key": key }));
  } catch (error) {
    // It was founded with what was typed before: that is the one to log in to.
    if (!(error instanceof ServerRefusal) || error.code !== "KEY_REUSED") throw error;
  }
  await desktop.enter(() => session.login(email, password));
  store.set("founding", null);
}

function keyFor(store: LocalStore, { server, email }: { server: string; email: string }): string {
  const kept = begun.safeParse(store.setting("founding"));
  if (kept.success && kept.data.server === server && kept.data.email === email) return kept.data.key;
  const key = uuidText(newUuid());
  store.set("founding", { server, email, key });
  return key;
}

/** @throws CallError NOT_VALID with every place, those of the profile by their own names */
function parseFounding(given: unknown): z.output<typeof founding> {
  const parsed = founding.safeParse(given);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .flatMap((issue) => fieldErrorsOf(issue))
    .map(({ field, message }) => ({ field: field.replace(/^profile\./, ""), message }));
  const [first] = errors;
  throw new CallError("NOT_VALID", first ? `${first.field}: ${first.message}` : "not valid", first?.field, errors);
}

/** Sends what must not be sent twice. @param unknown what to say where nobody knows whether it arrived */
async function once<T>(send: () => Promise<T>, unknown: string): Promise<T> {
  try {
    return await sendWithRetries(send, { pausesMs: [] });
  } catch (error) {
    if (error instanceof CallError && error.code === "UNKNOWN_OUTCOME") throw new CallError(error.code, unknown);
    throw error;
  }
}

/** What cannot be reached is looked at anew: the status tells. */
async function watched<T>(desktop: Desktop, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof CallError || error instanceof LogError) desktop.wake();
    throw error;
  }
}
