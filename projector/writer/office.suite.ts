/**
 * A founded organization on an embedded log of its own, for tests of what is decided: given (commands that are
 * accepted), when (a command), then (its event, nothing, or a refusal). Commands go the way that the API sends them:
 * parsed, through the writer, onto the log.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Database from "better-sqlite3";
import type { OrganizationProfile } from "../../events/business/organization.ts";
import { COMMANDS, type CommandName, type InputOf, type Written } from "../../events/commands/commands.ts";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { Refusal } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";
import type { RefusalKind } from "../../events/rules.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { Writer } from "./writer.ts";
import type { WriterOptions } from "./writer-options.ts";

export type Input = Readonly<Record<string, unknown>>;

export interface Said {
  /** The stream that the path names. */
  id?: StreamId;
  /** Default: the owner. */
  actor?: StreamId;
  key?: Uint8Array;
  ifMatch?: number;
}

/** What a refusal says. A `field` of null is about the whole command; `values`, where given, are all of them. */
export interface Expected {
  rule: string;
  kind?: RefusalKind;
  field?: string | null;
  values?: Refusal["values"];
}

export const OWNER = 2;
export const OWNER_DETAILS = { email: "owner@example.com", name: "Olive Owner" };
/** Noon of a Friday in London, and of the day before in Honolulu. */
export const NOON_MS = Date.UTC(2024, 2, 15, 12);

export const CLIENT_INPUT = { name: "A client", address: { country: "GB" } };
export const ITEM_INPUT = {
  code: "WORK",
  description: "Work by the hour",
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRateBp: 2000,
};
/** 100.00 and 20 % VAT: 120.00. */
export const LINE = {
  description: "Work",
  quantity6: 1_000_000,
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRateBp: 2000,
};

export interface Office {
  log: WritableLog;
  writer: Writer;
  cachePath: string;
  clock: { nowMs: number };
  /** A command as a client sends it. */
  run(command: CommandName, input?: Input, said?: Said): Promise<Written>;
  /** The command is accepted, with one event of its type. */
  accepts(command: CommandName, input?: Input, said?: Said): Promise<LogEvent>;
  /** The command is accepted, and there is no event: all is as it says already. */
  decidesNothing(command: CommandName, input?: Input, said?: Said): Promise<void>;
  /** The command is refused, and nothing is appended. */
  refuses(command: CommandName, input: Input, said: Said, expected: Expected): Promise<void>;
  /** Rows of the cache, as others see them. */
  rows(sql: string): Record<string, unknown>[];
  events(after?: Sequence): Promise<LogEvent[]>;
}

/** Opens an office until the test ends. @param options.log instead of an embedded log of its own */
export async function openOffice(
  t: TestContext,
  folder: string,
  options: { profile?: Partial<OrganizationProfile>; log?: WritableLog; writer?: WriterOptions; key?: Uint8Array } = {},
): Promise<Office> {
  const log = options.log ?? SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true });
  const cachePath = join(folder, `${randomUUID()}.cache.sqlite`);
  const clock = { nowMs: NOON_MS };
  const writer = await Writer.open(log, cachePath, { clock: () => clock.nowMs, checkClock: false, ...options.writer });
  const reader = new Database(cachePath, { readonly: true });
  t.after(async () => {
    reader.close();
    await writer.close();
    await log.close();
  });
  await writer.found({ ...PROFILE, ...options.profile }, OWNER_DETAILS, options.key ?? newUuid());

  const run: Office["run"] = (command, input = {}, said = {}) => writer.execute(requestOf(command, input, said));
  async function events(after = 0) {
    const found: LogEvent[] = [];
    for await (const { bodies } of log.read({ after, upTo: Number.POSITIVE_INFINITY }))
      found.push(...bodies.map((body) => decodeEvent(body)));
    return found;
  }
  return {
    log,
    writer,
    cachePath,
    clock,
    run,
    events,
    rows: (sql) => reader.prepare<[], Record<string, unknown>>(sql).all(),
    async accepts(command, input, said) {
      const head = await log.head();
      const { seq, stream, version } = await run(command, input, said);
      const [event, ...more] = await events(head);
      assert.ok(event && more.length === 0, `${command} makes one event`);
      assert.equal(event.type, COMMANDS[command].event);
      assert.deepEqual({ seq, stream, version }, { seq: event.seq, stream: event.stream, version: event.version });
      assert.equal(event.seq, head + 1);
      return event;
    },
    async decidesNothing(command, input, said) {
      const head = await log.head();
      const { seq, id } = await run(command, input, said);
      assert.deepEqual({ seq, id }, { seq: null, id: null });
      assert.equal(await log.head(), head);
    },
    async refuses(command, input, said, expected) {
      const head = await log.head();
      await assert.rejects(run(command, input, said), (error) => isRefusal(error, expected));
      assert.equal(await log.head(), head, "nothing is appended");
    },
  };
}

/** A command, parsed as the API parses it. */
export function requestOf(command: CommandName, input: Input = {}, { id, actor, key, ifMatch }: Said = {}) {
  return {
    command,
    id: id ?? 0,
    input: COMMANDS[command].input.parse(input) as InputOf<CommandName>,
    actor: actor ?? OWNER,
    key: key ?? null,
    ifMatch: ifMatch ?? null,
  };
}

/** Asserts that this is the refusal that was expected; for `assert.rejects`. */
export function isRefusal(error: unknown, { rule, kind = "conflict", field = null, values }: Expected): true {
  assert.ok(error instanceof Refusal, `a refusal, not ${String(error)}`);
  assert.deepEqual(
    { rule: error.rule, kind: error.kind, field: error.field },
    { rule, kind, field },
    `${error.rule}: ${error.message}`,
  );
  if (values) assert.deepEqual(error.values, values);
  return true;
}

/** Registers a client. */
export async function clientOf(office: Office, input: Input = {}): Promise<StreamId> {
  return (await office.run("RegisterClient", { ...CLIENT_INPUT, ...input })).stream;
}

/** Drafts an invoice with one line for a new client, unless the input says otherwise. */
export async function draftOf(office: Office, input: Input = {}): Promise<StreamId> {
  const clientId = "clientId" in input ? input.clientId : await clientOf(office);
  return (await office.run("DraftInvoice", { lines: [LINE], ...input, clientId })).stream;
}

/** Drafts an invoice and issues it. */
export async function issuedOf(office: Office, input: Input = {}, issue: Input = {}): Promise<StreamId> {
  const id = await draftOf(office, input);
  await office.run("IssueInvoice", issue, { id });
  return id;
}

/** Receives a payment of 120.00, today. */
export async function paymentOf(office: Office, input: Input): Promise<StreamId> {
  const money = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "bank_transfer" };
  return (await office.run("ReceivePayment", { ...money, ...input })).stream;
}
