/** Holds every problem that a server answers in a test against what its route says of itself. */
import assert from "node:assert/strict";
import type { ResponseCode } from "../http/problem-docs.ts";
import type { Api } from "../server.ts";
import { problemsOf } from "./problem-responses.ts";

/**
 * Watches a server that does not listen yet.
 *
 * @returns a check for the end: it throws if a route answered a code that it does not document
 */
export function watchProblems({ app, routes }: Pick<Api, "app" | "routes">): () => void {
  const undocumented = new Set<string>();
  app.addHook("onSend", (request, reply, payload, done) => {
    const { method, url } = request.routeOptions;
    const route = routes.find((one) => one.method === request.method && one.url === url);
    if (reply.statusCode >= 400 && typeof payload === "string" && route?.docs) {
      const { code } = JSON.parse(payload) as { code: ResponseCode };
      const codes = problemsOf(route, route.docs)[reply.statusCode] ?? [];
      if (!codes.includes(code)) undocumented.add(`${method} ${url}: ${reply.statusCode} ${code}`);
    }
    done(null, payload);
  });
  return () => assert.deepEqual([...undocumented], [], "codes that their route does not document");
}
