/**
 * The event that is being folded. Rows that it writes get its sequence; at its end, each table that it touched compares
 * its rows with what they were before, because a version is made once an event.
 */

/** A table that has to be told when the event ends. */
interface Touched {
  endEvent(seq: number): void;
}

export class CurrentEvent {
  /** 0 between two events. */
  #seq = 0;
  readonly #touched: Touched[] = [];

  get seq(): number {
    return this.#seq;
  }

  begin(seq: number): void {
    this.#seq = seq;
  }

  /** Call it once an event, when the table's first row changes. */
  touch(table: Touched): void {
    this.#touched.push(table);
  }

  end(): void {
    for (const table of this.#touched) table.endEvent(this.#seq);
    this.abandon();
  }

  /** Forgets an event that could not be folded: its rows are dropped. */
  abandon(): void {
    this.#touched.length = 0;
    this.#seq = 0;
  }
}
