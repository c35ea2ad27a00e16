/** The shape of every call: what it may use, what it takes and what it gives. */
import type { CallName, ParsedArgument } from "../../contract/arguments.ts";
import type { Answers } from "../../contract/contract.ts";
import type { Desktop } from "../sync/desktop.ts";

export type Call<Name extends CallName> = (
  desktop: Desktop,
  argument: ParsedArgument<Name>,
) => Answers[Name] | Promise<Answers[Name]>;
