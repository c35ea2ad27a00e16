/** Writing from the desktop: nothing is written twice, nothing gets lost unnoticed, and typed input survives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT } from "../../../api/running-api.suite.ts";
import { COMMANDS } from "../../../events/commands/commands.ts";
import { newUuid, parseUuidV7, uuidText } from "../../../events/uuid.ts";
import { problemResponse } from "../../../fixtures/data/problem-response.ts";
import { desktopAt, headOf, registerClients, runApi, startDesktop } from "../sync/desktop.suite.ts";

const newKey = () => uuidText(newUuid());
const registering = (name: string, form?: string) => ({
  command: "RegisterClient" as const,
  input: { ...CLIENT, name },
  key: newKey(),
  ...(form !== undefined && { form }),
});

/** A connection that loses the responses to commands, or lets nothing through. */
function newLine() {
  const line = { lose: 0, cut: false, over: false, sent: 0 };
  const send = (async (url: URL, init: RequestInit = {}) => {
    const writes = (init.method ?? "GET") !== "GET" && !new URL(url).pathname.startsWith("/api/auth");
    if (line.cut) throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
    if (writes) line.sent++;
    if (writes && line.over) return problemResponse(401, "SESSION_ENDED");
    const response = await fetch(url, init);
    if (!writes || line.lose === 0) return response;
    line.lose--;
    await response.arrayBuffer();
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
  }) as typeof fetch;
  return { line, fetch: send };
}

test("write() appends, and the cache contains the event when it resolves", async () => {
  const api = await runApi();
  const { ask } = await desktopAt(api);
  const { stream, seq } = await ask("write", registering("Ada"));
  assert.equal(seq, await headOf(api));
  assert.equal((await ask("getClient", { id: stream }))?.name, "Ada");
});

test("write() sends again with the same key when the response is lost: the command is written once", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { ask } = await desktopAt(api, { fetch });
  const before = await headOf(api);
  line.lose = 2;
  const { seq } = await ask("write", registering("Ada", "client/new"));
  assert.equal(line.sent, 3);
  assert.equal(seq, before + 1);
  assert.equal(await headOf(api), before + 1);
  assert.equal(await ask("getInput", { form: "client/new" }), null);
});

test("a write without a response survives a restart unchanged, and is written once when it is sent again", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { ask, refused, folder, stored, close } = await desktopAt(api, { fetch });
  const before = await headOf(api);
  await ask("keepInput", { form: "client/new", text: '{"name":"Ada"}' });
  line.lose = Number.POSITIVE_INFINITY;
  assert.equal(await refused("write", registering("Ada", "client/new")), "UNKNOWN_OUTCOME");
  assert.equal(await refused("keepInput", { form: "client/new", text: '{"name":"Bob"}' }), "UNANSWERED");
  assert.equal(await headOf(api), before + 1);
  await close();

  const again = await startDesktop({ folder, stored, server: api.base });
  await again.until(({ isOnline, phase }) => isOnline && phase === "idle");
  const input = await again.ask("getInput", { form: "client/new" });
  assert.deepEqual([input?.text, input?.sending], ['{"name":"Ada"}', true]);
  assert.equal(await again.refused("write", registering("Bob", "client/new")), "UNANSWERED");
  const { stream } = await again.ask("writeAgain", { form: "client/new" });
  assert.equal(await headOf(api), before + 1);
  assert.equal((await again.ask("getClient", { id: stream }))?.name, "Ada");
  assert.deepEqual(await again.ask("listInputs"), []);
  assert.equal(await again.refused("writeAgain", { form: "client/new" }), "NOTHING_SENT");
});

test("a write without a response is settled when its event arrives with a sync, also after a restart", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { ask, refused, folder, stored, close } = await desktopAt(api, { fetch });
  await ask("keepInput", { form: "client/new", text: '{"name":"Ada"}' });
  await ask("keepInput", { form: "item/new", text: '{"code":"A"}' });
  line.lose = Number.POSITIVE_INFINITY;
  assert.equal(await refused("write", registering("Ada", "client/new")), "UNKNOWN_OUTCOME");
  await close();

  const again = await startDesktop({ folder, stored, server: api.base });
  await again.until(({ isOnline, phase }) => isOnline && phase === "idle");
  assert.deepEqual(
    (await again.ask("listInputs")).map(({ form }) => form),
    ["item/new"],
  );
  assert.equal(await again.ask("getInput", { form: "client/new" }), null);
});

