/** A feed of releases on loopback, and a stand-in for PowerShell, for electron-updater's own code. */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { PUBLISHER } from "../package/publisher.ts";

interface Release {
  version: string;
  notes?: string;
  /** The hash in the feed; default: the installer's own. */
  sha512?: string;
}

export interface Feed {
  address: string;
  /** The requested files, in order. */
  requests: string[];
  /** The newest release, from now on. */
  publish(release: Release): void;
}

export async function startFeed(): Promise<Feed> {
  const files = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://feed").pathname.slice(1);
    requests.push(name);
    const bytes = files.get(name);
    response.writeHead(bytes ? 200 : 404, bytes ? { "Content-Length": bytes.length } : {}).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    publish({ version, notes = "", sha512 }) {
      const installer = randomBytes(100_000);
      const url = `Invoify-Setup-${version}.exe`;
      const hash = sha512 ?? createHash("sha512").update(installer).digest("base64");
      const file = { url, sha512: hash, size: installer.length };
      const about = { version, files: [file], path: url, sha512: hash, releaseNotes: notes, releaseDate: "2026-11-22" };
      files.set(url, installer);
      // JSON is valid YAML. Outside Windows, the file's name contains the system's.
      for (const name of ["latest.yml", "latest-linux.yml", "latest-mac.yml"])
        files.set(name, Buffer.from(JSON.stringify(about)));
    },
  };
}

/** Writes `app-update.yml` as electron-builder does. @param publisherName null leaves the publisher out */
export function writeFeedConfig(folder: string, { address }: Feed, publisherName: string | null = PUBLISHER): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "app-update.yml");
  const publisher = publisherName === null ? "" : `publisherName:\n  - ${JSON.stringify(publisherName)}\n`;
  writeFileSync(path, `provider: generic\nurl: ${address}\nupdaterCacheDirName: invoify-updater\n${publisher}`);
  return path;
}

/**
 * Puts a PowerShell on the PATH for which every file has the same signer, and `chcp`, which electron-updater runs before it.
 * Changes to the folder, because `>NUL` writes a file outside Windows.
 *
 * @param signer the subject of the certificate; null: PowerShell cannot run
 */
export function fakePowerShell(folder: string, signer: string | null): void {
  mkdirSync(folder, { recursive: true });
  const signature = `{"Status":0,"Path":"%s","SignerCertificate":{"Subject":"${signer}"}}`;
  const script = `printf '${signature}' "$(printf %s "$*" | sed "s/.*LiteralPath '\\([^']*\\)'.*/\\1/")"`;
  const programs = { chcp: "exit 0", "powershell.exe": signer === null ? "exit 127" : script };
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  if (!process.env.PATH?.startsWith(folder)) process.env.PATH = `${folder}:${process.env.PATH}`;
  process.chdir(folder);
}
