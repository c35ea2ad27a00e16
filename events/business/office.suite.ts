/**
 * A founded organization for tests of what is decided: given (commands that are accepted), when (a command), then (its
 * event, nothing, or a refusal). The same tests run on books in memory and on the writer's books over tables.
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { COMMANDS, type CommandName, type CommandResult, type InputOf } from "../commands/commands.ts";
import { rulesOfInput } from "../commands/new-input.ts";
import type { LogEvent } from "../encoding/event.ts";
import { Refusal } from "../errors.ts";
import { type RefusalValues, RULES, type Rule } from "../rules.ts";
import type { Sequence, StreamId } from "../sequence.ts";
import type { Books } from "./books.ts";
import type { DeliveredFile } from "./delivery.ts";
import type { OrganizationProfile } from "./organization.ts";

export type Input = Readonly<Record<string, unknown>>;

export interface Circumstances {
  /** The stream that the path names. */
  id?: StreamId;
  /** Default: the owner. */
  actor?: StreamId;
  key?: Uint8Array;
  ifMatch?: number;
  /** What the server made for the command. */
  file?: DeliveredFile;
}

/** A `field` of null is about the whole command. `values`, if present, must be complete. */
interface ExpectedRefusal {
  rule: Rule;
  field?: string | null;
  values?: RefusalValues;
  message?: RegExp;
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
  vatRate3: 20_000,
};
/** 100.00 and 20 % VAT: 120.00. */
export const LINE = {
  description: "Work",
  quantity6: 1_000_000,
  unit: "HUR",
  price6: 100_000_000,
  vatCategory: "S",
  vatRate3: 20_000,
};

/** What differs between offices: how commands are run, and where their events are. */
interface OfficeParts {
  /** The state after the last event. */
  books: Books;
  clock: { nowMs: number };
  /** A command as a client sends it. */
  run(command: CommandName, input?: Input, circumstances?: Circumstances): Promise<CommandResult>;
  events(after?: Sequence): Promise<LogEvent[]>;
  head(): Promise<Sequence>;
}

export interface Office extends OfficeParts {
  /** The command is accepted, with one event of its type. */
  accepts(command: CommandName, input?: Input, circumstances?: Circumstances): Promise<LogEvent>;
  /** The command is accepted without an event, because it changes nothing. */
  decidesNothing(command: CommandName, input?: Input, circumstances?: Circumstances): Promise<void>;
  /** The command is refused, and nothing is appended. */
  refuses(command: CommandName, input: Input, circumstances: Circumstances, expected: ExpectedRefusal): Promise<void>;
}

/** Opens an office until the test ends. */
export type OpenOffice = (t: TestContext, options?: { profile?: Partial<OrganizationProfile> }) => Promise<Office>;

/** What the tests in this process have covered so far. */
const tried = {
  accepted: new Set<CommandName>(),
  unchanged: new Set<CommandName>(),
  refused: new Set<Rule>(),
};

export function officeOf(parts: OfficeParts): Office {
  const { run, events, head } = parts;
  return {
    ...parts,
    async accepts(command, input, circumstances) {
      const before = await head();
      const { seq, stream, version } = await run(command, input, circumstances);
      const [event, ...more] = await events(before);
      assert.ok(event && more.length === 0, `${command} makes one event`);
      assert.equal(event.type, COMMANDS[command].event);
      assert.deepEqual({ seq, stream, version }, { seq: event.seq, stream: event.stream, version: event.version });
      assert.equal(event.seq, before + 1);
      tried.accepted.add(command);
      return event;
    },
    async decidesNothing(command, input, circumstances) {
      const before = await head();
      const { seq, id } = await run(command, input, circumstances);
      assert.deepEqual({ seq, id }, { seq: null, id: null });
      assert.equal(await head(), before);
      tried.unchanged.add(command);
    },
    async refuses(command, input, circumstances, expected) {
      assert.ok(documentedFor(command).includes(expected.rule), `${command} names the rule ${expected.rule}`);
      const before = await head();
      await assert.rejects(run(command, input, circumstances), (error) => isRefusal(error, expected));
      assert.equal(await head(), before, "nothing is appended");
    },
  };
}

