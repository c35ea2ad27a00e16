/** Checks every problem in a test's responses against the documentation of its route. */
import assert from "node:assert/strict";
import type { ResponseCode } from "../http/problem-docs.ts";
import type { Api } from "../server.ts";
import { problemsOf } from "./problem-responses.ts";

/**
 * Watches a server. Call it before the server listens.
 *
 * @returns a check for the end of the test, which throws if a response had a code that its route does not document
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
