/** A file that the operating system encrypts for this user of this machine. */
import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { SafeStorage } from "electron";

export type Safe = Pick<
  SafeStorage,
  "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync" | "getSelectedStorageBackend"
>;

export class SealedFile {
  readonly path: string;
  readonly #safe: Safe;

  constructor(path: string, safe: Safe) {
    this.path = path;
    this.#safe = safe;
  }

  /**
   * False if the system cannot protect the file. Without a key store, Linux encrypts with a key that is the same on every
   * machine (`basic_text`): that counts as not encrypted.
   */
  async isAvailable(): Promise<boolean> {
    if (!(await this.#safe.isAsyncEncryptionAvailable())) return false;
    return process.platform !== "linux" || this.#safe.getSelectedStorageBackend() !== "basic_text";
  }

  /**
   * Reads the value, and encrypts it again if the system has a newer or safer key.
   *
   * @throws Error ENOENT if the file does not exist; another error if it cannot be decrypted now
   */
  async read(): Promise<unknown> {
    const { result, shouldReEncrypt } = await this.#safe.decryptStringAsync(await readFile(this.path));
    const value: unknown = JSON.parse(result);
    // If this fails, the file is unchanged, and the next start tries again.
    if (shouldReEncrypt) await this.write(value).catch(() => {});
    return value;
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
    if (process.platform === "win32") return; // Windows cannot open folders; NTFS keeps the order
    const folder = await open(dirname(this.path), "r");
    await folder.sync().finally(() => folder.close());
  }

  async remove(): Promise<void> {
    await unlink(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}
