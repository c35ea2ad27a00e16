/** The key of this device's files, encrypted by the operating system for this user of this machine. */
import { randomBytes } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { StoredKey } from "../contract/channel.ts";
import { type Safe, SealedFile } from "./sealed-file.ts";

export class KeyStore {
  readonly #file: SealedFile;

  constructor(folder: string, safe: Safe) {
    this.#file = new SealedFile(join(folder, "files-key.bin"), safe);
  }

  /**
   * What was kept. A key that cannot be decrypted any more stays on the disk beside a new one, in whose files everything
   * is fetched again: who had it on does not find it off.
   *
   * @returns null: files are not encrypted; undefined: the system cannot keep a key
   * @throws Error if files are encrypted, and the system gives no key now
   */
  async read(): Promise<StoredKey | null | undefined> {
    const { path } = this.#file;
    const isThere = existsSync(path);
    if (!(await this.#file.isAvailable())) {
      if (!isThere) return undefined;
      throw new Error("the files here are encrypted, and the system gives no key now: log in to the system again");
    }
    if (!isThere) return null;
    try {
      return parseKey(await this.#file.read());
    } catch {
      const fresh: StoredKey = { key: randomBytes(32).toString("hex"), on: true };
      renameSync(path, `${path}.lost-${Date.now()}`);
      await this.#file.write(fresh);
      return fresh;
    }
  }

  /** Keeps it durably before it resolves. @param key null forgets it */
  async write(key: StoredKey | null): Promise<void> {
    if (key === null) await this.#file.remove();
    else await this.#file.write(key);
  }
}

function parseKey(value: unknown): StoredKey {
  const { key, on } = value as Partial<StoredKey>;
  if (typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key) || typeof on !== "boolean") throw new Error("not a key");
  return { key, on };
}
