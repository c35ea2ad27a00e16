/**
 * Runs a program of one or several commands: finds the command, and handles `--help`, `--version` and exit codes. The files
 * that it creates are private.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { createPrivately } from "../../events/private-files.ts";
import { type Call, type Declaration, defineCommand, type OptionSpecs, type Subcommand } from "./command.ts";
import { failureOf, UsageError } from "./failure.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** A command in the list of its program. */
interface ListedCommand {
  /** One line for people. */
  readonly summary: string;
  /** Loads the command. Only the modules that a command needs are loaded. */
  load(): Promise<Subcommand>;
}

export interface Program {
  readonly name: string;
  /** Commands by name, in the order of the help. A name may have two words. */
  readonly commands: Readonly<Record<string, ListedCommand>>;
  /** Help about all commands, shown below their list. */
  readonly about: string;
  /** What `--version` shows besides the release. */
  readonly details?: () => Promise<string>;
  /** Maps this program's own errors to the ones that are reported. */
  readonly explain?: (error: unknown) => unknown;
}

const EXIT_CODES_HELP =
  "Exit codes: 0 for success; 1 for failure; 2 if the arguments, or something they name, cannot be used.";

/** Runs a command line. @returns the exit code */
export async function runProgram(
  program: Program,
  args: readonly string[],
  terminal: Terminal = openTerminal(program.name),
): Promise<number> {
  createPrivately();
  return await reportErrors(terminal, program.explain, async () => {
    const helpHint = `see ${program.name} --help`;
    const [first, ...rest] = args;
    if (first === undefined) throw new UsageError(`no command; ${helpHint}`);
    if (first === "--version") return print(terminal, await versionText(program));
    if (first === "--help" || (first === "help" && rest.length === 0)) return print(terminal, helpOf(program));
    const words = first === "help" ? rest : args;
    const name = Object.keys(program.commands).find((name) => isAtStart(words, name.split(" ")));
    const listed = name === undefined ? undefined : program.commands[name];
    if (name === undefined || !listed)
      throw new UsageError(
        `there is no ${words[0]?.startsWith("-") ? "option" : "command"} ${nameIn(program, words)}; ${helpHint}`,
      );
    const command = await listed.load();
    if (first === "help") return print(terminal, command.help);
    return await command.run(args.slice(name.split(" ").length), terminal);
  });
}

/** Runs a program with a single command, which has the program's name. @returns the exit code */
export async function runCommand(
  command: Subcommand,
  args: readonly string[],
  terminal: Terminal = openTerminal(command.name),
): Promise<number> {
  createPrivately();
  return await reportErrors(terminal, undefined, async () => await command.run(args, terminal));
}

/**
 * Reads the arguments and the environment of a program that is one module, before it does anything. After `--help`, or if
 * they cannot be used, prints one text and ends the process.
 *
 * @param declaration.read checks the values; what it returns is returned
 */
export async function startProgram<const O extends OptionSpecs, T>({
  read,
  ...declaration
}: Omit<Declaration<O>, "run" | "program"> & { read(call: Call<O>, env: Terminal["env"]): T }): Promise<T> {
  let result: { value: T } | null = null;
  const command = defineCommand<O>({
    ...declaration,
    program: null,
    async run(call, terminal) {
      result = { value: read(call, terminal.env) };
      return 0;
    },
  });
  // Not `createPrivately`: these are tools of developers, and the tests that they run would inherit it.
  const terminal = openTerminal(command.name);
  const exitCode = await reportErrors(terminal, undefined, () => command.run(process.argv.slice(2), terminal));
  if (result === null) process.exit(exitCode);
  return (result as { value: T }).value;
}

async function reportErrors(
  terminal: Terminal,
  explain: (error: unknown) => unknown = (error) => error,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { message, exitCode } = failureOf(explain(error));
    terminal.note(message);
    return exitCode;
  }
}

function print(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}

function isAtStart(words: readonly string[], name: readonly string[]): boolean {
  return name.every((word, n) => words[n] === word);
}

/** The words that should name a command: two if the first begins a name of two words. */
function nameIn({ commands }: Program, [first = "", second]: readonly string[]): string {
  const isHalf = Object.keys(commands).some((name) => name.startsWith(`${first} `));
  return isHalf && second !== undefined && !second.startsWith("-") ? `${first} ${second}` : first;
}

function helpOf({ name, commands, about }: Program): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [`${name} COMMAND --help explains a command:`, lines.join("\n"), about, EXIT_CODES_HELP]
    .filter((part) => part !== "")
    .join("\n\n");
}

async function versionText({ name, details }: Program): Promise<string> {
  return [`${name} ${release()}`, ...(details ? [await details()] : []), `Node ${process.version}`].join(", ");
}

/** The version in `package.json`. */
export function release(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
