/** Logging in: the same response to every failed login, and limits on attempts. */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { mock, test } from "node:test";
import type { ApiResponse } from "../sessions/people.suite.ts";

type Done = (error: Error | null, tag: Buffer) => void;

// What logging in costs is this work. Here it is only counted, and held back where that is the test: before anything
// takes it.
const waiting: (() => void)[] = [];
let hold = false;
const argon2 = mock.method(crypto, "argon2", ((_algorithm, { message, nonce }, done: Done) => {
  const tag = crypto.hash("sha256", Buffer.concat([nonce as Buffer, message as Buffer]), "buffer");
  if (hold) waiting.push(() => done(null, tag));
  else setImmediate(done, null, tag);
}) as typeof crypto.argon2);
syncBuiltinESMExports();
const { PROFILE } = await import("../../fixtures/data/events.ts");
const { readResponse, call, join, logIn, newConfig, openOffice, PASSWORD, signUp, startApi } = await import(
  "../sessions/people.suite.ts"
);

const office = await openOffice();
const { base, owner } = office;
const WRONG = "not the password at all";

const tryLogin = (email: string, password: string, headers?: Record<string, string>) =>
  call(base, "POST", "/api/auth/login", { email, password }, { ...(headers && { headers }) });

test("POST /api/auth/login returns both tokens, the log and the user", async () => {
  const { body, headers } = await tryLogin(owner.email, PASSWORD);
  assert.deepEqual(Object.keys(body).toSorted(), ["device", "log", "refreshToken", "token", "user"]);
  assert.equal(body.log, owner.log);
  assert.deepEqual(body.user, { id: 2, email: owner.email, name: "Olive Owner", role: "owner" });
  assert.equal(headers.get("cache-control"), "no-store");
  const me = await call(base, "GET", "/api/auth/me", undefined, { token: String(body.token) });
  assert.deepEqual(me.body, { log: body.log, user: body.user });
});

test("POST /api/auth/login accepts an address in any spelling", async () => {
  assert.equal((await tryLogin(`  ${owner.email.toUpperCase()} `, PASSWORD)).status, 200);
});

