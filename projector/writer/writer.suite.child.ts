// Another process for tests: writers on a log.
//
//   node writer.suite.child.ts ADDRESS CACHE          one writer
//   node writer.suite.child.ts ADDRESS CACHE SEED     two writers, whose appends lose replies and land late
//
// Reads commands as JSON lines { command, id, input, key }, and replies to each with a line { key, written } or
// { key, error }. Lines that arrive together form one batch. The input is unparsed, as an API client sends it. With a
// seed, the last line is { key: "faults", written } with counts of what was done to the appends.
import { createInterface } from "node:readline";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Input } from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import { LogError, Refusal } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";
import { openWritableLog } from "../../events/sources/open-log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { Random } from "../../fixtures/data/random.ts";
import { requestOf } from "./office.suite.ts";
import { Writer } from "./writer.ts";

const [address = "", cachePath = "", seed] = process.argv.slice(2);
const faults: Faults = { lostReplies: 0, late: 0, landedLate: 0 };
const landing: Promise<void>[] = [];
const writers = seed === undefined ? [await openWriter("")] : [await openWriter("1"), await openWriter("2")];
let turn = 0;
/** What was done to appends, and how many late ones landed. */
export interface Faults {
  lostReplies: number;
  late: number;
  landedLate: number;
}

process.stdout.write("ready\n");

const pending: Promise<void>[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { command, id, input, key } = JSON.parse(line) as {
    command: CommandName;
    id: number;
    input: Input;
    key: string;
  };
  const bytes = parseUuidV7(key);
  if (!bytes) throw new Error(`${key} is not a key`);
  const writer = writers[turn++ % writers.length]?.writer;
  if (!writer) throw new Error("no writer");
  pending.push(
    writer.execute(requestOf(command, input, { id, key: bytes })).then(
      (written) => reply({ key, written }),
      (error: unknown) => reply({ key, error: nameOf(error) }),
    ),
  );
}
await Promise.all(pending);
for (const { writer } of writers) await writer.close();
await Promise.all(landing);
for (const { log } of writers) await log.close();
if (seed !== undefined) reply({ key: "faults", written: faults });

async function openWriter(name: string): Promise<{ log: WritableLog; writer: Writer }> {
  const log = await openWritableLog(address);
  if (seed !== undefined) loseReplies(log, new Random(`${seed} ${name}`));
  return { log, writer: await Writer.open(log, cachePath + name) };
}

/**
 * Some appends land, but their reply is lost; and some land a while after their writer was told that this is unknown.
 */
function loseReplies(log: WritableLog, random: Random): void {
  const append = log.append.bind(log);
  log.append = async (events, options) => {
    const fate = random.fraction();
    const unknown = new LogError("UNKNOWN_OUTCOME", "lost on purpose");
    if (fate < 0.15) {
      faults.lostReplies++;
      await append(events, options);
      throw unknown;
    }
    if (fate > 0.35) return await append(events, options);
    faults.late++;
    landing.push(
      (random.chance(0.5) ? nextTurn() : sleep(random.int(0, 40)))
        .then(() => append(events, options))
        .then(
          (landed) => void (landed > 0 && faults.landedLate++),
          (error) => {
            // Meanwhile others have written: its place has another predecessor.
            if (!(error instanceof LogError) || error.code !== "FORKED") throw error;
          },
        ),
    );
    throw unknown;
  };
}

function reply(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function nameOf(error: unknown): string {
  if (error instanceof Refusal) return error.rule;
  return error instanceof LogError ? error.code : String(error);
}
