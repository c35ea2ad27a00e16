/**
 * The key of this device's files. The operating system encrypts it for this user of this machine. A key that cannot be read
 * now may be readable later: only the user's choice replaces it, and then its file stays under another name.
 */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StoredKey } from "../contract/channel.ts";
import { type Safe, SealedFile } from "./sealed-file.ts";

/** Attempts to read the key before the user is asked, and the pause between them, ms: virus scanners hold files briefly. */
const ATTEMPTS = 3;
const PAUSE_MS = 300;

/** The files are encrypted, and the key cannot be read now. Nothing has been changed. */
export class KeyUnreadable extends Error {
  override readonly name = "KeyUnreadable";
  /** False if the system cannot store a new key either. */
  readonly canReplace: boolean;

  constructor(message: string, canReplace: boolean, cause?: unknown) {
    super(message, { cause });
    this.canReplace = canReplace;
  }
}

export class KeyStore {
  readonly #file: SealedFile;

  constructor(folder: string, safe: Safe) {
    this.#file = new SealedFile(join(folder, "files-key.bin"), safe);
  }

  /**
   * The stored key. If the system's store does not protect it any more, the files are decrypted: they only look encrypted.
   *
   * @returns null: files are not encrypted; undefined: the system cannot store a key
   * @throws KeyUnreadable if there is a key that cannot be read now, for whatever reason
   */
  async read(): Promise<StoredKey | null | undefined> {
    const protects = await this.#file.isAvailable();
    if (!existsSync(this.#file.path)) return protects ? null : undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const key = parseKey(await this.#file.read());
        return protects ? key : { ...key, on: false };
      } catch (error) {
        if (attempt < ATTEMPTS) await sleep(PAUSE_MS);
        else throw new KeyUnreadable((error as Error).message, protects, error);
      }
    }
  }

  /**
   * Replaces a key that cannot be read. Data is fetched again into new files. The old key stays beside it, as
   * `files-key.bin.lost-<time>`, and so does unsent input, as `local.sqlite.damaged-<time>`.
   */
  async replace(): Promise<StoredKey> {
    const { path } = this.#file;
    copyFileSync(path, `${path}.lost-${Date.now()}`);
    const key: StoredKey = { key: randomBytes(32).toString("hex"), on: true };
    await this.#file.write(key);
    return key;
  }

  /** Resolves once the key is durably stored. @param key null deletes it @throws Error if the system cannot protect a key */
  async write(key: StoredKey | null): Promise<void> {
    if (key === null) return await this.#file.remove();
    if (!(await this.#file.isAvailable())) throw new Error("this system has no safe place for a key");
    await this.#file.write(key);
  }
}

function parseKey(value: unknown): StoredKey {
  const { key, on } = Object(value) as Partial<StoredKey>;
  if (typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key) || typeof on !== "boolean") throw new Error("not a key");
  return { key, on };
}
