/**
 * Where readers stand: a few connections to caches, each at the moment that its user read last. A user who reads at many
 * moments moves one place to and fro, and takes nobody else's.
 */
import type Database from "better-sqlite3";
import { openCacheForReading } from "../cache/cache.ts";
import { Moments } from "./moments.ts";

/** The copies of rows that a place has can take tens of megabytes. */
const MAX_PLACES = 4;

/** A cache file, as an organization has it open. */
export interface CacheFile {
  path: string;
  /** Grows each time that an organization is opened: a file with a higher number has replaced one with a lower. */
  opened: number;
}

interface Place {
  /** Shows the present. */
  now: Database.Database;
  moments: Moments;
}

/** The connections to one file. */
interface OpenFile {
  opened: number;
  now: Database.Database;
  /** By user; the one that was used last is the last one. */
  users: Map<string, Moments>;
}

export class Places {
  readonly #max: number;
  /** By path; the one that was used last is the last one. */
  readonly #files = new Map<string, OpenFile>();

  constructor({ max = MAX_PLACES }: { max?: number } = {}) {
    this.#max = max;
  }

  /** The users with a place, by the path of their file; the one that was used last is the last one. */
  get all(): { path: string; user: string }[] {
    return [...this.#files].flatMap(([path, { users }]) => [...users.keys()].map((user) => ({ path, user })));
  }

  /** The user's place in a file. @returns null if a newer file has replaced it @throws CacheError */
  of(file: CacheFile, user: string): Place | null {
    const open = this.#open(file);
    if (!open) return null;
    const moments = open.users.get(user) ?? new Moments(file.path, { max: 1 });
    open.users.delete(user);
    open.users.set(user, moments);
    this.#makeRoom();
    return { now: open.now, moments };
  }

  /** Closes the connections to a file, unless they are to one that has replaced it. */
  leave({ path, opened }: CacheFile): void {
    if ((this.#files.get(path)?.opened ?? 0) <= opened) this.forget(path);
  }

  /** Closes the connections to the file of this path. */
  forget(path: string): void {
    const open = this.#files.get(path);
    if (!open) return;
    for (const moments of open.users.values()) moments.close();
    open.now.close();
    this.#files.delete(path);
  }

  #open({ path, opened }: CacheFile): OpenFile | null {
    const known = this.#files.get(path);
    if (known && known.opened > opened) return null;
    if (known && known.opened < opened) this.forget(path);
    const open = this.#files.get(path) ?? { opened, now: openCacheForReading(path), users: new Map() };
    this.#files.delete(path);
    this.#files.set(path, open);
    return open;
  }

  /** Takes the oldest place of the organization that has the most. */
  #makeRoom(): void {
    const files = [...this.#files];
    const count = files.reduce((sum, [, { users }]) => sum + users.size, 0);
    if (count <= this.#max) return;
    const most = Math.max(...files.map(([, { users }]) => users.size));
    const [path, file] = files.find(([, { users }]) => users.size === most) ?? [];
    const [oldest] = file?.users ?? [];
    if (path === undefined || !file || !oldest) return;
    const [user, moments] = oldest;
    moments.close();
    file.users.delete(user);
    if (file.users.size === 0) this.forget(path);
  }
}
