/**
 * The queue for hashing passwords. Hashing is slow by design, so few run at a time, and a sender of many must not keep the
 * others out:
 *
 * - turns go round: from sender to sender, and for each sender from account to account;
 * - if the queue is full, a newcomer takes the place of the newest request of the sender with the most places. So it is
 *   refused only if no sender has more places than its own sender and account would then have.
 */
import { HttpProblem } from "../http/problems.ts";

/** Whom a place in the queue counts for. */
export interface Place {
  /** The sender, or a device that the account knows. */
  sender: string;
  account: string;
  /** True once the requester has gone: then the work is not done. */
  isGone?: () => boolean;
}

interface Entry {
  place: Place;
  start: () => void;
  refuse: (error: Error) => void;
}

export class PasswordQueue {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  #running = 0;
  #waiting = 0;
  /** The waiting requests of each sender by account. In both maps, the first key has the next turn. */
  readonly #senders = new Map<string, Map<string, Entry[]>>();

  /**
   * @param maxRunning passwords hashed at the same time
   * @param maxWaiting passwords that may wait
   */
  constructor({ maxRunning, maxWaiting }: { maxRunning: number; maxWaiting: number }) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs work in its turn. @throws HttpProblem BUSY if it gets no place, loses it, or its requester has gone */
  async run<Result>(place: Place, work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#maxRunning) this.#running++;
    else await this.#turn(place);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  async #turn(place: Place): Promise<void> {
    if (this.#waiting >= this.#maxWaiting && !this.#makeRoom(place)) throw busy();
    await new Promise<void>((start, refuse) => {
      const accounts = this.#senders.get(place.sender) ?? new Map<string, Entry[]>();
      this.#senders.set(place.sender, accounts);
      const entries = accounts.get(place.account) ?? [];
      accounts.set(place.account, entries);
      entries.push({ place, start, refuse });
      this.#waiting++;
    });
  }

  #startNext(): void {
    while (this.#running < this.#maxRunning) {
      const entry = this.#takeNext();
      if (!entry) return;
      if (entry.place.isGone?.()) {
        entry.refuse(busy());
        continue;
      }
      this.#running++;
      entry.start();
    }
  }

  /** Takes the entry whose turn it is, and moves its sender and its account to the end. */
  #takeNext(): Entry | null {
    const [sender, accounts] = first(this.#senders) ?? [];
    const [account, entries] = (accounts && first(accounts)) ?? [];
    const entry = entries?.shift();
    if (sender === undefined || account === undefined || !accounts || !entries || !entry) return null;
    this.#waiting--;
    accounts.delete(account);
    if (entries.length > 0) accounts.set(account, entries);
    this.#senders.delete(sender);
    if (accounts.size > 0) this.#senders.set(sender, accounts);
    return entry;
  }

  /** Refuses the newest request of the sender, and of its account, that has the most places. @returns false if nobody has more */
  #makeRoom({ sender, account }: Place): boolean {
    const [busiest, accounts] = largest(this.#senders, placesOf) ?? [];
    if (busiest === undefined || !accounts) return false;
    const own = this.#senders.get(sender);
    const [longest, entries] = largest(accounts, ({ length }) => length) ?? [];
    if (longest === undefined || !entries) return false;
    const isFair =
      busiest === sender
        ? entries.length > (accounts.get(account)?.length ?? 0) + 1
        : placesOf(accounts) > (own ? placesOf(own) : 0) + 1;
    if (!isFair) return false;
    entries.pop()?.refuse(busy());
    this.#waiting--;
    if (entries.length === 0) accounts.delete(longest); // the sender had two places at least, so it keeps one
    return true;
  }
}

function placesOf(accounts: ReadonlyMap<string, readonly Entry[]>): number {
  let places = 0;
  for (const entries of accounts.values()) places += entries.length;
  return places;
}

function first<Value>(map: ReadonlyMap<string, Value>): [string, Value] | undefined {
  for (const entry of map) return entry;
  return undefined;
}

function largest<Value>(
  map: ReadonlyMap<string, Value>,
  sizeOf: (value: Value) => number,
): [string, Value] | undefined {
  let found: [string, Value] | undefined;
  let size = 0;
  for (const [key, value] of map)
    if (sizeOf(value) > size) {
      found = [key, value];
      size = sizeOf(value);
    }
  return found;
}

function busy(): HttpProblem {
  return new HttpProblem("BUSY", "too many users are logging in at once; try again");
}
