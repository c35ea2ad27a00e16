/** Stores the refresh token between two starts. The operating system encrypts it for this user of this machine. */
import { join } from "node:path";
import type { StoredTokens } from "../contract/channel.ts";
import { type Safe, SealedFile } from "./sealed-file.ts";

export class TokenStore {
  readonly #file: SealedFile;
  /** If the system cannot encrypt, a login lasts as long as the program: nothing is written unencrypted. */
  #inMemory: StoredTokens | null = null;

  constructor(folder: string, safe: Safe) {
    this.#file = new SealedFile(join(folder, "login.bin"), safe);
  }

  /** The stored tokens; null if there are none, or if they cannot be decrypted. */
  async read(): Promise<StoredTokens | null> {
    if (!(await this.#file.isAvailable())) return this.#inMemory;
    try {
      const { server, refreshToken } = (await this.#file.read()) as Partial<StoredTokens>;
      return typeof server === "string" && typeof refreshToken === "string" ? { server, refreshToken } : null;
    } catch {
      return null; // the user logs in again
    }
  }

  /** Resolves once the tokens are durably stored. @param tokens null deletes them */
  async write(tokens: StoredTokens | null): Promise<void> {
    this.#inMemory = tokens;
    if (tokens === null) return await this.#file.remove();
    if (await this.#file.isAvailable()) await this.#file.write(tokens);
  }
}
