/**
 * The documentation of a route, declared beside its handler. The OpenAPI document is built from it, and a test compares
 * that document with the server's routes.
 */
import type { z } from "zod";
import type { ResponseCode } from "./problem-docs.ts";

export interface RouteDocs {
  /** The unique name of the operation: a generated client has a function of this name. */
  id: string;
  /** One line for people. */
  summary: string;
  /** The heading that lists it; default: from its path, such as `invoices`. */
  tag?: string;
  /** The parameters of the query string. */
  query?: z.ZodObject;
  /** True if further parameters are ignored, for old clients. Otherwise they are refused. */
  ignoresUnknown?: true;
  body?: z.ZodType;
  headers?: readonly ("IdempotencyKey" | "IfMatch" | "IfNoneMatch" | "AcceptEncoding" | "Device" | "Reads")[];
  response: ResponseDocs;
  responseHeaders?: Readonly<Record<string, string>>;
  /** True if the route takes turns with those of other callers (429, 503 BUSY). */
  shared?: boolean;
  /** True if the route supports `If-None-Match` (304). */
  revalidates?: boolean;
  /** Its own codes of problems by status, beside those of every route of its kind. */
  problems?: Readonly<Record<number, readonly ResponseCode[]>>;
}

/** One component of the document by name, a page of them, or a list of all; or a schema for each media type. */
export type ResponseDocs = { of: string; as: "one" | "page" | "rows" } | { types: Readonly<Record<string, object>> };

declare module "fastify" {
  interface FastifyContextConfig {
    docs?: RouteDocs;
  }
}

/** A response with one component. */
export function one(of: string): ResponseDocs {
  return { of, as: "one" };
}
