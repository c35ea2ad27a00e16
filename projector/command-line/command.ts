/** How a command is declared, parsed and explained. The declaration is the only place that knows its options. */
import { parseArgs } from "node:util";
import { UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export interface OptionSpec {
  readonly type: "string" | "boolean";
  /** One line for people. */
  readonly help: string;
  /** What stands for the value in the help, such as `LOG`. */
  readonly value?: string;
  readonly required?: boolean;
}

type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Values<O extends OptionSpecs> = {
  readonly [Name in keyof O]: O[Name]["type"] extends "boolean"
    ? boolean
    : O[Name] extends { required: true }
      ? string
      : string | undefined;
};

export interface Call<O extends OptionSpecs> {
  values: Values<O>;
  /** One for each name in `positionals`. */
  positionals: readonly string[];
}

interface Declaration<O extends OptionSpecs> {
  readonly name: string;
  /** Whose command it is; null if it is a program of its own. Default: `invoify`. */
  readonly program?: string | null;
  /** What one has to know, in lines of at most 80 characters. */
  readonly about: string;
  /** Arguments without a name, all of them needed. */
  readonly positionals: readonly string[];
  readonly options: O;
  /** @returns the exit code; nothing is 0 */
  run(call: Call<O>, terminal: Terminal): Promise<number | undefined>;
}

export interface Subcommand {
  readonly name: string;
  readonly help: string;
  /** @throws UsageError for arguments that it does not take */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The options that several commands have. */
export const FROM = { type: "string", value: "LOG", required: true, help: "the log to read" } as const;
export const JSON_OUTPUT = { type: "boolean", help: "the result as JSON, for programs" } as const;
const HELP = { type: "boolean", help: "this text" } as const;

/** The longest line of a usage, in characters. */
const MAX_LINE = 100;

export function defineCommand<const O extends OptionSpecs>(declaration: Declaration<O>): Subcommand {
  const { name } = declaration;
  const helpAt = `see ${titleOf(declaration)} --help`;
  const options = { ...declaration.options, help: HELP };
  const help = helpOf(declaration, options);
  return {
    name,
    help,
    async run(args, terminal) {
      const { values, positionals } = parse(helpAt, args, options);
      if (values.help === true) {
        terminal.out(help);
        return 0;
      }
      checkPositionals(declaration, helpAt, positionals);
      checkRequired(declaration, helpAt, values);
      return (await declaration.run({ values: values as Values<O>, positionals }, terminal)) ?? 0;
    },
  };
}

function parse(helpAt: string, args: readonly string[], options: OptionSpecs) {
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!spec || !token.rawName.startsWith("--"))
      throw new UsageError(`there is no option ${token.rawName}; ${helpAt}`);
    if (spec.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value, and ${JSON.stringify(token.value)} is one`);
    // `--to --json` is a value that was forgotten; one that does begin with a dash is written `--to=--json`.
    const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith("-"));
    if (spec.type === "string" && (forgotten || token.value === ""))
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${spec.value ?? "VALUE"}`);
    if (token.name in values) throw new UsageError(`${token.rawName} is given twice`);
    values[token.name] = token.value ?? true;
  }
  return { values, positionals };
}

function checkPositionals(
  { name, positionals }: Declaration<OptionSpecs>,
  helpAt: string,
  given: readonly string[],
): void {
  const missing = positionals[given.length];
  if (missing !== undefined) throw new UsageError(`${name} needs ${missing}; ${helpAt}`);
  const stray = given[positionals.length];
  if (stray !== undefined)
    throw new UsageError(`${name} does not know what to do with ${JSON.stringify(stray)}; ${helpAt}`);
}

function checkRequired(
  { name, options }: Declaration<OptionSpecs>,
  helpAt: string,
  values: Record<string, unknown>,
): void {
  const missing = Object.entries(options).filter(([option, spec]) => spec.required && values[option] === undefined);
  const [[option, spec] = [], ...others] = missing;
  if (option === undefined || !spec) return;
  if (others.length === 0) throw new UsageError(`${name} needs --${option} ${spec.value ?? ""}: ${spec.help}`);
  const all = missing.map(([option, { value = "" }]) => `--${option} ${value}`.trim());
  throw new UsageError(`${name} needs ${all.join(", ")}; ${helpAt}`);
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
    ...named.filter(({ required }) => required).map(({ left }) => left),
    ...named.filter(({ required, left }) => !required && left !== "--help").map(({ left }) => `[${left}]`),
  ];
  const width = Math.max(...named.map(({ left }) => left.length));
  const lines = named.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`);
  return `${wrapped(usage)}\n\n${about}\n\n${lines.join("\n")}`;
}

/** Words on lines that fit a terminal; all but the first are indented. */
function wrapped(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > MAX_LINE) lines.push(`    ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
