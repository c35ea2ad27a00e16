/** One route for each command of `events/commands.ts`. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Command } from "../events/command.ts";
import { COMMANDS, type CommandName, type InputOf } from "../events/commands.ts";
import type { Accounts } from "./accounts.ts";
import { newInvitation } from "./auth-routes.ts";
import { keyOf, versionOf } from "./headers.ts";
import type { Organizations } from "./organizations.ts";
import { HttpProblem } from "./problems.ts";
import { requireSession, sessionFrom } from "./sessions.ts";

const params = z.object({ id: z.coerce.number().pipe(z.int().min(1)).optional() });

export function commandRoutes(app: FastifyInstance, accounts: Accounts, organizations: Organizations): void {
  for (const [name, command] of Object.entries(COMMANDS) as [CommandName, Command<unknown>][]) {
    app.route({
      method: command.method,
      url: command.path,
      onRequest: requireSession(organizations),
      async handler(request) {
        const { organization, user } = sessionFrom(request);
        const { id = 0 } = params.parse(request.params);
        const input = command.input.parse(request.body ?? {});
        const written = await organization.writer.execute({
          command: name,
          id,
          input: input as InputOf<CommandName>,
          actor: user.id,
          key: keyOf(request),
          ifMatch: versionOf(request),
        });
        if (name !== "AddUser") return written;
        return { ...written, ...(await invite(accounts, organization.logId, input, written.id)) };
      },
    });
  }
}

/** The account of a user who was added: somebody with its invitation chooses the password. */
async function invite(accounts: Accounts, logId: string, input: unknown, userEventId: string | null) {
  const { email } = input as { email: string };
  if (userEventId === null) throw new Error("adding a user makes an event");
  const { token, hash } = newInvitation();
  const account = { email, passwordHash: null, logId, userEventId, invitation: hash, enabled: false };
  if (await accounts.add(account)) return { invitation: token };
  // The same call again: its first answer may have been lost, so the invitation is made anew while it is open.
  const known = await accounts.find(email);
  if (known?.userEventId !== userEventId)
    throw new HttpProblem(409, "EMAIL_TAKEN", `${email} has an account with another organization`);
  if (known.invitation === null) return { invitation: null };
  await accounts.update(email, { invitation: hash });
  return { invitation: token };
}
