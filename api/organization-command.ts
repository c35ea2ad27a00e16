/** `invoify-api organization create`: founds an organization, even if sign-up over HTTP is off. */
import { newUuid } from "../events/uuid.ts";
import { faultsOf } from "../events/values/zod-words.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { UsageError } from "../projector/command-line/failure.ts";
import { readConfig } from "./config/config.ts";
import { HttpProblem } from "./http/problems.ts";
import { founding, foundOrganization, halfDoneFounding, OPERATOR } from "./routes/organization-routes.ts";
import { openApi } from "./server.ts";

/** The option or variable that each field of the founding comes from. */
const SOURCE_OF: Readonly<Record<string, string>> = {
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

export const createOrganization = defineCommand({
  program: "invoify-api",
  name: "organization create",
  about: `Creates an organization with its owner. The owner's password comes from
INVOIFY_OWNER_PASSWORD. If the command is interrupted, run it again: it then
completes what it began. The command needs the server's environment, with its
INVOIFY_JWT_SECRET.`,
  positionals: [],
  options: {
    name: { type: "string", value: "NAME", required: true, help: "the company's legal name" },
    "owner-email": { type: "string", value: "EMAIL", required: true, help: "the owner's login" },
    "owner-name": { type: "string", value: "NAME", required: true, help: "the owner's name" },
    country: { type: "string", value: "CODE", help: "country of the company's address (GB)" },
    currency: { type: "string", value: "CODE", help: "currency of its books (GBP)" },
    "time-zone": { type: "string", value: "ZONE", help: "time zone of its days (Europe/London)" },
    language: { type: "string", value: "TAG", help: "language of its documents (en-GB)" },
    "vat-id": { type: "string", value: "ID", help: "its VAT id (none)" },
    "terms-days": { type: "string", value: "DAYS", help: "days until an invoice is due (30)" },
    json: JSON_OUTPUT,
  },
  async run({ values }, terminal) {
    const input = readFounding(values, terminal.env.INVOIFY_OWNER_PASSWORD);
    const api = await openApi(readConfig(terminal.env));
    try {
      const parts = { accounts: api.storage.accounts, organizations: api.organizations, claims: api.claims };
      const key = (await halfDoneFounding(parts, input.owner.email)) ?? newUuid();
      const { log } = await foundOrganization(parts, input, { key, founder: OPERATOR }).catch((error) => {
        if (error instanceof HttpProblem && error.code === "PASSWORD_TOO_WEAK")
          throw new UsageError(`INVOIFY_OWNER_PASSWORD: ${error.message}`, { cause: error });
        throw error;
      });
      const { legalName } = input.profile;
      const { email } = input.owner;
      const store = api.storage.name;
      terminal.out(
        values.json
          ? JSON.stringify({ name: legalName, log, store, owner: email })
          : `${legalName}: log ${log} in ${store}, owner ${email}`,
      );
    } finally {
      await api.close();
    }
    return 0;
  },
});

/** @throws UsageError naming each wrong option, never its value: one of them is a password */
function readFounding(values: Readonly<Record<string, string | boolean | undefined>>, password: string | undefined) {
  const parsed = founding.safeParse({
    profile: {
      legalName: values.name,
      address: { country: values.country ?? "GB" },
      vatId: values["vat-id"] ?? null,
      timeZone: values["time-zone"] ?? "Europe/London",
      language: values.language ?? "en-GB",
      currency: values.currency ?? "GBP",
      termsDays: Number(values["terms-days"] ?? 30),
      series: [
        { name: "Invoices", kind: "invoice", pattern: "INV-{00000}", first: 1, reset: "never", foreign: false },
        { name: "Credit notes", kind: "credit_note", pattern: "CN-{00000}", first: 1, reset: "never", foreign: false },
      ],
    },
    owner: { email: values["owner-email"], name: values["owner-name"], password },
  });
  if (parsed.success) return parsed.data;
  throw new UsageError(faultsOf(parsed.error.issues).map(describe).join("; "), { cause: parsed.error });
}

function describe({ field, message }: { field: string; message: string }): string {
  return `${SOURCE_OF[field] ?? field}: ${message}`;
}
