/** A thing that changed between two moments, as answers have it. */
import type { Sequence } from "../../../events/sequence.ts";
import type { Change, ChangedColumn, ChangedPart } from "./compare.ts";
import type { ChangeKind } from "./kinds.ts";

export interface ChangeEvent {
  seq: Sequence;
  type: string;
  at: number;
  /** The user; 0: the server. */
  actor: number;
  actor_name: string | null;
}

export interface ChangedRow {
  kind: ChangeKind;
  /** Identifies the row among those of its kind. */
  id: number;
  /** The stream; of a balance, that of its client. */
  stream: number;
  /** Number, name, code or reference; null: it has none. At the second moment, or before it was gone. */
  name: string | null;
  /** Draft, issued …; null for what has no status. */
  status: string | null;
  client_id: number | null;
  /** ISO 4217, of its amounts; null if it has none. */
  currency: string | null;
  /** The currency of its VAT for the accounts, if that is another one. */
  accounting_currency: string | null;
  change: Change;
  /** The columns that differ; of a new or gone thing, those with a value. */
  columns: ChangedColumn[];
  parts: ChangedPart[];
  /** The latest events in between that changed it, newest first. */
  events: ChangeEvent[];
  /** True if there are more of them. */
  more_events: boolean;
  /** What the streams are called that the row refers to: clients, items, documents, payments, users. By id. */
  names: Record<string, string>;
}

export type Unnamed = Omit<ChangedRow, "names">;
