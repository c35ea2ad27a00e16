/**
 * Long bodies, for the routes that draft documents: an event of 1 MiB is up to four times as long in JSON. Each costs about a
 * tenth of a second and some 20 MiB, so callers take turns before the server reads one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Shares } from "../shares.ts";
import { Unread } from "../unread.ts";

/** Maximum size of a body, bytes, unless its route has another limit. */
export const MAX_BODY_BYTES = 512 * 1024;
/** Maximum size of a body of a route that declares `longBody`, bytes. */
export const MAX_LONG_BODY_BYTES = 4 * 1024 * 1024;

/** Long bodies that arrive or are worked on at the same time; a slow line may take hours for one. */
const LIMITS = { running: 64, runningEach: 1, waiting: 1_024, waitingEach: 32, waitingFrom: 128 };

declare module "fastify" {
  interface FastifyContextConfig {
    /** True if the body may have `MAX_LONG_BODY_BYTES`. Only for routes that need a token. */
    longBody?: boolean;
  }
}

/** Call it before the first route is added. */
export function acceptLongBodies(app: FastifyInstance): void {
  const shares = new Shares(new Unread(), LIMITS);
  app.addHook("onRoute", (route) => {
    if (!route.config?.longBody) return;
    route.bodyLimit = MAX_LONG_BODY_BYTES;
    route.preParsing = async (request, reply, payload) => {
      if (mayBeLong(request)) await turnOf(shares, request, reply);
      return payload;
    };
  });
}

/** True unless the length is known, and usual. */
function mayBeLong({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES;
}

/** Resolves when it is the caller's turn, which lasts until the response is sent or the connection is closed. */
async function turnOf(shares: Shares, request: FastifyRequest, { raw }: FastifyReply): Promise<void> {
  await new Promise<void>((begin, refuse) => {
    const turn = shares.run(request, async () => {
      begin();
      if (!raw.destroyed) await new Promise((done) => raw.once("close", done));
    });
    turn.catch(refuse);
  });
}
