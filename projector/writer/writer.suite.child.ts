// Another process for tests: a writer on a log.
//
//   node writer.suite.child.ts ADDRESS CACHE
//
// Reads commands as JSON lines { command, id, input, key }, and replies to each with a line { key, written } or
// { key, error }. Lines that arrive together form one batch. The input is unparsed, as an API client sends it.
import { createInterface } from "node:readline";
import type { Input } from "../../events/business/office.suite.ts";
import type { CommandName } from "../../events/commands/commands.ts";
import { LogError, Refusal } from "../../events/errors.ts";
import { openWritableLog } from "../../events/sources/open-log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { requestOf } from "./office.suite.ts";
import { Writer } from "./writer.ts";

const [address = "", cachePath = ""] = process.argv.slice(2);
const log = await openWritableLog(address);
const writer = await Writer.open(log, cachePath);
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
  pending.push(
    writer.execute(requestOf(command, input, { id, key: bytes })).then(
      (written) => reply({ key, written }),
      (error: unknown) => reply({ key, error: nameOf(error) }),
    ),
  );
}
await Promise.all(pending);
await writer.close();
await log.close();

function reply(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function nameOf(error: unknown): string {
  if (error instanceof Refusal) return error.rule;
  return error instanceof LogError ? error.code : String(error);
}
