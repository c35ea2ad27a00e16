/**
 * The schema of each call's argument. The worker parses every argument, because a page is not trusted. Shells and pages
 * import the types only.
 */
import { z } from "zod";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import { DOCUMENT_FORMATS } from "../../events/einvoice/formats.ts";
import { streamId } from "../../events/values/schema.ts";
import { momentWord } from "../../projector/queries/moment.ts";
import { READS } from "../../projector/queries/reads/reads.ts";
import { serverAddressesOf } from "./server-address.ts";

/** The longest stored text of a form, UTF-16 code units: enough for 2,000 lines with 1,000 letters each, typed and as they were. */
const MAX_INPUT = 8_000_000;

const nothing = z.strictObject({});
const one = z.strictObject({ id: streamId() });
/** A form's name, such as `invoice/12` or `client/new`. */
const form = z
  .string()
  .regex(/^[a-z][a-z/-]*(?:\/\d{1,16})?$/)
  .max(60);

/** The moment on the window's screens, if it is not now: nothing can be written there. */
const past = z.string().max(60).optional();

/** A new password, by the rules of the server. */
export const newPassword = z
  .string()
  .min(10, "is too short: at least 10 characters")
  .max(200, "is too long: at most 200");

/** Parsed into the addresses that it can mean. */
const serverAddresses = z.string().transform((typed, context) => {
  try {
    return serverAddressesOf(typed);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message, input: typed });
    return z.NEVER;
  }
});

export const ARGUMENTS = {
  pullFromServer: nothing,
  getStatus: nothing,
  getOnlineStatus: nothing,
  setAuthToken: z.strictObject({ token: z.string().min(1).max(10_000) }),
  /** Sets the server, if an Invoify API answers there. Nothing is stored before. */
  setServer: z.strictObject({ server: serverAddresses }),
  login: z.strictObject({ email: z.string().trim().min(1).max(254), password: z.string().min(1).max(1_000) }),
  logout: nothing,
  /** Whether the server lets anyone found an organization. */
  getSignUp: nothing,
  /** Parsed in `account-calls.ts`, which names all invalid fields at once. */
  createOrganization: z.strictObject({ profile: z.unknown(), owner: z.unknown() }),
  acceptInvitation: z.strictObject({ invitation: z.string().trim().min(1).max(200), password: newPassword }),
  newLink: one,
  changePassword: z.strictObject({ current: z.string().min(1).max(1_000), next: newPassword }),
  pullAfresh: nothing,
  ...readArguments(),
  write: z.strictObject({
    command: z.enum(Object.keys(COMMANDS) as [CommandName, ...CommandName[]]),
    id: streamId().or(z.literal(0)).default(0),
    input: z.unknown(),
    key: z.uuidv7(),
    ifMatch: z.int().min(1).optional(),
    form: form.optional(),
    at: past,
  }),
  writeAgain: z.strictObject({ form, at: past }),
  keepInput: z.strictObject({ form, text: z.string().max(MAX_INPUT) }),
  getInput: z.strictObject({ form }),
  listInputs: nothing,
  /** `evenIfSent`: the user knows that the input may have been saved, and gives up finding out. */
  forgetInput: z.strictObject({ form, evenIfSent: z.boolean().default(false) }),
  /** All code lists of EN 16931 with their words: too many for a page that most often needs none. */
  getCodeLists: nothing,
  getSettings: nothing,
  setSettings: z.strictObject({
    theme: z.enum(["system", "light", "dark"]).optional(),
    locale: z
      .string()
      .max(35)
      .refine((tag) => isLocale(tag), "is not a language tag, such as de-DE")
      .nullable()
      .optional(),
  }),
  getEncryption: nothing,
  setEncryption: z.strictObject({ on: z.boolean() }),
  getDiagnostics: z.strictObject({ digest: z.boolean().default(false) }),
  exportDiagnostics: nothing,
  exportEvidence: nothing,
  /** The file of a document: the delivered one, or else one that is made now. A draft is had as `pdf` only. */
  documentFile: z.strictObject({ id: streamId(), format: z.enum(DOCUMENT_FORMATS), at: momentWord().optional() }),
  /** A client's statement of account as PDF. */
  statementFile: READS.getStatement.input,
  getEventProof: z.strictObject({ seq: z.int().min(1) }),
  /** Trusts the server's key with this fingerprint, which the user has compared; null: none, the server signs nothing. */
  trustKey: z.strictObject({ fingerprint: z.string().max(200).nullable() }),
  rebuildCache: nothing,
} as const;

export type CallName = keyof typeof ARGUMENTS;
/** The argument that a page passes. */
export type Argument<Name extends CallName> = z.input<(typeof ARGUMENTS)[Name]>;
/** The parsed argument. */
export type ParsedArgument<Name extends CallName> = z.output<(typeof ARGUMENTS)[Name]>;

/** The schemas of the projector's reads. */
function readArguments(): { [Name in keyof typeof READS]: (typeof READS)[Name]["input"] } {
  return Object.fromEntries(Object.entries(READS).map(([name, { input }]) => [name, input])) as never;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
