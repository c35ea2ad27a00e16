/**
 * Every command: its path, its roles, its input and its decider. The API builds its routes from this table; fixtures
 * and the desktop call commands through it.
 */
import type { z } from "zod";
import type { Sequence, StreamId } from "../sequence.ts";
import { clientCommands } from "./client-commands.ts";
import { invoiceCommands } from "./invoice-commands.ts";
import { itemCommands } from "./item-commands.ts";
import { organizationCommands } from "./organization-commands.ts";
import { paymentCommands } from "./payment-commands.ts";
import { refundCommands } from "./refund-commands.ts";
import { userCommands } from "./user-commands.ts";
import { writeOffCommands } from "./write-off-commands.ts";

export const COMMANDS = {
  ...organizationCommands,
  ...userCommands,
  ...clientCommands,
  ...itemCommands,
  ...invoiceCommands,
  ...paymentCommands,
  ...refundCommands,
  ...writeOffCommands,
} as const;

export type CommandName = keyof typeof COMMANDS;

/** The parsed input of a command. */
export type InputOf<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]["input"]>;

/** A call of a command, with parsed input. */
export interface CommandCall<Name extends CommandName = CommandName> {
  command: Name;
  /** The stream in the path; 0 if the path has no stream. */
  id: StreamId;
  input: InputOf<Name>;
}

/** The result of an accepted command. */
export interface CommandResult {
  /** The event's sequence; null if the command changed nothing. */
  seq: Sequence | null;
  /** The event's id; null if the command changed nothing. */
  id: string | null;
  stream: StreamId;
  version: number;
}

/** The path of a call, such as `/api/invoices/7/issue`. */
export function pathOf({ command, id }: Pick<CommandCall, "command" | "id">): string {
  return COMMANDS[command].path.replace(":id", String(id));
}
