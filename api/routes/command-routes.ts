/** One route for each command of `events/commands/commands.ts`. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Command } from "../../events/commands/command.ts";
import { COMMANDS, type CommandName, type InputOf } from "../../events/commands/commands.ts";
import { rulesOfInput } from "../../events/commands/new-input.ts";
import { parseInput } from "../../events/commands/read-input.ts";
import { RULES, type Rule } from "../../events/rules.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import type { KeptFiles } from "../documents/kept-files.ts";
import { ifMatchOf, keyOf } from "../http/headers.ts";
import { STATUS_OF_REFUSAL } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import { streamText } from "../http/stream-text.ts";
import { type AccountEffect, type AccountEffects, writeWithEffect } from "../sessions/account-effects.ts";
import { sessionFrom } from "../sessions/sessions.ts";

const params = z.object({ id: streamText.optional() });

/** Why the file of a delivery cannot be made or found. */
const FILE_PROBLEMS = {
  409: ["FILE_MISSING", "FILE_ALTERED"],
  500: ["DOCUMENT_NOT_MADE"],
} as const;

/** The rules that apply to every command. */
const EVERY_COMMAND: readonly Rule[] = [
  "USER_INACTIVE",
  "ROLE_TOO_WEAK",
  "VERSION_MISMATCH",
  "KEY_REUSED",
  "NOT_RECORDABLE",
];

export function commandRoutes(
  app: FastifyInstance,
  { effects, files }: { effects: AccountEffects; files: KeptFiles },
): void {
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
        const input = parseInput(command.input, request.body ?? {});
        const write: WriteRequest = {
          command: name,
          id,
          input: input as InputOf<CommandName>,
          actor: session.user.id,
          key: keyOf(request),
          ifMatch: ifMatchOf(request),
        };
        if (effect) return await writeWithEffect(effect, session, { request: write, reply });
        const { organization, user } = session;
        // A caller without the right role makes nothing: the command will be refused.
        const delivers = name === "RecordDelivery" && command.roles.includes(user.role);
        return await organization.writer.execute(delivers ? await files.addFile(request, organization, write) : write);
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
      // The server makes the file that is delivered.
      ...(name === "RecordDelivery" && {
        ...FILE_PROBLEMS,
        409: [...(problems[409] ?? []), ...FILE_PROBLEMS[409]],
      }),
    },
  };
}
