/** What a command is. */
import { z } from "zod";
import type { Books } from "../business/books.ts";
import type { Role } from "../business/roles.ts";
import type { EventType, Fact, StreamKind } from "../encoding/catalogue.ts";
import type { Rule } from "../rules.ts";
import type { StreamId } from "../sequence.ts";

/** What a decider may know beside the books and the input. */
export interface DecisionContext {
  /** The stream that the path names; 0 if it names none. */
  id: StreamId;
  /** The time of the decision, ms since 1970 UTC. */
  atMs: number;
}

export interface Command<Input> {
  /** The kind of stream that the event goes to. */
  stream: StreamKind;
  /** The type of the event that it makes. */
  event: EventType;
  /** True if it begins a stream; else it goes to the one that the path names (the organization's: stream 1). */
  begins: boolean;
  roles: readonly Role[];
  method: "POST" | "PATCH" | "PUT";
  /** With `:id` where the path names a stream. */
  path: string;
  /** One line for people. */
  summary: string;
  input: z.ZodType<Input>;
  /** What can refuse it, beside the rules that every command heeds. */
  rules: readonly Rule[];
  /** The event, or null where the command changes nothing. @throws Refusal */
  decide(books: Books, input: Input, context: DecisionContext): Fact | null;
}

/** Only for the type checker: what `decide` takes is what `input` makes. */
export const define = <Input>(command: Command<Input>): Command<Input> => command;

/** A command that says all by its path. */
export const NO_INPUT = z.strictObject({});
