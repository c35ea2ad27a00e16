/** Parses calls. Shells pass them on unparsed. */
import { faultsOf } from "../../../events/values/zod-words.ts";
import { ARGUMENTS, type CallName, type ParsedArgument } from "../../contract/arguments.ts";
import { CallError } from "../../contract/call-error.ts";

/**
 * Parses the name and the argument of a call from a channel.
 *
 * @throws CallError UNKNOWN_CALL, NOT_VALID with the field
 */
export function parseCall(name: unknown, argument: unknown): { [N in CallName]: [N, ParsedArgument<N>] }[CallName] {
  if (typeof name !== "string" || !Object.hasOwn(ARGUMENTS, name))
    throw new CallError("UNKNOWN_CALL", `${String(name).slice(0, 60)}: there is no such call`);
  const parsed = ARGUMENTS[name as CallName].safeParse(argument ?? {});
  if (parsed.success) return [name, parsed.data] as ReturnType<typeof parseCall>;
  const [{ field, message } = { field: "", message: "is not valid" }] = faultsOf(parsed.error.issues, 1);
  throw new CallError("NOT_VALID", `${field || name}: ${message}`, field === "" ? undefined : field);
}
