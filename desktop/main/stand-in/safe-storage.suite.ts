/** The stand-in for Electron's `safeStorage`: real encryption, with a key from the test. */
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type * as Electron from "electron";

export interface SafeStorageOptions {
  /** The user's key in the operating system; null: the system cannot encrypt. */
  userKey?: Buffer | null;
  /** How the system protects the user's key. */
  backend?: ReturnType<Electron.SafeStorage["getSelectedStorageBackend"]>;
  /** True for bytes that the system cannot decrypt now. */
  refuses?: () => boolean;
  /** True if the system wants everything encrypted again, with a newer key. */
  isRotated?: boolean;
}

/** @param app encryption is available once the app is ready */
export function safeStorageOf(options: SafeStorageOptions, app: { isReady: boolean }) {
  const { userKey = null, backend = "gnome_libsecret", refuses = () => false, isRotated = false } = options;
  const key = () => {
    assert.ok(app.isReady && userKey, "Encryption is not available.");
    return userKey;
  };
  return {
    isAsyncEncryptionAvailable: async () => userKey !== null,
    async encryptStringAsync(text: string) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key(), iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    getSelectedStorageBackend: () => backend,
    async decryptStringAsync(bytes: Buffer) {
      if (refuses()) throw new Error("Decryption is temporarily unavailable.");
      const decipher = createDecipheriv("aes-256-gcm", key(), bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(12, 28));
      const result = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
      return { result, shouldReEncrypt: isRotated };
    },
  } satisfies Partial<Electron.SafeStorage>;
}
