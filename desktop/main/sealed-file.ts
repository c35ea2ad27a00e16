/** A file that the operating system encrypts for this user of this machine. */
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

  /** False if the system cannot encrypt: the file cannot be read or written. */
  async isAvailable(): Promise<boolean> {
    return await this.#safe.isAsyncEncryptionAvailable();
  }

  /** @throws Error ENOENT if the file does not exist; another error if it cannot be decrypted */
  async read(): Promise<unknown> {
    const { result } = await this.#safe.decryptStringAsync(await readFile(this.path));
    return JSON.parse(result);
  }

  /** Resolves once the value is durably stored. */
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
