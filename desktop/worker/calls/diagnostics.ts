/** Diagnostics of this device for support, without data about the company. */
import { readdirSync, statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { PROJECTOR_VERSION } from "../../../projector/cache/cache-schema.ts";
import { digestOf } from "../../../projector/cache/digest.ts";
import type { Diagnostics } from "../../contract/contract.ts";
import type { Proof } from "../../contract/proof.ts";
import type { Desktop } from "../sync/desktop.ts";

const MAX_SYNCS = 20;

/** @param withDigest reads the whole cache, which takes seconds if it is large */
export function diagnosticsOf(desktop: Desktop, { withDigest }: { withDigest: boolean }): Diagnostics {
  const { status, folder, copy, store } = desktop;
  const trust = copy && desktop.history.trust;
  const reader = copy?.reader;
  return {
    versions: {
      app: desktop.appVersion,
      node: process.version,
      ...(process.versions.electron && { electron: process.versions.electron }),
      sqlite: sqliteVersion(),
      projector: PROJECTOR_VERSION,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
    folder,
    files: filesIn(folder),
    status,
    mirror: copy && { generation: copy.generation, head: copy.head },
    digest: withDigest && reader ? digestOf(reader).digest : null,
    evidence: {
      keys: (trust?.keys() ?? []).map(({ fingerprint, since, how }) => ({ fingerprint, since, how })),
      checkpoints: trust?.countCheckpoints() ?? 0,
    },
    syncs: status.log === null ? [] : store.syncs(status.log, MAX_SYNCS),
  };
}

/**
 * The diagnostics as a text to pass on: without users, the server's address and key, messages and the folder's path. The
 * evidence is a file of its own.
 */
export function diagnosticsText(desktop: Desktop): string {
  const { status, folder: _, evidence, ...rest } = diagnosticsOf(desktop, { withDigest: true });
  const { user, server, error, proof, ...harmless } = status;
  const role = user?.role ?? null;
  const exported = { ...harmless, role, error: error && { code: error.code }, proof: proofWithoutNames(proof) };
  const hasServer = server !== null;
  const { checkpoints } = evidence;
  return `${JSON.stringify({ ...rest, status: exported, hasServer, signedCheckpoints: checkpoints }, null, 2)}\n`;
}

function proofWithoutNames({ key, otherKey, altered, ...proof }: Proof) {
  const { event: _, ...difference } = altered ?? {};
  return {
    ...proof,
    key: key && { since: key.since, how: key.how },
    otherKey: otherKey && { isSigned: otherKey.fingerprint !== null },
    altered: altered && difference,
  };
}

function filesIn(folder: string): Diagnostics["files"] {
  return readdirSync(folder)
    .filter((name) => name.includes(".sqlite"))
    .sort()
    .flatMap((name) => {
      const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
      return bytes === undefined ? [] : [{ name, bytes }];
    });
}

function sqliteVersion(): string {
  const db = new Database(":memory:");
  try {
    return db.prepare<[], string>("SELECT sqlite_version()").pluck().get() ?? "";
  } finally {
    db.close();
  }
}
