/** A program of one or several commands: finding the command, `--help`, `--version`, and how the process ends. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Subcommand } from "./command.ts";
import { failureOf, UsageError } from "./failure.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** A command in the list of its program. */
export interface ListedCommand {
  /** One line for people. */
  readonly summary: string;
  /** Loads the command: a program reads only the sources that the command needs. */
  load(): Promise<Subcommand>;
}

export interface Program {
  readonly name: string;
  /** By name, in the order of the help. A name may have two words. */
  readonly commands: Readonly<Record<string, ListedCommand>>;
  /** What holds for all commands, below their list. */
  readonly about: string;
  /** What `--version` says beside the release. */
  readonly details?: () => Promise<string>;
  /** The error to report in place of one of this program's own. */
  readonly explain?: (error: unknown) => unknown;
}

const EXIT_CODES = "Exit codes: 0 done; 1 failed; 2 the arguments, or what they name, cannot be used.";

/** Runs a command line. @returns the exit code */
export async function runProgram(
  program: Program,
  args: readonly string[],
  terminal: Terminal = openTerminal(program.name),
): Promise<number> {
  return await reporting(terminal, program.explain, async () => {
    const helpAt = `see ${program.name} --help`;
    const [first, ...rest] = args;
    if (first === undefined) throw new UsageError(`which command? ${helpAt[0]?.toUpperCase()}${helpAt.slice(1)}`);
    if (first === "--version") return say(terminal, await versionOf(program));
    if (first === "--help" || (first === "help" && rest.length === 0)) return say(terminal, helpOf(program));
    const words = first === "help" ? rest : args;
    const name = Object.keys(program.commands).find((name) => isAtStart(words, name.split(" ")));
    const listed = name === undefined ? undefined : program.commands[name];
    if (name === undefined || !listed)
      throw new UsageError(
        `there is no ${words[0]?.startsWith("-") ? "option" : "command"} ${nameIn(program, words)}; ${helpAt}`,
      );
    const command = await listed.load();
    if (first === "help") return say(terminal, command.help);
    return await command.run(args.slice(name.split(" ").length), terminal);
  });
}

/** Runs a program that is one command, named as the program. @returns the exit code */
export async function runCommand(
  command: Subcommand,
  args: readonly string[],
  terminal: Terminal = openTerminal(command.name),
): Promise<number> {
  return await reporting(terminal, undefined, async () => await command.run(args, terminal));
}

async function reporting(
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

function say(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}

function isAtStart(words: readonly string[], name: readonly string[]): boolean {
  return name.every((word, n) => words[n] === word);
}

/** The words that were meant to name a command: two, where the first begins such a name. */
function nameIn({ commands }: Program, [first = "", second]: readonly string[]): string {
  const isHalf = Object.keys(commands).some((name) => name.startsWith(`${first} `));
  return isHalf && second !== undefined && !second.startsWith("-") ? `${first} ${second}` : first;
}

function helpOf({ name, commands, about }: Program): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [`${name} COMMAND --help explains a command:`, lines.join("\n"), about, EXIT_CODES]
    .filter((part) => part !== "")
    .join("\n\n");
}

async function versionOf({ name, details }: Program): Promise<string> {
  return [`${name} ${release()}`, ...(details ? [await details()] : []), `Node ${process.version}`].join(", ");
}

/** The release, from `package.json`. */
export function release(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}
