/**
 * Whether the files of this device are encrypted. The key is kept by the shell before a file needs it, and forgotten after
 * the last one does not; files are converted while none of them is open.
 */
import { randomBytes } from "node:crypto";
import { CallError } from "../../contract/call-error.ts";
import type { StoredKey } from "../../contract/channel.ts";
import type { Encryption } from "../../contract/contract.ts";
import { convertFiles } from "./convert-files.ts";

/** What a desktop sees of it. */
export interface FileEncryption {
  state(): Encryption;
  /** @returns when the files are as asked. @throws CallError NO_KEY_STORE, KEY_NOT_KEPT */
  set(on: boolean): Promise<Encryption>;
}

/** Where there is no place for a key. */
export const NO_ENCRYPTION: FileEncryption = {
  state: () => ({ available: false, on: false, left: [] }),
  async set() {
    throw new CallError("NO_KEY_STORE", "there is nowhere on this device to keep a key safely");
  },
};

export interface FolderEncryptionOptions {
  folder: string;
  /** As the shell has kept it. */
  kept: StoredKey | null;
  /** Resolves when the shell has kept it. */
  keep: (key: StoredKey | null) => Promise<void>;
  /** Closes every file, does the work, and opens them again. */
  whileClosed: (work: () => Promise<void>) => Promise<void>;
}

export class FolderEncryption implements FileEncryption {
  readonly #options: FolderEncryptionOptions;
  #kept: StoredKey | null;
  #left: string[] = [];

  constructor(options: FolderEncryptionOptions) {
    this.#options = options;
    this.#kept = options.kept;
  }

  /** Brings the files to what was asked for last. No file may be open. */
  async convert(): Promise<void> {
    const key = this.#kept;
    this.#left = await convertFiles(this.#options.folder, key);
    if (key === null || key.on || this.#left.length > 0) return;
    try {
      await this.#options.keep(null);
    } catch {
      return; // a key that nothing needs does no harm: forgotten at the next start
    }
    this.#kept = null;
    await convertFiles(this.#options.folder, null);
  }

  state(): Encryption {
    return { available: true, on: this.#kept?.on ?? false, left: this.#left };
  }

  async set(on: boolean): Promise<Encryption> {
    if (this.state().on === on && this.#left.length === 0) return this.state();
    const key = this.#kept?.key ?? randomBytes(32).toString("hex");
    await this.#options.keep({ key, on }).catch((error: Error) => {
      throw new CallError("KEY_NOT_KEPT", `the key could not be kept: ${error.message}`);
    });
    this.#kept = { key, on };
    await this.#options.whileClosed(() => this.convert());
    return this.state();
  }
}