test("the old client's login: JSON as text/plain, and a token in the response", async () => {
  // The old client's code: it sets no content type, so fetch sends text/plain.
  const response = await fetch(`${base}/api/auth/login`, {
    method: "POST",
    body: JSON.stringify({ email: owner.email, password: PASSWORD }),
  });
  const { token } = (await response.json()) as { token: string };
  const answer = await fetch(`${base}/api/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
});

test("a login does not reveal which accounts exist: the same response, after the same work", async () => {
  const shutOut = await join(office, "clerk");
  const headers = { token: owner.token };
  await call(base, "POST", `/api/users/${shutOut.id}/deactivate`, {}, headers);
  const invited = { email: "invited@example.com", name: "I", role: "clerk" };
  assert.equal((await call(base, "POST", "/api/users", invited, headers)).status, 200);
  const seen = [];
  for (const [email, password] of [
    [owner.email, WRONG],
    ["nobody@example.com", WRONG],
    ["not an address", WRONG],
    [invited.email, WRONG],
    [shutOut.email, WRONG],
    [shutOut.email, PASSWORD],
    [owner.email, ""],
  ] as const) {
    argon2.mock.resetCalls();
    const { status, text: whole, headers } = await tryLogin(email, password);
    const text = whole.replace(/"requestId":"[0-9a-f-]{36}"/, ""); // only this differs each time
    const work = argon2.mock.calls.map(({ arguments: [algorithm, { memory, passes, parallelism, tagLength }] }) => [
      algorithm,
      memory,
      passes,
      parallelism,
      tagLength,
    ]);
    seen.push({ status, text, names: [...headers.keys()].toSorted(), work });
  }
  assert.equal(seen[0]?.status, 401);
  assert.match(seen[0]?.text ?? "", /LOGIN_FAILED/);
  assert.deepEqual(seen[0]?.work, [["argon2id", 19_456, 2, 1, 32]]);
  for (const one of seen) assert.deepEqual(one, seen[0]);
});

test("wrong passwords for one account are limited, from any sender, whether or not it exists", async () => {
  const { base } = await startApi(newConfig({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" }));
  const tryFrom = (address: string, email: string) =>
    call(base, "POST", "/api/auth/login", { email, password: WRONG }, { headers: viaProxy(address) });
  const answers = [];
  for (let n = 0; n < 25; n++) answers.push(await tryFrom(`192.0.2.${n}`, "Somebody@example.com"));
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(statuses, [...Array(20).fill(401), ...Array(5).fill(429)]);
  const last = answers.at(-1);
  assert.equal(last?.body.code, "TOO_MANY_ATTEMPTS");
  assert.match(last?.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  assert.ok(Number(last?.headers.get("retry-after")) <= 300);
  // Any spelling counts as the same account. Others are not affected.
  assert.equal((await tryFrom("192.0.2.99", " SOMEBODY@example.com")).status, 429);
  assert.equal((await tryFrom("192.0.2.99", "somebody.else@example.com")).status, 401);
});

test("wrong passwords from one sender are limited, for any account, however many are tried at once", async () => {
  const { base } = await startApi(newConfig({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" }));
  const tryFrom = (address: string, n: number) =>
    call(base, "POST", "/api/auth/login", { email: `u${n}@x`, password: "" }, { headers: viaProxy(address) });
  const statuses: number[] = [];
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => tryFrom(`2001:db8::${n}`, round * 40 + n)));
    statuses.push(...answers.map(({ status }) => status));
  }
  const wrong = statuses.filter((status) => status === 401).length;
  // One more every half minute, if the test takes that long.
  assert.ok(wrong >= 100 && wrong <= 105, `${wrong}`);
  assert.equal(statuses.filter((status) => status === 429).length, 120 - wrong);
  // The proxy names the sender. An address that the client adds itself is ignored.
  const forged = { ...viaProxy("198.51.100.7, 2001:db8::1") };
  const login = { email: "u@x", password: "" };
  assert.equal((await call(base, "POST", "/api/auth/login", login, { headers: forged })).status, 429);
  // So are another network of the same household, and other spellings of the address.
  for (const spelling of ["2001:db8:0:1::1", "[2001:db8::1]:8080", "2001:0DB8:0:ff::1%eth0"])
    assert.equal((await tryFrom(spelling, 500)).status, 429, spelling);
  assert.equal((await tryFrom("2001:db8:0:100::1", 500)).status, 401);
});

test("no spelling of an address is a new sender, and neither is text that is no address", async () => {
  const { base } = await startApi(newConfig({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" }));
  let n = 0;
  const tryFrom = async (address: string) =>
    (await call(base, "POST", "/api/auth/login", { email: `u${++n}@x`, password: "" }, { headers: viaProxy(address) }))
      .status;
  const spellings = ["5.6.7.8", "05.6.7.8", "::ffff:506:708", "[::ffff:5.6.7.8]:99", "0x5.6.7.8"];
  for (let tries = 0; tries < 100; tries++)
    assert.equal(
      await tryFrom(spellings[tries % 5] === "5.6.7.8" ? `5.6.7.8:${tries}` : `${spellings[tries % 5]}`),
      401,
    );
  for (const spelling of [...spellings, "5.6.7.8:70"]) assert.equal(await tryFrom(spelling), 429, spelling);
  const words = await Promise.all(Array.from({ length: 110 }, (_, tries) => tryFrom(`host-${tries}`)));
  assert.ok(words.filter((status) => status === 429).length >= 5, `${words}`);
  assert.equal(await tryFrom("5.6.7.9"), 401);
});

test("the networks of one site have a limit together", async () => {
  const { base } = await startApi(newConfig({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" }));
  const tryFrom = async (n: number) => {
    const headers = viaProxy(`2001:db8:7:${(n % 250).toString(16)}00::1`);
    return (await call(base, "POST", "/api/auth/login", { email: `u${n}@x`, password: "" }, { headers })).status;
  };
  const statuses: number[] = [];
  for (let round = 0; round < 9; round++)
    statuses.push(...(await Promise.all(Array.from({ length: 40 }, (_, n) => tryFrom(round * 40 + n)))));
  const wrong = statuses.filter((status) => status === 401).length;
  assert.ok(wrong >= 300 && wrong < 350, `${wrong}`); // one more every ten seconds
});

test("foundings from one sender are limited, also attempts with addresses that have an account", async () => {
  const { base, owner } = await openOffice();
  const statuses = [];
  for (let n = 0; n < 50; n++) {
    const founder = { email: owner.email, name: "F", password: PASSWORD };
    statuses.push((await call(base, "POST", "/api/organizations", { profile: PROFILE, owner: founder })).status);
  }
  assert.deepEqual(statuses, [...Array(49).fill(409), 429]);
});

test("right passwords are not limited, and do not use up the attempts of others", async () => {
  for (let n = 0; n < 30; n++) await logIn(base, owner.email);
});

test("a wrong current password counts for its session, and does not lock the login", async () => {
  const clerk = await join(office, "clerk");
  const change = () =>
    call(base, "POST", "/api/auth/password", { current: WRONG, new: "another password" }, { token: clerk.token });
  const statuses = [];
  for (let n = 0; n < 21; n++) statuses.push((await change()).status);
  assert.deepEqual(statuses, [...Array(20).fill(422), 429]);
  assert.equal((await tryLogin(clerk.email, PASSWORD)).status, 200);
});

test("wrong passwords from elsewhere do not lock a device or a network that has logged in before", async () => {
  const { base, owner } = await openOffice(
    newConfig({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" }),
    {},
    viaProxy("192.0.2.1"),
  );
  const { email } = owner;
  const tryFrom = (address: string, password: string, device?: string) => {
    const headers = { ...viaProxy(address), ...(device !== undefined && { "invoify-device": device }) };
    return call(base, "POST", "/api/auth/login", { email, password }, { headers });
  };
  const device = String((await tryFrom("192.0.2.1", PASSWORD)).body.device);
  const lockOut = async () => {
    for (let n = 0; n < 20; n++) await tryFrom(`198.51.100.${n}`, WRONG);
    return (await tryFrom("198.51.100.99", PASSWORD)).body.code;
  };
  assert.equal(await lockOut(), "TOO_MANY_ATTEMPTS");
  assert.equal((await tryFrom("192.0.2.1", PASSWORD)).status, 200);
  assert.equal((await tryFrom("198.51.100.7", PASSWORD, device)).status, 200);
  // An altered token is no device, and neither is one of another account.
  const altered = `${device.startsWith("A") ? "B" : "A"}${device.slice(1)}`;
  const foreign = (
    await call(
      base,
      "POST",
      "/api/auth/login",
      { email: (await signUp(base, undefined, viaProxy("192.0.2.50"))).email, password: PASSWORD },
      { headers: viaProxy("192.0.2.50") },
    )
  ).body.device;
  for (const wrong of [altered, String(foreign), "", "A".repeat(64), "é"])
    assert.equal((await tryFrom("198.51.100.8", PASSWORD, wrong)).status, 429, wrong);
  // The same device keeps its token, and has a limit of its own.
  const again = await tryFrom("203.0.113.9", PASSWORD, device);
  assert.equal(again.body.device, device);
  const statuses = [];
  for (let n = 0; n < 21; n++) statuses.push((await tryFrom(`203.0.113.${n}`, WRONG, device)).status);
  assert.deepEqual(statuses, [...Array(20).fill(401), 429]);
  assert.equal((await tryFrom("192.0.2.1", PASSWORD)).status, 200);
});

test("other requests from its network do not lock out a device with a token", async () => {
  const { base, owner } = await openOffice();
  const { email } = owner;
  const { device } = (await call(base, "POST", "/api/auth/login", { email, password: PASSWORD })).body;
  const flood = [];
  for (let round = 0; round < 3; round++)
    for (const { status } of await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        call(base, "POST", "/api/auth/login", { email: `u${round}.${n}@x`, password: "" }),
      ),
    ))
      flood.push(status);
  assert.equal(flood.at(-1), 429);
  assert.equal((await call(base, "POST", "/api/auth/login", { email, password: PASSWORD })).status, 429);
  const headers = { "invoify-device": String(device) };
  assert.equal((await call(base, "POST", "/api/auth/login", { email, password: PASSWORD }, { headers })).status, 200);
});

test("a founding with the id of a log as its key is limited like a login of that log's owner", async () => {
  const { base, owner } = await openOffice();
  const guess = (password: string) =>
    call(
      base,
      "POST",
      "/api/organizations",
      { profile: PROFILE, owner: { email: "g@example.com", name: "G", password } },
      { headers: { "idempotency-key": owner.log } },
    );
  const statuses = [];
  for (let n = 0; n < 21; n++) statuses.push((await guess(`${WRONG} ${n}`)).status);
  assert.deepEqual(statuses, [...Array(20).fill(409), 429]);
  assert.equal((await guess(PASSWORD)).status, 429);
  assert.equal((await call(base, "POST", "/api/auth/login", { email: owner.email, password: PASSWORD })).status, 429);
});

test("a flood of correct logins does not lock out other users", async () => {
  const { base, owner } = await openOffice();
  const own = [];
  for (let n = 0; n < 5; n++) own.push(await join({ base, owner }, "clerk"));
  const others = [];
  for (let n = 0; n < 14; n++) others.push(await join({ base, owner }, "viewer"));
  waiting.length = 0;
  hold = true;
  const login = ({ email }: { email: string }) => call(base, "POST", "/api/auth/login", { email, password: PASSWORD });
  const flood = own.flatMap((person) => Array.from({ length: 18 }, () => login(person)));
  // 24 find no place. Each of the others then takes the place of the newest request of the flood.
  let refused = 0;
  const allRefused = Promise.withResolvers<void>();
  for (const answer of flood)
    void answer.then(({ status }) => {
      if (status === 503 && ++refused === 24 + 14) allRefused.resolve();
    });
  const answers = others.map(login);
  await allRefused.promise;
  hold = false;
  for (const go of waiting.splice(0)) go();
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    Array(14).fill(200),
  );
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 66 - 14);
});

test("logins beyond the queue get a 503, and the others a response", async () => {
  hold = true;
  const busy: ApiResponse[] = [];
  const enough = Promise.withResolvers<void>();
  const answers = Array.from({ length: 90 }, async (_, n) => {
    const answer = readResponse(await fetch(`${base}/api/auth/login`, attempt(`busy${n}@example.com`)));
    if ((await answer).status === 503 && busy.push(await answer) === 24) enough.resolve();
    return await answer;
  });
  await enough.promise;
  // Two are running, and 64 wait.
  assert.equal(waiting.length, 2);
  hold = false;
  for (const go of waiting) go();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 66);
  for (const { body, headers } of busy) assert.deepEqual([body.code, headers.get("retry-after")], ["BUSY", "2"]);
  assert.equal((await tryLogin(owner.email, PASSWORD)).status, 200);
});

function attempt(email: string): RequestInit {
  const headers = { "content-type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify({ email, password: WRONG }) };
}

function viaProxy(address: string): Record<string, string> {
  return { "x-forwarded-for": address, "x-forwarded-proto": "https" };
}
