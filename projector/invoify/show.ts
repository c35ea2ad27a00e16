/** `invoify show`: prints one event with named fields, its hash and its size. */

import { CATALOGUE, definitionOf, type EventType } from "../../events/encoding/catalogue.ts";
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import { eventToJson } from "../../events/encoding/event-json.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { EventsFile } from "../../events/sources/file/events-file.ts";
import { uuidText } from "../../events/uuid.ts";
import { type AsOf, parseSequence, readAsOf } from "../../events/values/as-of.ts";
import { lastEventAt } from "../as-of/log-at.ts";
import { defineCommand, FROM, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, UsageError } from "../command-line/failure.ts";
import { openSource } from "../command-line/logs-and-caches.ts";
import { serverProofs } from "../command-line/server-proofs.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { checkpointsIn } from "../command-line/trust-options.ts";
import { wordsOf } from "../text/event-words.ts";
import { countOf, countText, instantText } from "../text/figures.ts";
import { readCheckpoints } from "../verify/saved-checkpoints.ts";
import { decodeAt, readBody } from "./decoded-events.ts";
import { proveByServer, proveFromLog } from "./proof-of-event.ts";

export const show = defineCommand({
  name: "show",
  about: `Prints an event in the schema in which it was written: the one with this sequence, or
the last one up to the end of a day or to a time, as --at has them elsewhere. The hash is
SHA-256(0x00, bytes). If it is the same as before, not one bit of the event has
changed.

With --proof it prints the proof that the event is in a signed log instead, as
C2SP tlog-proof has it: a server's, or made from a signed checkpoint that you kept.
Together with the event's hash it is verified offline, also by other programs.`,
  positionals: ["SEQ|DAY|TIME"],
  options: {
    from: FROM,
    proof: { type: "boolean", help: "print the proof that the event is in the log" },
    checkpoint: { type: "string", value: "FILE", help: "the signed checkpoint for the proof" },
    json: JSON_OUTPUT,
  },
  async run({ values: { from, json, proof, checkpoint }, positionals: [text = ""] }, terminal) {
    if (checkpoint !== undefined && !proof) throw new UsageError("--checkpoint is for --proof");
    if (proof && json) throw new UsageError("--proof prints a text that has a form of its own, not JSON");
    const asOf = asOfIn(text);
    const log = await openSource(from, terminal);
    try {
      const seq = asOf.kind === "sequence" ? asOf.seq : await lastEventAt(log, asOf, text);
      if (seq === 0) throw new UsageError(`${text}: ${log.name} has no event up to then`);
      const body = await readEvent(log, seq);
      if (proof) {
        terminal.out((await proofOf(log, { from, checkpoint, seq, body }, terminal)).trimEnd());
        return 0;
      }
      const known = isKnown(body, seq);
      terminal.out(json ? asJson(body, known) : asText(body, known));
      if (!known) throw new Failure(`event ${seq}: comes from a newer release: update needed`);
    } finally {
      await log.close();
    }
    return 0;
  },
});

/** A number is always an event here, also one that looks like a year. @throws UsageError */
function asOfIn(text: string): AsOf {
  const seq = parseSequence(text);
  const asOf = seq === null ? readAsOf(text) : ({ kind: "sequence", seq } as const);
  if ("problem" in asOf) throw new UsageError(`${text}: ${asOf.problem}`);
  if (asOf.kind === "sequence" && asOf.seq === 0)
    throw new UsageError(`${text}: not a sequence; sequences are whole numbers from 1`);
  return asOf;
}

async function proofOf(
  log: EventLog,
  { from, checkpoint, seq, body }: { from: string; checkpoint: string | undefined; seq: Sequence; body: Uint8Array },
  terminal: Terminal,
): Promise<string> {
  const id = await log.id();
  if (checkpoint !== undefined)
    return await proveFromLog(log, seq, checkpointsIn(checkpoint, { keys: null, log: id ?? undefined }));
  if (log instanceof EventsFile && log.checkpoint !== null)
    return await proveFromLog(log, seq, readCheckpoints(log.checkpoint, { name: log.name, keys: null }));
  const server = serverProofs(from, id, terminal);
  if (!server || id === null) throw new UsageError(`${log.name}: a proof needs --checkpoint FILE`);
  return await proveByServer(server, { log: id, seq, body });
}

async function readEvent(log: EventLog, seq: Sequence): Promise<Uint8Array> {
  const head = await log.head();
  if (seq > head) throw new UsageError(`${log.name}: there is no event ${seq}, the log has ${countOf(head, "event")}`);
  return await readBody(log, seq);
}

function isKnown(body: Uint8Array, seq: Sequence): boolean {
  try {
    decodeAt(body, seq);
    return true;
  } catch (error) {
    if (error instanceof LogError && error.code === "UNKNOWN_EVENT") return false;
    throw error;
  }
}

function asJson(body: Uint8Array, known: boolean): string {
  const { id, ...header } = decodeHeader(body);
  const event = known ? (JSON.parse(eventToJson(body)) as object) : { ...header, id: uuidText(id) };
  return JSON.stringify({ ...event, hash: eventHash(body).toString("hex"), bytes: body.length });
}

function asText(body: Uint8Array, known: boolean): string {
  const { seq, id, stream, version, type, schema, at, actor } = decodeHeader(body);
  const definition = definitionOf(type);
  const current = definition?.schemas.length ?? schema;
  const rows = [
    ["event", countText(seq)],
    ["type", `${type}, schema ${schema}${schema < current ? ` (now ${current})` : ""}`],
    ...(known ? [["what", wordsOf(decodeEvent(body))]] : []),
    ["stream", `${definition ? `${CATALOGUE[type as EventType].stream} ` : ""}${stream}, version ${version}`],
    ["time", instantText(at)],
    ["actor", actor === 0 ? "0 (the server)" : `user ${actor}`],
    ["id", uuidText(id)],
    ["hash", eventHash(body).toString("hex")],
    ["size", countOf(body.length, "byte")],
  ];
  if (!known) return tableText(rows);
  const { data } = JSON.parse(eventToJson(body)) as { data: object };
  return `${tableText(rows)}\n\n${JSON.stringify(data, null, 2)}`;
}
