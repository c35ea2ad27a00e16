/** Checks that any request gets a response, and that a refused one gets a problem that explains why. */
import assert from "node:assert/strict";

/** Sends a request and checks that a client can act on the response. A call without a response in half a minute fails. */
export async function checkResponse(
  base: string,
  { method, path, init, input }: { method: string; path: string; init: RequestInit; input: unknown },
): Promise<number> {
  const response = await fetch(base + path, { ...init, method, signal: AbortSignal.timeout(30_000) });
  const { status, headers } = response;
  const text = await response.text();
  const details = () => `${method} ${path}: ${status} ${text.slice(0, 500)}\n${JSON.stringify(input)?.slice(0, 2000)}`;
  assert.ok(status < 500, details());
  assert.equal(headers.get("x-content-type-options"), "nosniff", details());
  if (status >= 400 && method !== "HEAD") {
    assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/, details());
    const problem = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(
      [problem.status, typeof problem.code, typeof problem.detail],
      [status, "string", "string"],
      details(),
    );
  }
  return status;
}
