/** The command `invoify-api`: serves, and does from the shell what nobody may do from outside. */
import { Refusal } from "../events/errors.ts";
import { UsageError } from "../projector/command-line/failure.ts";
import { type Program, runProgram } from "../projector/command-line/program.ts";
import { ConfigError } from "./config/config-error.ts";
import { HttpProblem } from "./http/problems.ts";

const invoifyApi: Program = {
  name: "invoify-api",
  commands: {
    serve: {
      summary: "serves the API until SIGTERM",
      load: async () => (await import("./serve.ts")).serve,
    },
    "organization create": {
      summary: "founds an organization with its owner",
      load: async () => (await import("./organization-command.ts")).createOrganization,
    },
    "account link": {
      summary: "a one-time link to choose a password with, for a user whom no owner can help",
      load: async () => (await import("./account-command.ts")).accountLink,
    },
    backup: {
      summary: "all logs and accounts of a store, in one file",
      load: async () => (await import("./backup/backup-commands.ts")).backup,
    },
    restore: {
      summary: "such a file, into a store that holds nothing",
      load: async () => (await import("./backup/backup-commands.ts")).restore,
    },
  },
  about: `README.md lists the environment variables that configure it, api/README.md is
for operators.`,
  explain,
};

process.exitCode = await runProgram(invoifyApi, process.argv.slice(2));

/** What the arguments or the environment name, and the server cannot use, is for whoever named it. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError) return new UsageError(error.message.replaceAll("\n", "; "), { cause: error });
  if (error instanceof HttpProblem || error instanceof Refusal) return new UsageError(error.message, { cause: error });
  return error;
}
