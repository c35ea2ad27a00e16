/**
 * Every command: how it is called, who may give it, what it takes, and the decider that answers it. The API makes its
 * routes of this table, fixtures and the desktop call it, so a command exists in one place.
 */
import type { z } from "zod";
import type { Sequence, StreamId } from "../sequence.ts";
import { clientCommands } from "./client-commands.ts";
import { invoiceCommands } from "./invoice-commands.ts";
import { itemCommands } from "./item-commands.ts";
import { organizationCommands } from "./organization-commands.ts";
import { paymentCommands } from "./payment-commands.ts";
import { userCommands } from "./user-commands.ts";

export const COMMANDS = {
  ...organizationCommands,
  ...userCommands,
  ...clientCommands,
  ...itemCommands,
  ...invoiceCommands,
  ...paymentCommands,
} as const;

export type CommandName = keyof typeof COMMANDS;

/** What a command takes, once parsed. */
export type InputOf<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]["input"]>;

/** A command to be decided: parsed, and by whom. */
export interface CommandCall<Name extends CommandName = CommandName> {
  command: Name;
  /** The stream that the path names; 0 if it names none. */
  id: StreamId;
  input: InputOf<Name>;
}

/** The answer to a command that was accepted. */
export interface CommandResult {
  /** The event's sequence; null if the command changed nothing. */
  seq: Sequence | null;
  /** The event's id; null if there is no event. */
  id: string | null;
  stream: StreamId;
  version: number;
}

/** The path of a call, such as `/api/invoices/7/issue`. */
export function pathOf({ command, id }: Pick<CommandCall, "command" | "id">): string {
  return COMMANDS[command].path.replace(":id", String(id));
}