/** Rules that can refuse any command. */
const ANY_COMMAND = ["USER_INACTIVE", "ROLE_TOO_WEAK", "VERSION_MISMATCH", "KEY_REUSED", "NOT_RECORDABLE"] as const;

/** The rules that the API documents for a command. */
function documentedFor(command: CommandName): readonly Rule[] {
  const { rules, input } = COMMANDS[command];
  return [...ANY_COMMAND, ...rules, ...rulesOfInput(input)];
}

/** A command, parsed as the API parses it. */
export function parsedInput(command: CommandName, input: Input): InputOf<CommandName> {
  return COMMANDS[command].input.parse(input) as InputOf<CommandName>;
}

/** Asserts that this is the refusal that was expected; for `assert.rejects`. */
export function isRefusal(error: unknown, { rule, field = null, values, message }: ExpectedRefusal): true {
  assert.ok(error instanceof Refusal, `a refusal, not ${String(error)}`);
  assert.deepEqual({ rule: error.rule, field: error.field }, { rule, field }, `${error.rule}: ${error.message}`);
  if (values) assert.deepEqual(error.values, values);
  if (message) assert.match(error.message, message);
  tried.refused.add(rule);
  return true;
}

/** Asserts that the tests so far ran every command twice, and broke every rule except these. */
export function assertNothingForgotten(ruledElsewhere: readonly Rule[]): void {
  for (const [name, { begins }] of Object.entries(COMMANDS) as [CommandName, { begins: boolean }][]) {
    assert.ok(tried.accepted.has(name), `no test accepts ${name}`);
    // Sessions are counted, and issuing twice is refused.
    const hasEffectAgain = begins || name === "EndSessions" || name === "IssueInvoice";
    assert.equal(tried.unchanged.has(name), !hasEffectAgain, `${name} a second time`);
  }
  const rules = (Object.keys(RULES) as Rule[]).filter((rule) => !ruledElsewhere.includes(rule));
  assert.deepEqual([...tried.refused].sort(), rules.sort());
}

/** Registers a client. */
export async function clientOf(office: Pick<Office, "run">, input: Input = {}): Promise<StreamId> {
  return (await office.run("RegisterClient", { ...CLIENT_INPUT, ...input })).stream;
}

/** Drafts an invoice with one line for a new client, unless the input says otherwise. */
export async function draftOf(office: Pick<Office, "run">, input: Input = {}): Promise<StreamId> {
  const clientId = "clientId" in input ? input.clientId : await clientOf(office);
  return (await office.run("DraftInvoice", { lines: [LINE], ...input, clientId })).stream;
}

/** Drafts an invoice and issues it. */
export async function issuedOf(office: Pick<Office, "run">, input: Input = {}, issue: Input = {}): Promise<StreamId> {
  const id = await draftOf(office, input);
  await office.run("IssueInvoice", issue, { id });
  return id;
}

/** Refunds 120.00 of a payment or a document, today. */
export async function refundOf(
  office: Pick<Office, "run">,
  { sourceId, amountMinor = 12_000, ...input }: Input & { sourceId: StreamId; amountMinor?: number },
): Promise<StreamId> {
  const money = { paidOn: "2024-03-15", currency: "GBP", amountMinor, method: "bank_transfer" };
  const sources = [{ sourceId, amountMinor }];
  return (await office.run("RefundClient", { ...money, sources, ...input })).stream;
}

/** Receives a payment of 120.00, today. */
export async function paymentOf(office: Pick<Office, "run">, input: Input): Promise<StreamId> {
  const money = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "bank_transfer" };
  return (await office.run("ReceivePayment", { ...money, ...input })).stream;
}
