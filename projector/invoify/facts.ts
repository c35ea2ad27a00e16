/** What `invoify info` says of a log or a cache. */
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
  /** Events by type. */
  events: Readonly<Record<string, number>> | null;
  /** Rows by table. */
  rows: Readonly<Record<string, number>> | null;
}
