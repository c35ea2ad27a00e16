/** One route for each command of `events/commands/commands.ts`. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Command } from "../../events/commands/command.ts";
import { COMMANDS, type CommandName, type InputOf } from "../../events/commands/commands.ts";
import { rulesOfInput } from "../../events/commands/new-input.ts";
import { RULES, type Rule } from "../../events/rules.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import { ifMatchOf, keyOf } from "../http/headers.ts";
import { STATUS_OF_REFUSAL } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import { streamText } from "../http/stream-text.ts";
import { type AccountEffect, type AccountEffects, writeWithEffect } from "../sessions/account-effects.ts";
import { sessionFrom } from "../sessions/sessions.ts";

const params = z.object({ id: streamText.optional() });

/** The rules that apply to every command. */
const EVERY_COMMAND: readonly Rule[] = [
  "USER_INACTIVE",
  "ROLE_TOO_WEAK",
  "VERSION_MISMATCH",
  "KEY_REUSED",
  "NOT_RECORDABLE",
];

export function commandRoutes(app: FastifyInstance, effects: AccountEffects): void {
  for (const [name, command] of Object.entries(COMMANDS) as [CommandName, Command<unknown>][]) {
    const effect = (effects as Partial<Record<CommandName, AccountEffect | null>>)[name];
    app.route({
      method: command.method,
      url: command.path,
      config: {
        access: command.roles,
        roleIsDecided: true,
        longBody: command.isDocument ?? false,
        docs: docsOf(name, command),
      },
      async handler(request, reply) {
        const session = sessionFrom(request);
        reply.header(LOG_HEADERS.log, session.organization.logId);
        const { id = 0 } = params.parse(request.params);
        const input = command.input.parse(request.body ?? {});
        const write: WriteRequest = {
          command: name,
          id,
          input: input as InputOf<CommandName>,
          actor: session.user.id,
          key: keyOf(request),
          ifMatch: ifMatchOf(request),
        };
        return effect
          ? await writeWithEffect(effect, session, { request: write, reply })
          : await session.organization.writer.execute(write);
      },
    });
  }
}

function docsOf(name: CommandName, { input, rules, summary }: Command<unknown>): RouteDocs {
  const problems = Object.groupBy(
    [...EVERY_COMMAND, ...rules, ...rulesOfInput(input)],
    (rule) => STATUS_OF_REFUSAL[RULES[rule].kind],
  );
  return {
    id: name.charAt(0).toLowerCase() + name.slice(1),
    summary,
    body: input,
    headers: ["IdempotencyKey", "IfMatch"],
    response: one(name === "AddUser" ? "UserAdded" : "Written"),
    responseHeaders: { [LOG_HEADERS.log]: "the id of the organization's log" },
    problems: {
      ...(problems as RouteDocs["problems"] & object),
      // It tells whether another organization has the address, so it is limited (account-effects.ts).
      ...(name === "ChangeUserDetails" && { 429: ["TOO_MANY_ATTEMPTS"] }),
    },
  };
}
