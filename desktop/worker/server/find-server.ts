/** Finds the API that a user means by an address, before the address is used: is it reachable, and is it an Invoify API? */
import { z } from "zod";
import { ConnectionError, LogError, type Obstacle, ServerRefusal } from "../../../events/errors.ts";
import { effectOf } from "../../../events/response-codes.ts";
import { apiUrl } from "../../../events/sources/http/api-url.ts";
import { sendJson } from "../../../events/sources/http/http-commands.ts";
import { doneReply } from "../../../events/sources/http/replies.ts";
import { CallError } from "../../contract/call-error.ts";

/** The time that a server has for its whole answer, ms: a person is waiting. */
const PATIENCE_MS = 15_000;

const signUpReply = z.object({ open: z.boolean() });

/** Obstacles in the order in which a connection meets them: of two failures, the later one says more. */
const ORDER: readonly Obstacle[] = [
  "name",
  "network",
  "refused",
  "proxy",
  "timeout",
  "unknown",
  "cut",
  "protocol",
  "certificate",
  "page",
  "gateway",
  "failed",
  "busy",
];

interface FindOptions {
  fetch?: typeof fetch;
  patienceMs?: number;
}

/**
 * Tries the addresses in turn, and sends nothing secret to any of them.
 *
 * @returns the first address at which an Invoify API answers
 * @throws CallError at the field `server`, with the failure that got furthest
 */
export async function findServer(addresses: readonly string[], options: FindOptions = {}): Promise<string> {
  const failures: CallError[] = [];
  for (const address of addresses) {
    // A host that is not there, or is silent, is so at all of its addresses.
    if (failures.some(({ obstacle }) => obstacle === "name" || obstacle === "timeout")) break;
    const failure = await failureAt(address, options);
    if (failure === null) return address;
    failures.push(failure);
  }
  const [furthest] = failures.toSorted((a, b) => rankOf(b) - rankOf(a));
  throw furthest ?? new CallError("NOT_VALID", "there is no address to try", "server");
}

function rankOf({ obstacle }: CallError): number {
  return obstacle === undefined ? ORDER.length : ORDER.indexOf(obstacle);
}

/** @returns null if an Invoify API answers there */
async function failureAt(address: string, options: FindOptions): Promise<CallError | null> {
  try {
    await askFor("/api/sign-up", signUpReply, address, options);
    return null;
  } catch (error) {
    // An early release does not know that route. Below a wrong path, an API knows none.
    if (error instanceof ServerRefusal && error.code === "NO_SUCH_ROUTE") return await olderFailureAt(address, options);
    return asCallError(error);
  }
}

async function olderFailureAt(address: string, options: FindOptions): Promise<CallError | null> {
  try {
    await askFor("/api/health", doneReply, address, options);
    return null;
  } catch (error) {
    if (error instanceof ServerRefusal && error.code === "NO_SUCH_ROUTE")
      return new CallError("FOREIGN_REPLY", `${address}: no Invoify API below this path`, "server", undefined, "page");
    return asCallError(error);
  }
}

async function askFor<Reply>(path: string, reply: z.ZodType<Reply>, address: string, options: FindOptions) {
  const { fetch, patienceMs = PATIENCE_MS } = options;
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await sendJson(apiUrl(address, path), { method: "GET", reply, signal, ...(fetch && { fetch }) });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new ConnectionError("timeout", `${address}: no whole answer within ${patienceMs / 1000} s`);
  }
}

function asCallError(error: unknown): CallError {
  if (error instanceof ConnectionError) {
    const { code, message, obstacle, problem } = error;
    if (problem !== null && effectOf(problem) === null) return new CallError("NEWER_SERVER", message, "server");
    return new CallError(code, message, "server", undefined, obstacle);
  }
  if (error instanceof ServerRefusal || error instanceof LogError)
    return new CallError(error.code, error.message, "server");
  throw error;
}
