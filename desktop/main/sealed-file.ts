/** A file that only this user of this machine can read, encrypted by the operating system. */
import { open, readFile, rename, unlink } from "node:fs/promises";
import type { SafeStorage } from "electron";

export type Safe = Pick<SafeStorage, "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync">;

export class SealedFile {
  readonly path: string;
  readonly #safe: Safe;

  constructor(path: string, safe: Safe) {
    this.path = path;
    this.#safe = safe;
  }

  /** False: the system encrypts nothing, so there is nothing to read or to write. */
  async isAvailable(): Promise<boolean> {
    return await this.#safe.isAsyncEncryptionAvailable();
  }

  /** @throws Error ENOENT if there is none; another one if it cannot be decrypted */
  async read(): Promise<unknown> {
    const { result } = await this.#safe.decryptStringAsync(await readFile(this.path));
    return JSON.parse(result);
  }

  /** Keeps it durably before it resolves. */
  async write(value: unknown): Promise<void> {
    const bytes = await this.#safe.encryptStringAsync(JSON.stringify(value));
    const next = `${this.path}.next`;
    const file = await open(next, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.path);
  }

  async remove(): Promise<void> {
    await unlink(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}
