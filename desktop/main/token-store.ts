/** The refresh token between two starts, encrypted by the operating system for this user of this machine. */
import { join } from "node:path";
import type { StoredTokens } from "../contract/channel.ts";
import { type Safe, SealedFile } from "./sealed-file.ts";

export class TokenStore {
  readonly #file: SealedFile;
  /** Where the system cannot encrypt, a login lasts as long as the program: nothing is written in the clear. */
  #inMemory: StoredTokens | null = null;

  constructor(folder: string, safe: Safe) {
    this.#file = new SealedFile(join(folder, "login.bin"), safe);
  }

  /** What was kept; null if there is nothing, or nothing that this user of this machine can decrypt. */
  async read(): Promise<StoredTokens | null> {
    if (!(await this.#file.isAvailable())) return this.#inMemory;
    try {
      const { server, refreshToken } = (await this.#file.read()) as Partial<StoredTokens>;
      return typeof server === "string" && typeof refreshToken === "string" ? { server, refreshToken } : null;
    } catch {
      return null; // then somebody logs in again
    }
  }

  /** Keeps it durably before it resolves. @param tokens null forgets them */
  async write(tokens: StoredTokens | null): Promise<void> {
    this.#inMemory = tokens;
    if (tokens === null) return await this.#file.remove();
    if (await this.#file.isAvailable()) await this.#file.write(tokens);
  }
}
