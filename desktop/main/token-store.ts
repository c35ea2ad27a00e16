/** The refresh token between two starts, encrypted by the operating system for this user of this machine. */
import { open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { SafeStorage } from "electron";
import { z } from "zod";
import type { KeptTokens } from "../worker/server-session.ts";

const kept = z.object({ server: z.string(), refreshToken: z.string() });

export class TokenStore {
  readonly #path: string;
  readonly #safe: Pick<SafeStorage, "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync">;
  /** Where the system cannot encrypt, a login lasts as long as the program: nothing is written in the clear. */
  #inMemory: KeptTokens | null = null;

  constructor(
    folder: string,
    safe: Pick<SafeStorage, "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync">,
  ) {
    this.#path = join(folder, "login.bin");
    this.#safe = safe;
  }

  /** What was kept; null if there is nothing, or nothing that this user of this machine can decrypt. */
  async read(): Promise<KeptTokens | null> {
    if (!(await this.#safe.isAsyncEncryptionAvailable())) return this.#inMemory;
    try {
      const { result } = await this.#safe.decryptStringAsync(await readFile(this.#path));
      return kept.parse(JSON.parse(result));
    } catch {
      return null; // then somebody logs in again
    }
  }

  /** Keeps it durably before it resolves. @param tokens null forgets them */
  async write(tokens: KeptTokens | null): Promise<void> {
    this.#inMemory = tokens;
    if (tokens === null) return await removeIfThere(this.#path);
    if (!(await this.#safe.isAsyncEncryptionAvailable())) return;
    const bytes = await this.#safe.encryptStringAsync(JSON.stringify(tokens));
    const next = `${this.#path}.next`;
    const file = await open(next, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, this.#path);
  }
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
