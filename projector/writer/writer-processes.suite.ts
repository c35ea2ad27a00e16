/** Tests of writers in several processes, for each kind of log that several processes may write. */
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
import { Random } from "../../fixtures/data/random.ts";
import { COMPILED } from "../../fixtures/tests/compiled.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { openOffice, type WriterOffice } from "./office.suite.ts";
import type { Faults } from "./writer.suite.child.ts";

interface LogFactory {
  folder: string;
  /** The address of an empty log that several processes can write. */
  newAddress(): Promise<string>;
}

type Reply = { written: CommandResult } | { error: string };

/** A writer in another process. */
interface Child {
  process: ChildProcess;
  /** The replies so far, by key. */
  replies: Map<string, Reply>;
  /** Resolves with the first reply to this key; rejects if the process ends without one. */
  send(command: CommandName, input: Input, options: { id?: number; key?: string }): Promise<Reply>;
  end(): Promise<void>;
  /** Resolves when the process has ended for any reason. */
  closed: Promise<unknown>;
}

/** The invoices that eight writers issue. */
const EIGHT_WRITERS = pickCount({ usual: 60, long: 600 });
/** Commands that they have at once. */
const AT_ONCE = 8;
/** The client of `openShared`. */
const CLIENT = 3;

/** Commands that are sent at once to the writer that is killed. */
const WAVE = 10;

/** Starts a writer in another process. @param options.seed two writers, whose appends lose replies and land late */
async function startWriter(
  t: TestContext,
  folder: string,
  address: string,
  { seed }: { seed?: string } = {},
): Promise<Child> {
  const program = join(import.meta.dirname, "writer.suite.child.ts");
  const cachePath = join(folder, `${randomUUID()}.cache.sqlite`);
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
  const child = spawn(process.execPath, [program, address, cachePath, ...(seed ? [seed] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
    env,
  });
  t.after(() => child.kill("SIGKILL"));
  child.stdin.on("error", () => {}); // a killed process reads no input
  const ended = once(child, "close");
  const replies = new Map<string, Reply>();
  /** Who waits for each key: one that is sent twice has two replies. */
  const waiting = new Map<string, ((reply: Reply) => void)[]>();
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  lines.on("line", (line) => {
    const { key, ...reply } = JSON.parse(line) as { key: string } & Reply;
    replies.set(key, reply);
    waiting.get(key)?.shift()?.(reply);
  });
  return {
    process: child,
    replies,
    closed: ended,
    async send(command, input, { id = 0, key = uuidText(newUuid()) }) {
      const { promise, resolve } = Promise.withResolvers<Reply>();
      waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
      child.stdin.write(`${JSON.stringify({ command, id, input, key })}\n`);
      return await Promise.race([promise, ended.then(() => replies.get(key) ?? Promise.reject(new Error("killed")))]);
    },
    async end() {
      child.stdin.end();
      const [code, signal] = await ended;
      assert.equal(code, 0, `the writer ended with ${code ?? signal}`);
    },
  };
}

/** An office whose log is at an address that other processes can open. */
async function openShared(t: TestContext, { folder, newAddress }: LogFactory) {
  const address = await newAddress();
  const office = await openOffice(t, folder, {
    log: await openWritableLog(address, { create: true }),
    writer: { clock: Date.now },
  });
  const { stream: clientId } = await office.run("RegisterClient", CLIENT_INPUT);
  const draft = async () => (await office.run("DraftInvoice", { clientId, lines: [LINE] })).stream;
  const draftMany = (count: number) => Promise.all(Array.from({ length: count }, draft));
  return { address, office, draftMany };
}

/** Checks the log: no gap, no duplicate, consecutive numbers, and every replied event at its sequence. */
async function checkLog(office: WriterOffice, replies: Iterable<[string, Reply]>): Promise<{ issued: number }> {
  const events = await office.events();
  const ids = events.map(({ id }) => uuidText(id));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, n) => n + 1),
  );
  assert.equal(new Set(ids).size, ids.length, "an id is duplicated");
  const versions = new Map<number, number>();
  for (const { seq, stream, version } of events) {
    assert.equal(version, (versions.get(stream) ?? 0) + 1, `event ${seq}: the version in its stream`);
    versions.set(stream, version);
  }
  const numbers = events.flatMap((event) => (event.type === "InvoiceIssued" ? [event.data.counter] : []));
  assert.deepEqual(
    numbers,
    numbers.map((_, n) => n + 1),
  );
  for (const [key, reply] of replies) {
    assert.ok("written" in reply, `${key}: ${JSON.stringify(reply)}`);
    assert.equal(ids[(reply.written.seq ?? 0) - 1], key);
  }
  return { issued: numbers.length };
}

