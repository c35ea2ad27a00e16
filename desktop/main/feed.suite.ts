/** A feed of releases on loopback, and what Windows has to check a signature with, for electron-updater's own code. */
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after } from "node:test";

export interface Release {
  version: string;
  notes?: string;
  /** What is said of the installer's bytes; default: the truth. */
  sha512?: string;
}

export interface Feed {
  address: string;
  /** What is asked for, in order. */
  asked: string[];
  /** The newest release, from now on. */
  publish(release: Release): void;
}

export async function startFeed(): Promise<Feed> {
  const files = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://feed").pathname.slice(1);
    asked.push(name);
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
    asked,
    publish({ version, notes = "", sha512 }) {
      const installer = randomBytes(100_000);
      const url = `Invoify-Setup-${version}.exe`;
      const hash = sha512 ?? createHash("sha512").update(installer).digest("base64");
      const file = { url, sha512: hash, size: installer.length };
      const about = { version, files: [file], path: url, sha512: hash, releaseNotes: notes, releaseDate: "2026-11-22" };
      files.set(url, installer);
      // YAML takes JSON; the system's name is in the file's where it is not Windows.
      for (const name of ["latest.yml", "latest-linux.yml", "latest-mac.yml"])
        files.set(name, Buffer.from(JSON.stringify(about)));
    },
  };
}

/** Writes `app-update.yml` as electron-builder does. @param publisherName null: leaves it out */
export function writeFeedConfig(folder: string, { address }: Feed, publisherName: string | null = "Invoify"): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "app-update.yml");
  const publisher = publisherName === null ? "" : `publisherName:\n  - ${publisherName}\n`;
  writeFileSync(path, `provider: generic\nurl: ${address}\nupdaterCacheDirName: invoify-updater\n${publisher}`);
  return path;
}

/**
 * Puts a PowerShell on the PATH that finds every file signed by one name; `chcp` beside it, which goes before it. Works in
 * a folder of its own, for `>NUL` makes a file where this is not Windows.
 *
 * @param signer null: it cannot be run
 */
export function fakePowerShell(folder: string, signer: string | null): void {
  mkdirSync(folder, { recursive: true });
  const found = `{"Status":0,"Path":"%s","SignerCertificate":{"Subject":"CN=${signer}, O=Test"}}`;
  const says = `printf '${found}' "$(printf %s "$*" | sed "s/.*LiteralPath '\\([^']*\\)'.*/\\1/")"`;
  const programs = { chcp: "exit 0", "powershell.exe": signer === null ? "exit 127" : says };
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  if (!process.env.PATH?.startsWith(folder)) process.env.PATH = `${folder}:${process.env.PATH}`;
  process.chdir(folder);
}
