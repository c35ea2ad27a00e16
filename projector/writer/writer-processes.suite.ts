/** What writers in several processes promise together, as tests: run by each log that several processes may write. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { CLIENT_INPUT, type Input, LINE } from "../../events/business/office.suite.ts";
import type { CommandName, CommandResult } from "../../events/commands/commands.ts";
import { decodeEvent } from "../../events/encoding/event.ts";
import { openWritableLog } from "../../events/sources/open-log.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { openOffice, type WriterOffice } from "./office.suite.ts";

export interface Place {
  folder: string;
  /** The address of an empty log that several processes can write. */
  newPlace(): Promise<string>;
}

type Answer = { written: CommandResult } | { error: string };

/** A writer in another process. */
interface Child {
  process: ChildProcess;
  /** The answers so far, by key. */
  answers: Map<string, Answer>;
  /** Resolves with the first answer to this key; rejects if the process ends without one. */
  send(command: CommandName, input: Input, said: { id?: number; key?: string }): Promise<Answer>;
  end(): Promise<void>;
  /** Resolves when the process has ended, however it did. */
  closed: Promise<unknown>;
}

/** Commands that a writer is given at once, before it is killed. */
const WAVE = 10;

/** Starts a writer in another process. */
export async function startWriter(t: TestContext, folder: string, address: string): Promise<Child> {
  const program = join(import.meta.dirname, "writer.suite.child.ts");
  const cachePath = join(folder, `${randomUUID()}.cache.sqlite`);
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
  const child = spawn(process.execPath, [program, address, cachePath], { stdio: ["pipe", "pipe", "inherit"], env });
  t.after(() => child.kill("SIGKILL"));
  child.stdin.on("error", () => {}); // a process that was killed takes no more
  const ended = once(child, "close");
  const answers = new Map<string, Answer>();
  const waiting = new Map<string, (answer: Answer) => void>();
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  lines.on("line", (line) => {
    const { key, ...answer } = JSON.parse(line) as { key: string } & Answer;
    answers.set(key, answer);
    waiting.get(key)?.(answer);
  });
  return {
    process: child,
    answers,
    closed: ended,
    async send(command, input, { id = 0, key = uuidText(newUuid()) }) {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(key, resolve);
      child.stdin.write(`${JSON.stringify({ command, id, input, key })}\n`);
      return await Promise.race([promise, ended.then(() => answers.get(key) ?? Promise.reject(new Error("killed")))]);
    },
    async end() {
      child.stdin.end();
      const [code, signal] = await ended;
      assert.equal(code, 0, `the writer ended with ${code ?? signal}`);
    },
  };
}

/** An office whose log is at an address that other processes can open. */
async function openShared(t: TestContext, { folder, newPlace }: Place) {
  const address = await newPlace();
  const office = await openOffice(t, folder, {
    log: await openWritableLog(address, { create: true }),
    writer: { clock: Date.now },
  });
  const { stream: clientId } = await office.run("RegisterClient", CLIENT_INPUT);
  const draft = async () => (await office.run("DraftInvoice", { clientId, lines: [LINE] })).stream;
  const draftMany = (count: number) => Promise.all(Array.from({ length: count }, draft));
  return { address, office, draftMany };
}

/** Checks the log from its beginning: no gap, no double, numbers in a row; every answer stands where it says. */
async function checkLog(office: WriterOffice, answers: Iterable<[string, Answer]>): Promise<{ issued: number }> {
  const events = await office.events();
  const ids = events.map(({ id }) => uuidText(id));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, n) => n + 1),
  );
  assert.equal(new Set(ids).size, ids.length, "no id is there twice");
  const numbers = events.flatMap((event) => (event.type === "InvoiceIssued" ? [event.data.counter] : []));
  assert.deepEqual(
    numbers,
    numbers.map((_, n) => n + 1),
  );
  for (const [key, answer] of answers) {
    assert.ok("written" in answer, `${key}: ${JSON.stringify(answer)}`);
    assert.equal(ids[(answer.written.seq ?? 0) - 1], key);
  }
  return { issued: numbers.length };
}

