/** Turns every failure into `application/problem+json` (RFC 9457): what is wrong, the rule, and the values. */
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { HeadInFutureError, LogError, type LogErrorCode, Refusal } from "../../events/errors.ts";
import type { ServerCode } from "../../events/response-codes.ts";
import type { RefusalKind, Rule } from "../../events/rules.ts";
import { faultsOf } from "../../events/values/zod-words.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { LOG_FAILURES, type NamedFailure, PROBLEM_STATUS, type ProblemCode } from "./problem-codes.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

interface Problem {
  type: "about:blank";
  title: string;
  status: number;
  detail: string;
  /** Stable name of the rule or the failure, for programs. */
  code: Rule | ServerCode;
  /** The field of the command that it is about. */
  field?: string;
  values?: Readonly<Record<string, string | number | null>>;
  /** Id of the request, for searching the server's log. */
  requestId?: string;
  /** Every field that does not fit its schema. */
  errors?: readonly { field: string; message: string }[];
}

export const STATUS_OF_REFUSAL: Readonly<Record<RefusalKind, number>> = {
  invalid: 422,
  conflict: 409,
  missing: 404,
  forbidden: 403,
  stale: 412,
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not logged in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  408: "Too slow",
  409: "Refused",
  412: "Changed by another user",
  413: "Too large",
  414: "Too long",
  415: "Unsupported media type",
  422: "Not valid",
  426: "Update needed",
  429: "Too many attempts",
  431: "Too large",
  503: "Try again",
};

/** Codes that the title of their status does not fit. */
const TITLE_OF_CODE: Readonly<Record<string, string>> = { TOO_MANY_REQUESTS: "Too many requests" };

const RETRY_AFTER_S = 2;

/** Codes for what the server refuses before a route sees the request. */
const CODES: Readonly<Record<number, ServerCode>> = {
  408: "REQUEST_TOO_SLOW",
  413: "BODY_TOO_LARGE",
  414: "URL_TOO_LONG",
  415: "MEDIA_TYPE_NOT_KNOWN",
  431: "HEADERS_TOO_LARGE",
};

/** Maximum number of errors in one response: a body can have very many. */
const MAX_ERRORS = 100;
/** Maximum length of a text in it, characters. */
const MAX_MESSAGE = 500;

/** A problem that a route reports. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly status: number;
  readonly code: ProblemCode;
  readonly values: Problem["values"];
  /** The field of the body that it is about. */
  readonly field: string | undefined;

  constructor(code: ProblemCode, detail: string, values?: Problem["values"], field?: string) {
    super(detail);
    this.field = field;
    this.status = PROBLEM_STATUS[code];
    this.code = code;
    this.values = values;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) {
    const { status, code, message, values, field } = error;
    return problem(status, code, message, { ...(values && { values }), ...(field !== undefined && { field }) });
  }
  if (error instanceof Refusal) {
    const { rule, kind, message, field, values } = error;
    return problem(STATUS_OF_REFUSAL[kind], rule, message, { values, ...(field !== null && { field }) });
  }
  if (error instanceof z.ZodError) {
    const errors = faultsOf(error.issues, MAX_ERRORS).map(({ field, message }) => ({
      field: shorten(field),
      message: shorten(message),
    }));
    const first = errors[0];
    return problem(422, "NOT_VALID", first ? `${first.field || "body"}: ${first.message}` : "not valid", { errors });
  }
  if (error instanceof LogError && isNamed(error.code))
    return problem(
      503,
      error.code,
      whereIn(error) + LOG_FAILURES[error.code],
      error instanceof HeadInFutureError ? { values: timesOf(error) } : {},
    );
  // The server's own cache: a full disk is temporary, and the next request rebuilds a damaged cache.
  if (error instanceof CacheError) return problem(503, error.code, "the server is not ready; try again");
  const { statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return problem(statusCode, CODES[statusCode] ?? "BAD_REQUEST", message ?? "bad request");
  // The details of an internal error belong in the server's log, not in the response.
  return problem(500, "INTERNAL", "the server failed; its log has the details");
}

/** The beginning of a text from the request, such as the name of a field: it can be as long as the body. */
export function shorten(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE).replace(/[\ud800-\udbff]$/, "")}…`;
}

function isNamed(code: LogErrorCode): code is NamedFailure {
  return LOG_FAILURES[code] !== null;
}

/** `event 57: ` for an event that this release cannot read, or that was altered; nothing else of the message is for clients. */
function whereIn({ code, message }: LogError): string {
  const where = WHERE[code]?.exec(message)?.[1];
  return where === undefined ? "" : `${where}: `;
}

const WHERE: Readonly<Partial<Record<LogErrorCode, RegExp>>> = {
  UNKNOWN_EVENT: /^(event \d+)/,
  ALTERED: /: (event \d+) is (?:not the one in the tree|missing)/,
};

function timesOf({ headAtMs, nowMs }: HeadInFutureError): NonNullable<Problem["values"]> {
  return { headAt: new Date(headAtMs).toISOString(), now: new Date(nowMs).toISOString() };
}

/** Fastify's error handler. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const body = problemOf(error);
  const { bodyLimit } = request.routeOptions;
  if (body.status === 413 && bodyLimit) body.detail = `the body is longer than ${bodyLimit / 1024} KiB`;
  if (body.status >= 500) request.log.error({ err: error }, body.code);
  if (body.status === 503 || body.code === "TOO_MANY_REQUESTS") reply.header("retry-after", String(RETRY_AFTER_S));
  reply
    .code(body.status)
    .type("application/problem+json")
    .send(JSON.stringify({ ...body, requestId: request.id }));
}

/** A body that arrives too slowly: the same code as Node's own error for slow headers. */
export class RequestTooSlow extends Error {
  readonly code = "ERR_HTTP_REQUEST_TIMEOUT";
}

/** Responds to bytes that do not parse as HTTP, on the bare socket, and closes it. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  refuseOnSocket(socket, problem(status, CODES[status] ?? "BAD_REQUEST", "the server cannot read this request"));
}

/** Responds to a request for a tunnel (CONNECT), on the bare socket, and closes it. */
export function refuseMethod(socket: Socket): void {
  refuseOnSocket(socket, problem(405, "METHOD_NOT_ALLOWED", "this server is no proxy"), { allow: "" });
}

function refuseOnSocket(socket: Socket, refusal: Problem, more: Readonly<Record<string, string>> = {}): void {
  if (!socket.writable) return;
  const body = JSON.stringify(refusal);
  const headers = {
    ...SECURITY_HEADERS,
    ...more,
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${refusal.title}\r\n${head.join("")}\r\n${body}`);
}

function problem(status: number, code: Problem["code"], detail: string, more: Partial<Problem> = {}): Problem {
  const rest = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  return {
    type: "about:blank",
    title: TITLE_OF_CODE[code] ?? TITLES[status] ?? "Failed",
    status,
    detail,
    code,
    ...rest,
  };
}
