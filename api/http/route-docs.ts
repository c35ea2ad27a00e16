/**
 * What a route says of itself, beside its handler: the OpenAPI document, which clients are made from, is made of it. A
 * test compares the document with the routes that the server has.
 */
import type { z } from "zod";
import type { ResponseCode } from "./problem-docs.ts";

export interface RouteDocs {
  /** The name of the call: unique, and what a generated client calls its function. */
  id: string;
  /** One line for people. */
  summary: string;
  /** Under which heading it stands; default: the path's own, such as `invoices`. */
  tag?: string;
  /** What may stand in the address after the question mark. */
  query?: z.ZodObject;
  body?: z.ZodType;
  headers?: readonly ("IdempotencyKey" | "IfMatch" | "IfNoneMatch" | "AcceptEncoding")[];
  answer: AnswerDocs;
  answerHeaders?: Readonly<Record<string, string>>;
  /** True where a client that has the answer may be told so (304). */
  revalidates?: boolean;
  /** The codes of its problems by status, beside those that every route of its kind can answer. */
  problems?: Readonly<Record<number, readonly ResponseCode[]>>;
}

/** Components of the document by name: one, a page, all of them; or the schema of each media type. */
export type AnswerDocs = { of: string; as: "one" | "page" | "rows" } | { types: Readonly<Record<string, object>> };

declare module "fastify" {
  interface FastifyContextConfig {
    docs?: RouteDocs;
  }
}

/** A component. */
export function one(of: string): AnswerDocs {
  return { of, as: "one" };
}
