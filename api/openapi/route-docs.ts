/**
 * What each route says of itself, for the document that clients are made from (openapi.ts). Commands and reads say it
 * where they are declared; here are the others. A test compares this with the routes that the server has.
 */
import { z } from "zod";
import type { Command } from "../../events/commands/command.ts";
import { COMMANDS } from "../../events/commands/commands.ts";
import { LOG_HEADERS } from "../../events/sources/http/http-log.ts";
import { accept, changePassword, login, refresh } from "../routes/auth-routes.ts";
import { eventQuery } from "../routes/event-routes.ts";
import { founding } from "../routes/organization-routes.ts";
import { READ_ROUTES, type ReadRoute } from "../routes/read-routes.ts";
import { pullQuery } from "../routes/sync-routes.ts";
import { arrayOf, type JsonSchema, object, reference, schemaOfInput } from "./json-schema.ts";

export interface RouteDocs {
  method: string;
  /** As the server has it, with `:id`. */
  path: string;
  /** The name of the call: unique, and what a generated client calls its function. */
  id: string;
  tag: string;
  /** One line for people. */
  summary: string;
  /** What may stand in the address after the question mark: an object of words. */
  query?: z.ZodType;
  body?: JsonSchema;
  /** Headers that the call takes, by the name of their component. */
  headers?: readonly string[];
  /** What it answers, by media type. */
  answer: Readonly<Record<string, JsonSchema>>;
  answerHeaders?: Readonly<Record<string, string>>;
  /** True where a client that has the answer may be told so (304). */
  revalidates?: boolean;
  /** Statuses of its problems, beside those that every call may have. */
  problems: readonly number[];
}

const json = (schema: JsonSchema) => ({ "application/json": schema });
const WRITE_PROBLEMS = [403, 404, 409, 412, 422];

const commands: RouteDocs[] = Object.entries(COMMANDS as Record<string, Command<unknown>>).map(([name, command]) => ({
  method: command.method,
  path: command.path,
  id: name.charAt(0).toLowerCase() + name.slice(1),
  tag: tagOf(command.path),
  summary: command.summary,
  body: schemaOfInput(command.input),
  headers: ["IdempotencyKey", "IfMatch"],
  answer: json(reference(name === "AddUser" ? "UserAdded" : "Written")),
  problems: WRITE_PROBLEMS,
}));

const reads: RouteDocs[] = READ_ROUTES.map(({ path, id, summary, query, answer }) => ({
  method: "GET",
  path,
  id,
  tag: tagOf(path),
  summary,
  query,
  answer: json(answerOf(answer)),
  problems: path.includes(":id") ? [404, 422] : [422],
}));

function answerOf({ of, as }: ReadRoute["answer"]): JsonSchema {
  if (as === "one") return reference(of);
  const rows = arrayOf(reference(of));
  if (as === "rows") return object({ rows });
  const next = {
    type: ["string", "null"],
    description: "the `cursor` to ask with for what comes after; null: the end",
  };
  return object({ rows, next });
}

/** `/api/invoices/:id/issue` is about invoices. */
function tagOf(path: string): string {
  return path.split("/")[2] ?? "server";
}

const auth = (
  [id, path, summary]: readonly [string, string, string],
  body: z.ZodType,
  answer: string,
  problems: readonly number[],
): RouteDocs => ({
  method: "POST",
  path: `/api/auth/${path}`,
  id,
  tag: "auth",
  summary,
  body: schemaOfInput(body),
  answer: json(reference(answer)),
  problems: [...problems, 422],
});

const others: RouteDocs[] = [
  {
    method: "GET",
    path: "/api/health",
    id: "health",
    tag: "server",
    summary: "Whether the process answers",
    answer: json(reference("Done")),
    problems: [],
  },
  {
    method: "GET",
    path: "/api/ready",
    id: "ready",
    tag: "server",
    summary: "Whether the process can do its work: 503 names what fails",
    answer: json(reference("Done")),
    problems: [],
  },
  {
    method: "GET",
    path: "/metrics",
    id: "metrics",
    tag: "server",
    summary: "What the process counts, for Prometheus",
    answer: { "text/plain": { type: "string" } },
    problems: [],
  },
  {
    method: "GET",
    path: "/api/docs",
    id: "docs",
    tag: "server",
    summary: "This document, for people",
    answer: { "text/html": { type: "string" } },
    problems: [],
  },
  {
    method: "GET",
    path: "/api/docs/openapi.json",
    id: "openApi",
    tag: "server",
    summary: "This document",
    answer: json({ type: "object" }),
    problems: [],
  },
  auth(["logIn", "login", "Log in"], login, "Session", [401, 429]),
  auth(["refresh", "refresh", "Go on with a session, with a new pair of tokens"], refresh, "Session", [401]),
  auth(["logOut", "logout", "End a session"], refresh, "Done", []),
  auth(["acceptInvitation", "accept", "Choose a password with a one-time link"], accept, "Session", [403, 429]),
  auth(["changePassword", "password", "Change one's own password"], changePassword, "Done", [409, 429]),
  {
    method: "GET",
    path: "/api/auth/me",
    id: "getMe",
    tag: "auth",
    summary: "Who is logged in",
    answer: json(reference("Me")),
    problems: [],
  },
  {
    method: "GET",
    path: "/api/sign-up",
    id: "signUp",
    tag: "organization",
    summary: "Whether anybody may found an organization here",
    answer: json(reference("SignUp")),
    problems: [],
  },
  {
    method: "POST",
    path: "/api/organizations",
    id: "foundOrganization",
    tag: "organization",
    summary: "Found an organization, with its owner: where the server allows it",
    body: schemaOfInput(founding),
    headers: ["IdempotencyKey"],
    answer: json(reference("Founded")),
    problems: [409, 422, 429],
  },
  {
    method: "POST",
    path: "/api/users/:id/invitation",
    id: "inviteUser",
    tag: "users",
    summary: "Make a one-time link for a user to choose a password with",
    body: schemaOfInput(z.strictObject({})),
    answer: json(reference("Invitation")),
    problems: [403, 404, 409, 422],
  },
  {
    method: "GET",
    path: "/api/events",
    id: "readEvents",
    tag: "events",
    summary: "A range of the log: the events' own bytes one after the other, at most to the end of a segment of 1,024",
    query: eventQuery,
    headers: ["AcceptEncoding", "IfNoneMatch"],
    answer: {
      "application/vnd.msgpack": { type: "string", contentMediaType: "application/vnd.msgpack" },
      "application/json": arrayOf(reference("Event")),
    },
    answerHeaders: {
      [LOG_HEADERS.log]: "the log's id",
      [LOG_HEADERS.head]: "the log's last sequence; absent with a full segment, which never changes",
      [LOG_HEADERS.hash]: "hash of the event at `after`, hex; absent where that is 0",
      etag: "with a full segment: its content in this encoding",
    },
    revalidates: true,
    problems: [403, 406, 409, 422],
  },
  {
    method: "GET",
    path: "/api/sync/pull",
    id: "pull",
    tag: "sync",
    summary: "The last state of each thing that changed after a time (for clients of the old contract)",
    query: pullQuery,
    answer: json(reference("Pulled")),
    problems: [422],
  },
];

export const ROUTE_DOCS: readonly RouteDocs[] = [...others, ...reads, ...commands];