export function writerProcessTests(place: Place): void {
  test("two writers in two processes leave no gap, no double, and numbers in a row", async (t) => {
    const { address, office, draftMany } = await openShared(t, place);
    const children = await Promise.all([1, 2].map(() => startWriter(t, place.folder, address)));
    const drafts = await draftMany(120);
    await Promise.all(
      drafts.map(async (id, n) => {
        const child = children[n % 2];
        assert.ok(child);
        await child.send("IssueInvoice", {}, { id });
        await child.send("RegisterClient", CLIENT_INPUT, {});
      }),
    );
    for (const child of children) await child.end();
    const { issued } = await checkLog(
      office,
      children.flatMap(({ answers }) => [...answers]),
    );
    assert.equal(issued, drafts.length);
    assert.equal(await office.log.head(), 3 + 3 * drafts.length);
  });

  test("a retry that reaches a second process while the first is at work gives one event and one answer", async (t) => {
    const { address, office } = await openShared(t, place);
    const children = await Promise.all([1, 2].map(() => startWriter(t, place.folder, address)));
    const keys = Array.from({ length: 40 }, () => uuidText(newUuid()));
    await Promise.all(
      keys.map(async (key, n) => {
        const both = children.map((child) => child.send("RegisterClient", { ...CLIENT_INPUT, name: `${n}` }, { key }));
        const [one, two] = await Promise.all(both);
        assert.deepEqual(one, two);
      }),
    );
    for (const child of children) await child.end();
    await checkLog(
      office,
      children.flatMap(({ answers }) => [...answers]),
    );
    assert.equal(await office.log.head(), 3 + keys.length);
  });

  test("a writer that is killed leaves what it answered, and a retry elsewhere completes the rest once", async (t) => {
    const { address, office, draftMany } = await openShared(t, place);
    const [killed, other] = await Promise.all([1, 2].map(() => startWriter(t, place.folder, address)));
    assert.ok(killed && other);
    const keys = new Map((await draftMany(150)).map((id) => [uuidText(newUuid()), id]));
    const issue = (child: Child, [key, id]: [string, number]) => child.send("IssueInvoice", {}, { id, key });
    const feed = async (entries: [string, number][]) => {
      for (let n = 0; n < entries.length; n += WAVE) {
        const sent = entries.slice(n, n + WAVE).map((entry) => issue(killed, entry));
        if (n === 2 * WAVE) killed.process.kill("SIGKILL"); // with work in its hands
        if ((await Promise.allSettled(sent)).some(({ status }) => status === "rejected")) return;
      }
    };
    const isForOther = (_: unknown, n: number) => n % 3 === 0;
    const all = [...keys];
    await Promise.all([
      feed(all.filter((entry, n) => !isForOther(entry, n))),
      ...all.filter(isForOther).map((entry) => issue(other, entry)),
    ]);
    await killed.closed;
    assert.equal(killed.process.signalCode, "SIGKILL");
    assert.ok(killed.answers.size >= 2 * WAVE && killed.answers.size < all.length, "it was in the middle of its work");
    const answered = new Map([...killed.answers, ...other.answers]);
    await checkLog(office, answered);

    const again = await Promise.all([...keys].map(([key, id]) => other.send("IssueInvoice", {}, { id, key })));
    for (const [n, key] of [...keys.keys()].entries()) {
      const first = answered.get(key);
      if (first) assert.deepEqual(again[n], first, "the first answer again");
    }
    await other.end();
    const { issued } = await checkLog(office, other.answers);
    assert.equal(issued, keys.size);
  });
}

/** The ids of a log's events, in order. */
export async function idsOf(office: WriterOffice): Promise<string[]> {
  const ids: string[] = [];
  for await (const { bodies } of office.log.read({ after: 0, upTo: Number.POSITIVE_INFINITY }))
    ids.push(...bodies.map((body) => uuidText(decodeEvent(body).id)));
  return ids;
}
