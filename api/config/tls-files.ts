/** The server's certificate and its key. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { ConfigError } from "./config-error.ts";

export interface TlsFiles {
  cert: string;
  key: string;
}

/**
 * Reads both files, and checks that they belong together and that the certificate has not expired.
 *
 * @returns null if neither is configured
 * @throws ConfigError
 */
export function readTls(
  certPath: string | undefined,
  keyPath: string | undefined,
  nowMs = Date.now(),
): TlsFiles | null {
  if (certPath === undefined && keyPath === undefined) return null;
  if (certPath === undefined) throw new ConfigError("INVOIFY_TLS_CERT: missing: INVOIFY_TLS_KEY needs it");
  if (keyPath === undefined) throw new ConfigError("INVOIFY_TLS_KEY: missing: INVOIFY_TLS_CERT needs it");
  const cert = readText("INVOIFY_TLS_CERT", certPath);
  const key = readText("INVOIFY_TLS_KEY", keyPath);
  const certificate = check("INVOIFY_TLS_CERT", certPath, () => new X509Certificate(cert));
  if (Date.parse(certificate.validTo) < nowMs)
    throw new ConfigError(`INVOIFY_TLS_CERT: ${certPath}: expired on ${certificate.validTo}`);
  check("INVOIFY_TLS_KEY", keyPath, () => createSecureContext({ cert, key }));
  return { cert, key };
}

function readText(variable: string, path: string): string {
  return check(variable, path, () => readFileSync(path, "utf8"));
}

function check<Result>(variable: string, path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(`${variable}: ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