test("a write stays UNKNOWN_OUTCOME when the next try meets no network, or a session that is over", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { ask, refused, until, desktop } = await desktopAt(api, { fetch });
  const before = await headOf(api);
  line.lose = Number.POSITIVE_INFINITY;
  assert.equal(await refused("write", registering("Ada", "client/new")), "UNKNOWN_OUTCOME");
  line.lose = 0;
  for (const trouble of ["cut", "over"] as const) {
    desktop.wake();
    await until(({ isOnline, phase }) => isOnline && phase === "idle");
    line[trouble] = true;
    assert.equal(await refused("writeAgain", { form: "client/new" }), "UNKNOWN_OUTCOME", trouble);
    assert.equal((await ask("getInput", { form: "client/new" }))?.sending, true, trouble);
    line[trouble] = false;
  }
  desktop.wake();
  await until(({ isOnline, phase }) => isOnline && phase === "idle");
  await ask("writeAgain", { form: "client/new" });
  assert.equal(await headOf(api), before + 1);
});

test("the worker refuses a write at once while offline, and the input stays", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { ask, refused, until, desktop } = await desktopAt(api, { fetch });
  const before = await headOf(api);
  await ask("keepInput", { form: "client/new", text: "typed" });
  line.cut = true;
  assert.equal(await refused("write", registering("Ada", "client/new")), "OFFLINE", "the first write finds out");
  await until(({ isOnline }) => !isOnline);
  const sent = line.sent;
  assert.equal(await refused("write", registering("Ada", "client/new")), "OFFLINE");
  assert.equal(line.sent, sent, "nothing was tried");
  const input = await ask("getInput", { form: "client/new" });
  assert.deepEqual([input?.text, input?.sending], ["typed", false]);
  line.cut = false;
  desktop.wake();
  await until(({ isOnline }) => isOnline);
  await ask("write", registering("Ada", "client/new"));
  assert.equal(await headOf(api), before + 1);
});

test("write() names every invalid field in words, and sends nothing", async () => {
  const api = await runApi();
  const { line, fetch } = newLine();
  const { desktop } = await desktopAt(api, { fetch });
  const { answer } = await import("../calls/calls.ts");
  const input = { name: "", address: { country: "Britain" }, email: "x" };
  const reply = await answer(desktop, "write", { command: "RegisterClient", input, key: newKey() });
  assert.ok(!reply.ok);
  const messages = Object.fromEntries((reply.failure.errors ?? []).map(({ field, message }) => [field, message]));
  assert.equal(messages.name, "is missing");
  assert.match(messages["address.country"] ?? "", /must be a country/);
  assert.match(messages.email ?? "", /must be an e-mail address/);
  assert.equal(line.sent, 0);
});

test("a refused write leaves the input to be corrected; a change by another user is recognized by its version", async () => {
  const api = await runApi();
  const { desktop, ask } = await desktopAt(api);
  const [id = 0] = await registerClients(api, "Ada");
  await desktop.pull();
  const { answer } = await import("../calls/calls.ts");
  const change = { command: "ChangeClientDetails", id, key: newKey(), form: `client/${id}` };
  await ask("keepInput", { form: `client/${id}`, text: "mine" });
  await api.send("PATCH", `/api/clients/${id}`, { name: "Theirs" });
  const stale = await answer(desktop, "write", { ...change, input: { name: "Mine" }, ifMatch: 1 });
  assert.ok(!stale.ok);
  assert.equal(stale.failure.values?.version, 2);
  assert.equal((await ask("getInput", { form: `client/${id}` }))?.sending, false);
  const mine = await ask("write", {
    ...change,
    command: "ChangeClientDetails",
    key: newKey(),
    input: { name: "Mine" },
    ifMatch: 2,
  });
  assert.equal(mine.version, 3);
  assert.equal(await ask("getInput", { form: `client/${id}` }), null);
});

test("a user sees only their own input, and a refetch of the log marks it as a copy", async () => {
  const api = await runApi();
  const { ask, refused, desktop } = await desktopAt(api);
  await ask("keepInput", { form: "invoice/new", text: "typed" });
  await desktop.pullAfresh();
  const input = await ask("getInput", { form: "invoice/new" });
  assert.deepEqual([input?.text, input?.copy], ["typed", true]);
  await ask("logout");
  assert.equal(await refused("getInput", { form: "invoice/new" }), "LOGIN_NEEDED");
});

