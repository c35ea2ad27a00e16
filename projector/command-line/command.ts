/** Declares, parses and explains commands. Only its declaration defines the options of a command. */
import { parseArgs } from "node:util";
import { UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

interface OptionSpec {
  readonly type: "string" | "boolean";
  /** One line for people. */
  readonly help: string;
  /** The name of the value in the help, such as `LOG`. */
  readonly value?: string;
  readonly required?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Values<O extends OptionSpecs> = {
  readonly [Name in keyof O]: O[Name]["type"] extends "boolean"
    ? boolean
    : O[Name] extends { required: true }
      ? string
      : string | undefined;
};

export interface Call<O extends OptionSpecs> {
  values: Values<O>;
  /** One for each name in `positionals`, and the further ones. */
  positionals: readonly string[];
}

export interface Declaration<O extends OptionSpecs> {
  readonly name: string;
  /** The program that the command belongs to; null if it is itself a program. Default: `invoify`. */
  readonly program?: string | null;
  /** An explanation, in lines of at most 80 characters. */
  readonly about: string;
  /** Arguments without a name. All are required. */
  readonly positionals: readonly string[];
  /** The name of any further arguments, such as `FILE`; default: there are none. */
  readonly further?: string;
  readonly options: O;
  /** @returns the exit code; undefined means 0 */
  run(call: Call<O>, terminal: Terminal): Promise<number | undefined>;
}

export interface Subcommand {
  readonly name: string;
  readonly help: string;
  /** @throws UsageError if the command does not accept the arguments */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Options that several commands share. */
export const FROM = { type: "string", value: "LOG", required: true, help: "the log to read" } as const;
export const JSON_OUTPUT = { type: "boolean", help: "print the result as JSON" } as const;
const HELP = { type: "boolean", help: "show this help" } as const;

/** The longest line of a usage, in characters. */
const MAX_LINE = 100;

export function defineCommand<const O extends OptionSpecs>(declaration: Declaration<O>): Subcommand {
  const { name } = declaration;
  const helpHint = `see ${titleOf(declaration)} --help`;
  const options = { ...declaration.options, help: HELP };
  const help = helpOf(declaration, options);
  return {
    name,
    help,
    async run(args, terminal) {
      const { values, positionals } = parse(helpHint, args, options);
      if (values.help === true) {
        terminal.out(help);
        return 0;
      }
      checkPositionals(declaration, helpHint, positionals);
      checkRequired(declaration, helpHint, values);
      return (await declaration.run({ values: values as Values<O>, positionals }, terminal)) ?? 0;
    },
  };
}

function parse(helpHint: string, args: readonly string[], options: OptionSpecs) {
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!spec || !token.rawName.startsWith("--"))
      throw new UsageError(`there is no option ${token.rawName}; ${helpHint}`);
    if (spec.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value, but has ${JSON.stringify(token.value)}`);
    // In `--to --json` the value is missing. A value that begins with a dash is written `--to=--json`.
    const isMissing = token.value === undefined || (!token.inlineValue && token.value.startsWith("-"));
    if (spec.type === "string" && (isMissing || token.value === ""))
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${spec.value ?? "VALUE"}`);
    if (token.name in values) throw new UsageError(`${token.rawName} is given twice`);
    values[token.name] = token.value ?? true;
  }
  return { values, positionals };
}

function checkPositionals(
  { name, positionals, further }: Declaration<OptionSpecs>,
  helpHint: string,
  args: readonly string[],
): void {
  const missing = positionals[args.length];
  if (missing !== undefined) throw new UsageError(`${name} needs ${missing}; ${helpHint}`);
  const stray = further === undefined ? args[positionals.length] : undefined;
  if (stray !== undefined) throw new UsageError(`${name}: unexpected argument ${JSON.stringify(stray)}; ${helpHint}`);
}

function checkRequired(
  { name, options }: Declaration<OptionSpecs>,
  helpHint: string,
  values: Record<string, unknown>,
): void {
  const missing = Object.entries(options).filter(([option, spec]) => spec.required && values[option] === undefined);
  const [[option, spec] = [], ...others] = missing;
  if (option === undefined || !spec) return;
  if (others.length === 0) throw new UsageError(`${name} needs --${option} ${spec.value ?? ""}: ${spec.help}`);
  const all = missing.map(([option, { value = "" }]) => `--${option} ${value}`.trim());
  throw new UsageError(`${name} needs ${all.join(", ")}; ${helpHint}`);
}

function titleOf({ name, program = "invoify" }: Pick<Declaration<OptionSpecs>, "name" | "program">): string {
  return program === null ? name : `${program} ${name}`;
}

function helpOf(declaration: Declaration<OptionSpecs>, options: OptionSpecs): string {
  const { about, positionals } = declaration;
  const named = Object.entries(options).map(([option, { value, help, required }]) => {
    return { left: `--${option}${value ? ` ${value}` : ""}`, help, required: required ?? false };
  });
  const usage = [
    titleOf(declaration),
    ...positionals,
    ...(declaration.further === undefined ? [] : [`[${declaration.further} …]`]),
    ...named.filter(({ required }) => required).map(({ left }) => left),
    ...named.filter(({ required, left }) => !required && left !== "--help").map(({ left }) => `[${left}]`),
  ];
  const width = Math.max(...named.map(({ left }) => left.length));
  const lines = named.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`);
  return `${wrap(usage)}\n\n${about}\n\n${lines.join("\n")}`;
}

/** Wraps words into lines that fit a terminal. All lines but the first are indented. */
function wrap(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > MAX_LINE) lines.push(`    ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
