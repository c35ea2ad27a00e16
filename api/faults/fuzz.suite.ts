/** An API that is sent anything: whatever it is, it is answered, and told what is wrong. */
import assert from "node:assert/strict";

/** Every answer is one that a client can do something with. A call without an answer in half a minute has failed. */
export async function checkAnswer(
  base: string,
  { method, path, init, what }: { method: string; path: string; init: RequestInit; what: unknown },
): Promise<number> {
  const response = await fetch(base + path, { ...init, method, signal: AbortSignal.timeout(30_000) });
  const { status, headers } = response;
  const answer = await response.text();
  const told = () => `${method} ${path}: ${status} ${answer.slice(0, 500)}\n${JSON.stringify(what)?.slice(0, 2000)}`;
  assert.ok(status < 500, told());
  assert.equal(headers.get("x-content-type-options"), "nosniff", told());
  if (status >= 400 && method !== "HEAD") {
    assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/, told());
    const problem = JSON.parse(answer) as Record<string, unknown>;
    assert.deepEqual(
      [problem.status, typeof problem.code, typeof problem.detail],
      [status, "string", "string"],
      told(),
    );
  }
  return status;
}
