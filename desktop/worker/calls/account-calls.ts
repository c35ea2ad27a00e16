/**
 * Account calls, which are requests to the server but no commands: founding an organization, one-time links, passwords. No
 * password and no link is ever stored on this device: after a crash, the user types it again.
 */
import { z } from "zod";
import { ROLES } from "../../../events/business/roles.ts";
import { foundingProfile } from "../../../events/commands/founding-input.ts";
import { LogError, ServerRefusal } from "../../../events/errors.ts";
import { doneReply, foundedReply } from "../../../events/sources/http/replies.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { email, line } from "../../../events/values/schema.ts";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { newPassword } from "../../contract/arguments.ts";
import { CallError } from "../../contract/call-error.ts";
import type { LocalStore } from "../files/local-store.ts";
import { sendWithRetries } from "../server/writing.ts";
import type { Desktop } from "../sync/desktop.ts";
import type { Call } from "./call.ts";

const founding = z.strictObject({
  profile: foundingProfile,
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
/** A founding without a response. Its key finds the organization again. */
const pendingFounding = z.object({ server: z.string(), email: z.string(), key: z.string() });

type AccountCall = "getSignUp" | "createOrganization" | "acceptInvitation" | "newLink" | "changePassword";

export const ACCOUNT_CALLS: { [Name in AccountCall]: Call<Name> } = {
  async getSignUp({ session }) {
    try {
      return (await session.ask("/api/sign-up", { reply: signUp })).open;
    } catch (error) {
      if (error instanceof ServerRefusal) return false; // an older server does not know the route
      throw error;
    }
  },

  async createOrganization(desktop, input) {
    await createOrganization(desktop, parseFounding(input));
    return desktop.status;
  },

  async acceptInvitation(desktop, { invitation, password }) {
    await desktop.enter((session) =>
      sendOnce(
        () => session.accept(invitation, password),
        "the server did not respond: the password may be set already. Try to log in with it",
      ),
    );
    return desktop.status;
  },

  async newLink(desktop, { id }) {
    const session = desktop.sessionFor(["owner"]);
    // A retry replaces the link of the lost response, which nobody has seen.
    return await syncOnFailure(
      desktop,
      sendWithRetries(() => session.askAsUser(`/api/users/${id}/invitation`, { body: {}, reply: oneTimeLink })),
    );
  },

  async changePassword(desktop, { current, next }) {
    const session = desktop.sessionFor(ROLES);
    const changing = sendOnce(
      () => session.askAsUser("/api/auth/password", { body: { current, new: next }, reply: doneReply }),
      "the server did not respond: the password may be changed already. Try which of the two works",
    );
    await syncOnFailure(desktop, changing);
    return null;
  },
};

/**
 * Founds an organization and logs its owner in. The key is stored before the request is sent, so a repeated request after a
 * lost response or a crash finds the same organization, and founds no second one.
 */
async function createOrganization(desktop: Desktop, input: z.output<typeof founding>): Promise<void> {
  const { session, store } = desktop;
  const { email, password } = input.owner;
  const key = keyFor(store, { server: session.server, email });
  try {
    const headers = { "idempotency-key": key };
    await sendWithRetries(() => session.ask("/api/organizations", { body: input, headers, reply: foundedReply }));
  } catch (error) {
    // The organization was founded with the earlier input: log in to it.
    if (!(error instanceof ServerRefusal) || error.code !== "KEY_REUSED") throw error;
  }
  await desktop.enter(() => session.login(email, password));
  store.set("founding", null);
}

function keyFor(store: LocalStore, { server, email }: { server: string; email: string }): string {
  const pending = pendingFounding.safeParse(store.setting("founding"));
  if (pending.success && pending.data.server === server && pending.data.email === email) return pending.data.key;
  const key = uuidText(newUuid());
  store.set("founding", { server, email, key });
  return key;
}

/** @throws CallError NOT_VALID with all invalid fields; those of the profile without the prefix `profile.` */
function parseFounding(input: unknown): z.output<typeof founding> {
  const parsed = founding.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = faultsOf(parsed.error.issues).map(({ field, message }) => ({
    field: field.replace(/^profile\./, ""),
    message,
  }));
  const [first] = errors;
  throw new CallError("NOT_VALID", first ? `${first.field}: ${first.message}` : "not valid", first?.field, errors);
}

/** Sends a request that must not be repeated. @param message for the user, if the outcome is unknown */
async function sendOnce<T>(send: () => Promise<T>, message: string): Promise<T> {
  try {
    return await sendWithRetries(send, { pausesMs: [] });
  } catch (error) {
    if (error instanceof CallError && error.code === "UNKNOWN_OUTCOME") throw new CallError(error.code, message);
    throw error;
  }
}

/** Syncs after a failed request, so that the status shows what is wrong. */
async function syncOnFailure<T>(desktop: Desktop, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof CallError || error instanceof LogError) desktop.wake();
    throw error;
  }
}
