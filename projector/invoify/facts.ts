/** The facts that `invoify info` prints about a log or a cache. */
import type { LogError } from "../../events/errors.ts";

export interface Fact {
  /** For people. */
  label: string;
  text: string;
  /** For programs. */
  name: string;
  value: string | number | null;
}

export interface Info {
  facts: readonly Fact[];
  /** Numbers of events by type. */
  events: Readonly<Record<string, number>> | null;
  /** Numbers of rows by table. */
  rows: Readonly<Record<string, number>> | null;
  /** Names the first event that this release cannot read; null if it can read all, or none was read. */
  unreadable: LogError | null;
}
