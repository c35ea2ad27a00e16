/** The type of every call: it gets the desktop and a parsed argument, and returns the answer. */
import type { CallName, ParsedArgument } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import type { Desktop } from "../sync/desktop.ts";

export type Call<Name extends CallName> = (
  desktop: Desktop,
  argument: ParsedArgument<Name>,
) => Answers[Name] | Promise<Answers[Name]>;