const PAGE_OF_A_PROXY = () =>
  new Response("<h1>413 Request Entity Too Large</h1>", { status: 413, headers: { "content-type": "text/html" } });

for (const [status, code, from, respond] of [
  [503, "CLOCK_SKEW"],
  [503, "HEAD_IN_FUTURE"],
  [503, "SHUTTING_DOWN"],
  [503, "BUSY"],
  [429, "TOO_MANY_REQUESTS"],
  [413, "BODY_TOO_LARGE"],
  [413, "BODY_TOO_LARGE", " from a proxy", PAGE_OF_A_PROXY],
] as const)
  test(`${code}${from ?? ""} says that a first attempt did nothing, and leaves a repeated one open`, async () => {
    const api = await runApi();
    let answer: "problem" | "no answer" | "the API's" = "problem";
    const send = (async (url: URL, init: RequestInit = {}) => {
      if (!new URL(url).pathname.startsWith("/api/clients") || answer === "the API's") return await fetch(url, init);
      if (answer === "problem") return respond?.() ?? problemResponse(status, code);
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
    }) as typeof fetch;
    const { ask, refused, until, desktop } = await desktopAt(api, { fetch: send, writeRetriesMs: [1] });
    const online = () => until(({ isOnline, phase }) => isOnline && phase === "idle");
    const form = "client/new";
    await ask("keepInput", { form, text: "typed" });
    assert.equal(await refused("write", registering("Ada", form)), code);
    assert.equal((await ask("getInput", { form }))?.sending, false, "what was typed may change");
    await online();
    answer = "no answer";
    assert.equal(await refused("write", registering("Ada", form)), "UNKNOWN_OUTCOME");
    answer = "problem";
    desktop.wake();
    await online();
    assert.equal(await refused("writeAgain", { form }), "UNKNOWN_OUTCOME");
    answer = "the API's";
    desktop.wake();
    await online();
    assert.ok((await ask("writeAgain", { form })).seq);
  });

/** The stream of the organization's first user. */
const OWNER_ID = 2;
const HIDDEN = "Ad\u200ba";

test("a write that waits for its answer while the server's rules become stricter gets its first response", async () => {
  const { api, seat, form, write } = await pendingWrite();
  const { command, input, key } = write;
  const { writer } = api.organization;
  const parsed = COMMANDS[command].input.parse(input);
  // The older server wrote it: an import does not keep the rules for new text either.
  const id = { key: parseUuidV7(key), actor: OWNER_ID, id: 0, ifMatch: null, atMs: Date.now() };
  const first = await writer.execute({ command, input: parsed, ...id });
  const { seq } = await seat.ask("writeAgain", { form });
  assert.equal(seq, first.seq);
  assert.equal(await headOf(api), first.seq);
  assert.equal(await seat.ask("getInput", { form }), null);
});

test("a write that never arrived before the rules became stricter is refused by them, and can be corrected", async () => {
  const { api, seat, form } = await pendingWrite();
  const before = await headOf(api);
  assert.equal(await seat.refused("writeAgain", { form }), "HIDDEN_CHARACTER");
  assert.equal((await seat.ask("getInput", { form }))?.sending, false);
  await seat.ask("keepInput", { form, text: "corrected" });
  await seat.ask("write", registering("Ada", form));
  assert.equal(await headOf(api), before + 1);
});

/** A client whose name today's rules refuse; the server did not respond. */
async function pendingWrite() {
  const api = await runApi();
  let isCut = true;
  const send = (async (url: URL, init: RequestInit = {}) => {
    if (!isCut || !new URL(url).pathname.startsWith("/api/clients")) return await fetch(url, init);
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
  }) as typeof fetch;
  const seat = await desktopAt(api, { fetch: send, writeRetriesMs: [1] });
  const form = "client/new";
  const write = registering(HIDDEN, form);
  await seat.ask("keepInput", { form, text: "typed" });
  assert.equal(await seat.refused("write", write), "UNKNOWN_OUTCOME");
  isCut = false;
  seat.desktop.wake();
  await seat.until(({ isOnline, phase }) => isOnline && phase === "idle");
  return { api, seat, form, write };
}
