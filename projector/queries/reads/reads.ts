/**
 * Every read: its name, input, query and API route. The desktop's calls, the API's routes, the OpenAPI document and the
 * list in SYNC_GUIDE.md are derived from this table. Each subject has its own file.
 */
import type { z } from "zod";
import type { Read } from "../read.ts";
import { CHANGES_READS } from "./changes-reads.ts";
import { CLIENT_READS } from "./client-reads.ts";
import { DOCUMENT_READS } from "./document-reads.ts";
import { HISTORY_READS } from "./history-reads.ts";
import { INVOICE_READS } from "./invoice-reads.ts";
import { MONEY_READS } from "./money-reads.ts";
import { ORGANIZATION_READS } from "./organization-reads.ts";
import { REPORT_READS } from "./report-reads.ts";
import { WHY_READS } from "./why-reads.ts";

export const READS = {
  ...INVOICE_READS,
  ...DOCUMENT_READS,
  ...CLIENT_READS,
  ...REPORT_READS,
  ...MONEY_READS,
  ...ORGANIZATION_READS,
  ...HISTORY_READS,
  ...WHY_READS,
  ...CHANGES_READS,
} as const;

export type ReadName = keyof typeof READS;

/** The parsed input of a read. */
export type ReadInput<Name extends ReadName> = z.output<(typeof READS)[Name]["input"]>;

/** The result of a read; undefined if the input names something that does not exist. */
export type ReadAnswer<Name extends ReadName> = ReturnType<(typeof READS)[Name]["run"]>;

/** The table without the type of each entry, for callers that handle all reads alike. */
export const READ_LIST: readonly [ReadName, Read][] = Object.entries(READS) as never;
