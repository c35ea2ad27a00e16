/** The facts that `invoify info` prints about a log or a cache. */
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
}
