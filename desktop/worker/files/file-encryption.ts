/**
 * Switches the encryption of this device's files on and off. The shell stores the key before the first file needs it, and
 * deletes it after the last file is decrypted. Files are converted while none of them is open.
 */
import { randomBytes } from "node:crypto";
import { CallError } from "../../contract/call-error.ts";
import type { StoredKey } from "../../contract/channel.ts";
import type { Encryption } from "../../contract/contract.ts";
import { convertFiles } from "./convert-files.ts";

/** The setting, as the desktop uses it. */
export interface FileEncryption {
  state(): Encryption;
  /** Resolves once the files are converted. @throws CallError NO_KEY_STORE, KEY_NOT_KEPT */
  set(on: boolean): Promise<Encryption>;
}

/** For a shell that cannot store a key. */
export const NO_ENCRYPTION: FileEncryption = {
  state: () => ({ available: false, on: false, left: [] }),
  async set() {
    throw new CallError("NO_KEY_STORE", "this device has no safe place to store a key");
  },
};

interface FolderEncryptionOptions {
  folder: string;
  /** The key that the shell has stored. */
  storedKey: StoredKey | null;
  /** Resolves once the shell has stored the key; null deletes it. */
  storeKey: (key: StoredKey | null) => Promise<void>;
  /** Closes every file, does the work, and opens them again. */
  whileClosed: (work: () => Promise<void>) => Promise<void>;
}

export class FolderEncryption implements FileEncryption {
  readonly #options: FolderEncryptionOptions;
  #key: StoredKey | null;
  #left: string[] = [];

  constructor(options: FolderEncryptionOptions) {
    this.#options = options;
    this.#key = options.storedKey;
  }

  /** Converts the files to the latest setting. No file may be open. */
  async convert(): Promise<void> {
    const key = this.#key;
    this.#left = await convertFiles(this.#options.folder, key);
    if (key === null || key.on || this.#left.length > 0) return;
    try {
      await this.#options.storeKey(null);
    } catch {
      return; // an unused key does no harm: the next start deletes it
    }
    this.#key = null;
    await convertFiles(this.#options.folder, null);
  }

  state(): Encryption {
    return { available: true, on: this.#key?.on ?? false, left: this.#left };
  }

  async set(on: boolean): Promise<Encryption> {
    if (this.state().on === on && this.#left.length === 0) return this.state();
    const key = this.#key?.key ?? randomBytes(32).toString("hex");
    await this.#options.storeKey({ key, on }).catch((error: Error) => {
      throw new CallError("KEY_NOT_KEPT", `the key could not be stored: ${error.message}`);
    });
    this.#key = { key, on };
    await this.#options.whileClosed(() => this.convert());
    return this.state();
  }
}
