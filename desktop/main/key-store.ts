/** The key of this device's files. The operating system encrypts it for this user of this machine. */
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
   * The stored key. If it can no longer be decrypted, a new key replaces it, so encryption stays on: the data is fetched
   * again into new files. The old key's file is renamed, not deleted.
   *
   * @returns null: files are not encrypted; undefined: the system cannot store a key
   * @throws Error if files are encrypted, and the system does not give the key now
   */
  async read(): Promise<StoredKey | null | undefined> {
    const { path } = this.#file;
    const exists = existsSync(path);
    if (!(await this.#file.isAvailable())) {
      if (!exists) return undefined;
      throw new Error(
        "this device's files are encrypted, and the operating system does not give the key: log in to it again",
      );
    }
    if (!exists) return null;
    try {
      return parseKey(await this.#file.read());
    } catch {
      const fresh: StoredKey = { key: randomBytes(32).toString("hex"), on: true };
      renameSync(path, `${path}.lost-${Date.now()}`);
      await this.#file.write(fresh);
      return fresh;
    }
  }

  /** Resolves once the key is durably stored. @param key null deletes it */
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
