/** Lost responses and retries: with the same key, a command is done once and gets its first response. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CommandResult } from "../../events/commands/commands.ts";
import { followingUuid, newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { CLIENT, OWNER, type RunningApi } from "../running-api.suite.ts";
import { openApi } from "../server.ts";
import { onEachStorage } from "../storage/storages.suite.ts";
import { startCuttingProxy } from "./cutting-proxy.suite.ts";

const newKey = () => uuidText(newUuid());

/** POSTs JSON on a new connection. */
async function post(base: string, path: string, body: object, headers: Record<string, string>) {
  const response = await fetch(new URL(path, base), {
    method: "POST",
    headers: { "content-type": "application/json", connection: "close", ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    body: (await response.json()) as CommandResult & { code?: string; token?: string },
  };
}

/** Another server on the same storage. For the log it is another process. */
async function startSecond(t: TestContext, { config }: RunningApi): Promise<string> {
  const api = await openApi(config);
  t.after(() => api.close());
  return await api.app.listen({ host: "127.0.0.1", port: 0 });
}

await onEachStorage((running) => {
  const { base, token, organization } = running;
  const authorization = `Bearer ${token}`;
  const head = async () => organization.log.head();

  test("a command whose response was lost was done, and the same key gets its response", async () => {
    const proxy = await startCuttingProxy(base);
    const headers = { authorization, "idempotency-key": newKey() };
    const before = await head();
    proxy.lose(1);
    await assert.rejects(post(proxy.base, "/api/clients", CLIENT, headers));
    assert.equal(proxy.lost, 1);
    assert.equal(await head(), before + 1, "it was written");
    const { status, body } = await post(proxy.base, "/api/clients", CLIENT, headers);
    assert.equal(status, 200);
    assert.deepEqual(body, { seq: before + 1, id: headers["idempotency-key"], stream: before + 1, version: 1 });
    assert.equal(await head(), before + 1);
  });

  test("a user who was added by a call whose response was lost gets a link from the same call", async () => {
    const proxy = await startCuttingProxy(base);
    const headers = { authorization, "idempotency-key": newKey() };
    const user = { email: "late@example.com", name: "Late", role: "clerk" };
    proxy.lose(1);
    await assert.rejects(post(proxy.base, "/api/users", user, headers));
    const after = await head();
    const again = await post(proxy.base, "/api/users", user, headers);
    assert.equal(again.status, 200);
    assert.equal(await head(), after);
    const { invitation } = again.body as unknown as { invitation: string };
    const accepted = await post(base, "/api/auth/accept", { invitation, password: "another long password" }, {});
    assert.equal(accepted.status, 200);
    assert.ok(accepted.body.token);
  });

  test("a founding whose response was lost is completed by the same request, and by no other", async () => {
    const proxy = await startCuttingProxy(base);
    const key = newUuid();
    const headers = { "idempotency-key": uuidText(key) };
    const owner = { email: "founder@example.org", name: "Flo Founder", password: "a long founding password" };
    proxy.lose(1);
    await assert.rejects(post(proxy.base, "/api/organizations", { profile: PROFILE, owner }, headers));

    const intruder = { ...owner, email: "intruder@example.org" };
    const wrong = { ...owner, password: "some other long password" };
    for (const other of [intruder, wrong, { ...intruder, password: wrong.password }]) {
      const { status } = await post(base, "/api/organizations", { profile: PROFILE, owner: other }, headers);
      assert.ok(status === 409 || status === 422, `${status}`);
      const { email, password } = other;
      assert.equal((await post(base, "/api/auth/login", { email, password }, {})).status, 401);
    }

    const again = await post(base, "/api/organizations", { profile: PROFILE, owner }, headers);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, {
      log: uuidText(key),
      organization: { seq: 1, id: uuidText(key), stream: 1, version: 1 },
      owner: { seq: 2, id: uuidText(followingUuid(key)), stream: 2, version: 1 },
    });
    const { email, password } = owner;
    assert.equal((await post(base, "/api/auth/login", { email, password }, {})).status, 200);
  });

  test("the key of a founding gives no access to the organization later", async () => {
    const headers = { "idempotency-key": running.logId };
    for (const owner of [
      { email: "intruder@example.net", name: "Ida", password: "a long password of her own" },
      { ...OWNER, password: "a long password of her own" },
    ]) {
      const { status } = await post(base, "/api/organizations", { profile: PROFILE, owner }, headers);
      assert.ok(status === 409 || status === 422, `${status}`);
      const { email, password } = owner;
      assert.equal((await post(base, "/api/auth/login", { email, password }, {})).status, 401);
    }
  });

  test("a retry that reaches another server while the first still works gives one event and one response", async (t) => {
    const second = await startSecond(t, running);
    const before = await head();
    const keys = Array.from({ length: 30 }, newKey);
    await Promise.all(
      keys.map(async (key, n) => {
        const headers = { authorization, "idempotency-key": key };
        const client = { ...CLIENT, name: `Client ${n}` };
        const [one, two] = await Promise.all([base, second].map((each) => post(each, "/api/clients", client, headers)));
        assert.equal(one?.status, 200);
        assert.deepEqual(one, two);
        assert.equal(one.body.id, key);
      }),
    );
    assert.equal(await head(), before + keys.length);
  });

  test("two servers on one storage assign numbers in a row, and each sees what the other wrote", async (t) => {
    const second = await startSecond(t, running);
    const { stream: clientId } = await running.send("POST", "/api/clients", CLIENT);
    const line = { description: "W", quantity6: 1e6, unit: "C62", price6: 1e6, vatCategory: "Z", vatRate3: 0 };
    await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const [one, two] = n % 2 ? [base, second] : [second, base];
        const draft = await post(one, "/api/invoices", { clientId, lines: [line] }, { authorization });
        const issued = await post(two, `/api/invoices/${draft.body.stream}/issue`, {}, { authorization });
        assert.equal(issued.status, 200, JSON.stringify(issued.body));
      }),
    );
    await organization.writer.refresh();
    const response = await running.call("/api/events?limit=1024", { headers: { accept: "application/json" } });
    const events = (await response.json()) as { type: string; data: { counter: number } }[];
    const counters = events.filter(({ type }) => type === "InvoiceIssued").map(({ data }) => data.counter);
    assert.deepEqual(
      counters,
      Array.from({ length: 24 }, (_, n) => n + 1),
    );
  });
});
