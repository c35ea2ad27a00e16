/** The command `invoify-api`: serves, and does from the shell what nobody may do from outside. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { LogError, Refusal } from "../events/errors.ts";
import { newUuid } from "../events/uuid.ts";
import { openLinkFor } from "./account-command.ts";
import { backup, restore, runBackupCommand } from "./backup/backup-commands.ts";
import { readConfig } from "./config/config.ts";
import { ConfigError } from "./config/config-error.ts";
import { HttpProblem } from "./http/problems.ts";
import { founding, foundOrganization, halfDoneFounding } from "./routes/organization-routes.ts";
import { serve } from "./serve.ts";
import { openApi } from "./server.ts";

const HELP = `invoify-api serve
  Serves the API. The README lists the environment variables.

invoify-api organization create --name NAME --owner-email EMAIL --owner-name NAME
    [--country GB] [--currency GBP] [--time-zone Europe/London] [--language en-GB] [--vat-id ID] [--terms-days 30]
  Founds an organization with its owner, whose password is read from INVOIFY_OWNER_PASSWORD. If it was stopped half
  way, the same call again completes it.

invoify-api account link EMAIL [--log LOG-ID]
  Makes a one-time link for a user to choose a password with, where no owner can: POST its token with the password to
  /api/auth/accept. --log names the organization's log where the address is not known (any more).

invoify-api backup FILE
  Writes all logs and accounts of the store to one file, also while it is served.

invoify-api restore FILE [--check]
  Writes such a file to a store that holds nothing. --check only reads and checks it.

A command with --help says more. api/README.md is for who runs this.
`;

/** Where what `organization create` is about is said on the command line. */
const GIVEN_BY: Readonly<Record<string, string>> = {
  "profile.legalName": "--name",
  "profile.address.country": "--country",
  "profile.vatId": "--vat-id",
  "profile.timeZone": "--time-zone",
  "profile.language": "--language",
  "profile.currency": "--currency",
  "profile.termsDays": "--terms-days",
  "owner.email": "--owner-email",
  "owner.name": "--owner-name",
  "owner.password": "INVOIFY_OWNER_PASSWORD",
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`invoify-api: ${describe(error)}\n`);
  process.exitCode = isUsage(error) ? 2 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const [command, subcommand, ...rest] = args;
  if (command === "serve" && subcommand === undefined) return serve();
  if (command === "organization" && subcommand === "create") return createOrganization(rest);
  if (command === "account" && subcommand === "link") return openLink(rest);
  if (command === "backup") return runBackupCommand(backup, args.slice(1));
  if (command === "restore") return runBackupCommand(restore, args.slice(1));
  const asked = command === undefined || command === "--help" || command === "help";
  (asked ? process.stdout : process.stderr).write(HELP);
  return asked ? 0 : 2;
}

async function createOrganization(args: string[]): Promise<number> {
  const string = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      name: string,
      "owner-email": string,
      "owner-name": string,
      country: { ...string, default: "GB" },
      currency: { ...string, default: "GBP" },
      "time-zone": { ...string, default: "Europe/London" },
      language: { ...string, default: "en-GB" },
      "vat-id": string,
      "terms-days": { ...string, default: "30" },
    },
  });
  const input = founding.parse({
    profile: {
      legalName: values.name,
      address: { country: values.country },
      vatId: values["vat-id"] ?? null,
      timeZone: values["time-zone"],
      language: values.language,
      currency: values.currency,
      termsDays: Number(values["terms-days"]),
      series: [
        { name: "Invoices", kind: "invoice", prefix: "INV-", digits: 5, foreign: false },
        { name: "Credit notes", kind: "credit_note", prefix: "CN-", digits: 5, foreign: false },
      ],
    },
    owner: {
      email: values["owner-email"],
      name: values["owner-name"],
      password: process.env.INVOIFY_OWNER_PASSWORD,
    },
  });
  const api = await openApi(readConfig(process.env));
  try {
    const parts = { accounts: api.storage.accounts, organizations: api.organizations, claims: api.claims };
    const key = (await halfDoneFounding(parts, input.owner.email)) ?? newUuid();
    const { log } = await foundOrganization(parts, input, key);
    process.stdout.write(`${input.profile.legalName}: log ${log} in ${api.storage.name}, owner ${input.owner.email}\n`);
  } finally {
    await api.close();
  }
  return 0;
}

async function openLink(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { log: { type: "string" } }, allowPositionals: true });
  const [email] = positionals;
  if (email === undefined || positionals.length > 1) {
    process.stderr.write(HELP);
    return 2;
  }
  const api = await openApi(readConfig(process.env));
  try {
    const { invitation, expiresAt } = await openLinkFor(api, email, values.log ?? null);
    process.stdout.write(`${invitation}\n`);
    process.stderr.write(`invoify-api: good once, until ${expiresAt}\n`);
  } finally {
    await api.close();
  }
  return 0;
}

function isUsage(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? "";
  return (
    error instanceof ConfigError ||
    error instanceof z.ZodError ||
    error instanceof HttpProblem ||
    error instanceof Refusal ||
    (error instanceof LogError && (error.code === "UNREACHABLE" || error.code === "NOT_A_LOG")) ||
    code.startsWith("ERR_PARSE_ARGS") ||
    code === "EADDRINUSE" ||
    code === "EACCES"
  );
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues
      .map(({ path, message }) => `${GIVEN_BY[path.join(".")] ?? path.join(".")}: ${message}`)
      .join("\ninvoify-api: ");
  return error instanceof Error ? error.message : String(error);
}
