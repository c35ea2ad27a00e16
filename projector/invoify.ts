/** The command `invoify`: caches from logs, and looking into both. `invoify --help` lists what it does. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { PROJECTOR_VERSION } from "./cache/cache-schema.ts";
import type { Command } from "./command-line/command.ts";
import { failureOf, UsageError } from "./command-line/failure.ts";
import { openTerminal } from "./command-line/terminal.ts";
import { copy } from "./invoify/copy.ts";
import { digest } from "./invoify/digest.ts";
import { history } from "./invoify/history.ts";
import { info } from "./invoify/info.ts";
import { replay } from "./invoify/replay.ts";
import { show } from "./invoify/show.ts";
import { follow, sync } from "./invoify/sync.ts";

const COMMANDS: readonly Command[] = [replay, sync, follow, digest, history, show, info, copy];

const terminal = openTerminal();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message, exitCode } = failureOf(error);
  terminal.note(message);
  process.exitCode = exitCode;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) throw new UsageError("which command? See invoify --help");
  if (name === "--version") return say(versionText());
  if (name === "--help" || (name === "help" && args.length === 0)) return say(helpText());
  const wanted = name === "help" ? (args[0] ?? "") : name;
  const command = COMMANDS.find((command) => command.name === wanted);
  if (!command)
    throw new UsageError(`there is no ${wanted.startsWith("-") ? "option" : "command"} ${wanted}; see invoify --help`);
  return name === "help" ? say(command.help) : await command.run(args, terminal);
}

function say(text: string): number {
  terminal.out(text);
  return 0;
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `invoify COMMAND --help explains a command:

${lines.join("\n")}

A LOG is one of
  mongodb://host/database#log-id   or mongodb+srv://…; without #log-id where
                                   there is one log
  https://invoices.example         an API, or http:// on this machine
  FILE.sqlite                      an embedded log, or a mirror
  FILE.events                      a file of exact bytes
  FILE.ndjson                      a file for people

To an API, INVOIFY_TOKEN in the environment says who asks, or INVOIFY_EMAIL and
INVOIFY_PASSWORD. Exit codes: 0 done; 1 failed; 2 the arguments, or what they
name, cannot be used. invoify --version says which release this is.`;
}

function versionText(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(file));
  return `invoify ${version}, projector ${PROJECTOR_VERSION}, Node ${process.version}`;
}
