/**
 * The request hash of release 0.1, for retries of requests that 0.1 recorded. It is the SHA-256 of the parsed input in
 * the order of the schema, with each absent field as null or an empty list. Every new field would change that hash, so
 * the fields of 0.1 are frozen here. Never add to them.
 */
import { z } from "zod";
import { sha256 } from "../hash.ts";
import type { StreamId } from "../sequence.ts";
import { COMMANDS, type CommandCall, type CommandName, pathOf } from "./commands.ts";
import { formerRateOf, isDefault } from "./stated-input.ts";

/** The fields of an object, in order; null for a value without fields. A list has the fields of its elements. */
type Fields = { readonly [name: string]: Fields | null };

const nullsFor = (names: string): Fields => Object.fromEntries(names.split(" ").map((name) => [name, null]));

const NONE: Fields = {};
const REASON = nullsFor("reason");
const ADDRESS = nullsFor("street street2 city postcode region country");
const ALLOCATIONS: Fields = { allocations: nullsFor("invoiceId amountMinor") };
const ITEM = nullsFor("code description unit price6 vatCategory vatRateBp");
const CLIENT: Fields = {
  ...nullsFor("name contact email phone"),
  address: ADDRESS,
  ...nullsFor("vatId companyId termsDays currency vatCategory language note"),
};
const LINE: Fields = {
  ...nullsFor("itemId code description quantity6 unit price6"),
  adjustments: nullsFor("kind reason amountMinor"),
  ...nullsFor("vatCategory vatRateBp"),
};
const DRAFT: Fields = {
  ...nullsFor("clientId currency termsDays deliveredOn buyerReference orderReference note"),
  lines: LINE,
  adjustments: nullsFor("kind reason amountMinor vatCategory vatRateBp"),
  prepaidMinor: null,
  reasons: nullsFor("vatCategory reason"),
};
const PROFILE: Fields = {
  ...nullsFor("legalName tradingName"),
  address: ADDRESS,
  ...nullsFor("vatId companyId email phone iban bic timeZone language currency termsDays"),
  series: nullsFor("name kind prefix digits foreign"),
};

const FIELDS: { readonly [Name in CommandName]?: Fields } = {
  ChangeProfile: PROFILE,
  ChangeLogo: { logo: nullsFor("mediaType image") },
  AddUser: nullsFor("email name role"),
  ChangeUserDetails: nullsFor("email name"),
  ChangeRole: nullsFor("role"),
  DeactivateUser: NONE,
  ReactivateUser: NONE,
  EndSessions: NONE,
  RegisterClient: CLIENT,
  ChangeClientDetails: CLIENT,
  ArchiveClient: NONE,
  RestoreClient: NONE,
  AddItem: ITEM,
  ChangeItem: ITEM,
  ArchiveItem: NONE,
  RestoreItem: NONE,
  DraftInvoice: { ...DRAFT, kind: null },
  ReviseInvoice: DRAFT,
  DiscardDraft: NONE,
  IssueInvoice: nullsFor("series number issuedOn dueOn exchangeRate6"),
  VoidInvoice: REASON,
  DraftCreditNote: { draft: DRAFT },
  ApplyCredit: ALLOCATIONS,
  ReceivePayment: { ...nullsFor("clientId receivedOn currency amountMinor method reference"), ...ALLOCATIONS },
  ReallocatePayment: ALLOCATIONS,
  ReversePayment: REASON,
};

/** @returns null for a command that 0.1 did not have */
export function firstReleaseHash(call: CommandCall, actor: StreamId): Buffer | null {
  const { method, input } = COMMANDS[call.command];
  const fields = FIELDS[call.command];
  if (!fields) return null;
  return sha256(JSON.stringify([method, pathOf(call), actor, asFirstParsed(fields, input, call.input)]));
}

/**
 * Converts a value to what 0.1 parsed. A newer field with another value than its default stays, so that the hash
 * matches no request that 0.1 recorded.
 */
function asFirstParsed(fields: Fields | null, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return asFirstParsed(fields, schema.unwrap() as z.ZodType, value);
  if (fields === null || value === null || value === undefined) return value;
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((element) => asFirstParsed(fields, schema.element as z.ZodType, element));
  if (!(schema instanceof z.ZodObject)) return value;
  const shape = schema.shape as Record<string, z.ZodType>;
  const object = inBasisPoints(value as Record<string, unknown>);
  const newer = Object.keys(object).filter((name) => !(name in fields) && !isDefault(shape[name], object[name]));
  const names = [...Object.keys(fields), ...newer].filter((name) => name in object);
  return Object.fromEntries(
    names.map((name) => [name, asFirstParsed(fields[name] ?? null, shape[name], object[name])]),
  );
}

/** 0.1 had rates in basis points. */
function inBasisPoints(object: Record<string, unknown>): Record<string, unknown> {
  const { vatRate3, ...rest } = object;
  const vatRateBp = vatRate3 === undefined ? undefined : formerRateOf(vatRate3);
  return vatRateBp === undefined ? object : { ...rest, vatRateBp };
}
