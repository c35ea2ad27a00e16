/** The command `invoify-api`: runs the server, and offers operators what the API itself does not. */
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
      summary: "creates an organization with its owner",
      load: async () => (await import("./organization-command.ts")).createOrganization,
    },
    "account link": {
      summary: "prints a one-time link for a user whom no owner can help",
      load: async () => (await import("./account-command.ts")).accountLink,
    },
    "account release": {
      summary: "takes an e-mail address from the organization that has it",
      load: async () => (await import("./account-command.ts")).accountRelease,
    },
    "key create": {
      summary: "makes the key that signs checkpoints",
      load: async () => (await import("./key-commands.ts")).createKey,
    },
    "key show": {
      summary: "prints the fingerprints of that key",
      load: async () => (await import("./key-commands.ts")).showKey,
    },
    "key rotate": {
      summary: "replaces that key",
      load: async () => (await import("./key-commands.ts")).rotateKey,
    },
    "log fork": {
      summary: "continues a log that was set back, in a new generation",
      load: async () => (await import("./log-command.ts")).forkLog,
    },
    "file prune": {
      summary: "removes files of documents that no event names",
      load: async () => (await import("./file-prune-command.ts")).pruneFiles,
    },
    "file restore": {
      summary: "puts lost files of documents back from a backup",
      load: async () => (await import("./file-restore-command.ts")).restoreFiles,
    },
    backup: {
      summary: "writes all logs and accounts of a store to one file",
      load: async () => (await import("./backup/backup-commands.ts")).backup,
    },
    restore: {
      summary: "restores a backup into an empty store",
      load: async () => (await import("./backup/backup-commands.ts")).restore,
    },
  },
  about: `README.md lists the environment variables. api/README.md is the guide for
operators.`,
  explain,
};

process.exitCode = await runProgram(invoifyApi, process.argv.slice(2));

/** Arguments and configuration that the server cannot use are the caller's mistakes: one line, exit code 2. */
function explain(error: unknown): unknown {
  if (error instanceof ConfigError) return new UsageError(error.message.replaceAll("\n", "; "), { cause: error });
  if (error instanceof HttpProblem || error instanceof Refusal) return new UsageError(error.message, { cause: error });
  return error;
}