export function writerProcessTests(logs: LogFactory): void {
  test("two writers in two processes leave no gap, no duplicate, and consecutive numbers", async (t) => {
    const { address, office, draftMany } = await openShared(t, logs);
    const children = await Promise.all([1, 2].map(() => startWriter(t, logs.folder, address)));
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
      children.flatMap(({ replies }) => [...replies]),
    );
    assert.equal(issued, drafts.length);
    assert.equal(await office.log.head(), 3 + 3 * drafts.length);
  });

  test("two processes that issue in a yearly series, and take its numbers from elsewhere, explain every gap", async (t) => {
    const { address, office, draftMany } = await openShared(t, logs);
    const own = { name: "year", kind: "both", pattern: "R{YYYY}-{0000}", first: 1, reset: "yearly", foreign: false };
    const foreign = { ...own, name: "old", pattern: "{0}", reset: "never", foreign: true };
    await office.run("ChangeProfile", { series: [own, foreign] });
    const [one, two] = await Promise.all([1, 2].map(() => startWriter(t, logs.folder, address)));
    assert.ok(one && two);
    const drafts = await draftMany(90);
    const random = new Random("yearly");
    const years = ["2022", "2023", "2024"];
    const taken = new Set<string>();
    for (const [y, year] of years.entries()) {
      const ids = drafts.slice(30 * y, 30 * (y + 1));
      await Promise.all(
        ids.map(async (id, n) => {
          const number = `r${year}-${String(random.int(1, 30)).padStart(4, "0")}`;
          const input = n % 3 === 0 ? { series: "old", number, confirmNumber: true } : {};
          const child = n % 2 === 0 ? one : two;
          const reply = await child.send("IssueInvoice", { ...input, issuedOn: `${year}-05-01` }, { id });
          if (n % 3 !== 0) assert.ok("written" in reply, JSON.stringify(reply));
          else if ("written" in reply) taken.add(number);
          else assert.equal(reply.error, "NUMBER_TAKEN"); // the series was faster, or another document
        }),
      );
    }
    for (const child of [one, two]) await child.end();
    const issued = (await office.events()).flatMap((event) => (event.type === "InvoiceIssued" ? [event] : []));
    const numbers = new Map(issued.map(({ stream, data }) => [data.number.toLowerCase(), stream]));
    assert.equal(numbers.size, issued.length, "no two numbers look the same");
    let gaps = 0;
    for (const year of years) {
      const ofYear = issued.filter(({ data }) => data.period === year);
      assert.equal(ofYear.length, 20);
      const counted = ofYear.flatMap(({ data }) => [...data.passedOver.map(({ counter }) => counter), data.counter]);
      assert.deepEqual(
        counted,
        counted.map((_, n) => n + 1),
      );
      for (const { number, takenBy } of ofYear.flatMap(({ data }) => data.passedOver)) {
        assert.equal(numbers.get(number.toLowerCase()), takenBy);
        gaps++;
      }
    }
    assert.ok(gaps > 0 && taken.size >= gaps, `${gaps} gaps, ${taken.size} numbers from elsewhere`);
  });

  test("a concurrent retry in a second process gives one event and one result", async (t) => {
    const { address, office } = await openShared(t, logs);
    const children = await Promise.all([1, 2].map(() => startWriter(t, logs.folder, address)));
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
      children.flatMap(({ replies }) => [...replies]),
    );
    assert.equal(await office.log.head(), 3 + keys.length);
  });

  test("8 writers in 4 processes that lose replies, and land late, write each key once", async (t) => {
    const { address, office, draftMany } = await openShared(t, logs);
    const random = new Random(`eight writers`);
    const seeds = ["1", "2", "3", "4"];
    const children = await Promise.all(seeds.map((seed) => startWriter(t, logs.folder, address, { seed })));
    const drafts = await draftMany(EIGHT_WRITERS);
    const results = new Map<string, Reply>();
    /** Sends a command again, to any process, until one knows its outcome. */
    const settle = async (child: Child, ...[command, input, options]: Parameters<Child["send"]>): Promise<Reply> => {
      for (let attempt = 1; ; attempt++) {
        const reply = await child.send(command, input, options);
        if ("written" in reply || attempt === 100) return reply;
        assert.equal(reply.error, "UNKNOWN_OUTCOME");
        child = random.pick(children);
      }
    };
    const commands = drafts.flatMap((id, n) => [
      ["IssueInvoice", {}, id] as const,
      ["ChangeClientDetails", { name: `Name ${n}` }, CLIENT] as const,
      ["RegisterClient", { ...CLIENT_INPUT, name: `${n}` }, 0] as const,
    ]);
    // A few at a time: so there are many small appends, and now and then none takes the place of one that is late.
    const next = random.shuffle(commands).values();
    const work = async () => {
      for (const [command, input, id] of next) {
        const key = uuidText(newUuid());
        const send = () => settle(random.pick(children), command, input, { id, key });
        const [one, two] = await Promise.all(random.chance(0.3) ? [send(), send()] : [send()]);
        assert.ok(one && "written" in one, JSON.stringify(one));
        if (two) assert.deepEqual(two, one, "the same key in two processes at once");
        results.set(key, one);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const child of children) await child.end();
    const { issued } = await checkLog(office, results);
    assert.equal(issued, drafts.length);
    assert.equal(await office.log.head(), 3 + 4 * drafts.length);
    const faults = children.map(({ replies }) => (replies.get("faults") as { written: unknown }).written as Faults);
    const total = (name: keyof Faults) => faults.reduce((sum, each) => sum + each[name], 0);
    t.diagnostic(
      `${total("lostReplies")} lost replies, ${total("late")} late appends, ${total("landedLate")} landed late`,
    );
    assert.ok(total("lostReplies") > 0 && total("late") > 0 && total("landedLate") > 0, JSON.stringify(faults));
  });

  test("a killed writer loses no acknowledged event, and a retry elsewhere completes the rest once", async (t) => {
    const { address, office, draftMany } = await openShared(t, logs);
    const [killed, other] = await Promise.all([1, 2].map(() => startWriter(t, logs.folder, address)));
    assert.ok(killed && other);
    const keys = new Map((await draftMany(150)).map((id) => [uuidText(newUuid()), id]));
    const issue = (child: Child, [key, id]: [string, number]) => child.send("IssueInvoice", {}, { id, key });
    const feed = async (entries: [string, number][]) => {
      for (let n = 0; n < entries.length; n += WAVE) {
        const sent = entries.slice(n, n + WAVE).map((entry) => issue(killed, entry));
        if (n === 2 * WAVE) killed.process.kill("SIGKILL"); // in the middle of its work
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
    assert.ok(
      killed.replies.size >= 2 * WAVE && killed.replies.size < all.length,
      "the writer was not killed in the middle of its work",
    );
    const acknowledged = new Map([...killed.replies, ...other.replies]);
    await checkLog(office, acknowledged);

    const again = await Promise.all([...keys].map(([key, id]) => other.send("IssueInvoice", {}, { id, key })));
    for (const [n, key] of [...keys.keys()].entries()) {
      const first = acknowledged.get(key);
      if (first) assert.deepEqual(again[n], first, "the first result");
    }
    await other.end();
    const { issued } = await checkLog(office, other.replies);
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
