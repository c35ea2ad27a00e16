/** The definition of a command. */
import { z } from "zod";
import type { Books } from "../business/books.ts";
import type { DeliveredFile } from "../business/delivery.ts";
import type { Role } from "../business/roles.ts";
import type { EventType, Fact, StreamKind } from "../encoding/catalogue.ts";
import type { Rule } from "../rules.ts";
import type { StreamId } from "../sequence.ts";

/** What a decider may know apart from the books and the input. */
interface DecisionContext {
  /** The stream in the path; 0 if the path has no stream. */
  id: StreamId;
  /** The time of the decision, ms since 1970 UTC. */
  atMs: number;
  /** The file that the server has made and stored for this command. */
  file?: DeliveredFile | undefined;
}

export interface Command<Input> {
  /** The kind of stream that the event belongs to. */
  stream: StreamKind;
  /** The type of the event that it decides. */
  event: EventType;
  /**
   * True if the event begins a stream. Otherwise it belongs to the stream in the path (the organization's is stream 1).
   */
  begins: boolean;
  roles: readonly Role[];
  method: "POST" | "PATCH" | "PUT";
  /** `:id` stands for a stream. */
  path: string;
  /** One line for people, shown in `/api/docs`. */
  summary: string;
  input: z.ZodType<Input>;
  /** True if the input holds a document, so that its JSON can have some megabytes. */
  isDocument?: true;
  /** The rules that can refuse it, apart from those of every command. */
  rules: readonly Rule[];
  /** What the input changes or copies: texts that it has already may stay, whatever today's rules for new text. */
  before?(books: Books, input: Input, id: StreamId): unknown;
  /** Decides the event, or null if the command changes nothing. @throws Refusal */
  decide(books: Books, input: Input, context: DecisionContext): Fact | null;
}

/** Lets the type checker infer that `decide` takes what `input` parses. */
export const define = <Input>(command: Command<Input>): Command<Input> => command;

/** The input of a command that needs nothing but its path. */
export const NO_INPUT = z.strictObject({});
