/** Desktops for tests, with a real API. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after } from "node:test";
import { OWNER, type RunningApi, runApi } from "../../../api/running-api.suite.ts";
import { lastingFolder } from "../../../fixtures/data/temporary-folder.ts";
import { until } from "../../../fixtures/tests/until.ts";
import type { Argument, CallName } from "../../contract/arguments.ts";
import type { StoredTokens } from "../../contract/channel.ts";
import type { Answers, SyncStatus } from "../../contract/contract.ts";
import { answer } from "../calls/calls.ts";
import { Desktop } from "./desktop.ts";
import type { DesktopOptions } from "./desktop-options.ts";

/** A desktop under test. */
export interface Seat {
  desktop: Desktop;
  folder: string;
  /** What the operating system stores for it. */
  stored: { tokens: StoredTokens | null };
  /** Makes a call that must succeed. */
  ask<Name extends CallName>(name: Name, argument?: Argument<Name>): Promise<Answers[Name]>;
  /** Makes a call that must fail. @returns the code */
  refused<Name extends CallName>(name: Name, argument?: Argument<Name>): Promise<string>;
  /** Waits for a status. */
  until(isExpected: (status: SyncStatus) => boolean): Promise<SyncStatus>;
  close(): Promise<void>;
}

let folders = 0;
const parent = lastingFolder();

/** Starts a desktop. With `folder` and `stored` of an earlier one, it is the same device after a restart. */
export async function startDesktop(options: Partial<DesktopOptions> & { stored?: Seat["stored"] } = {}): Promise<Seat> {
  const folder = options.folder ?? join(parent, `desktop-${++folders}`);
  const stored = options.stored ?? { tokens: null };
  const loop = { firstRetryMs: 20, longestRetryMs: 200, ...options.loop };
  const desktop = new Desktop({
    ...options,
    folder,
    tokens: stored.tokens,
    storeTokens: async (tokens) => {
      stored.tokens = tokens;
    },
    loop,
  });
  await desktop.start();
  let open = true;
  const close = async () => {
    if (open) await desktop.close();
    open = false;
  };
  after(close);
  const seat: Seat = {
    desktop,
    folder,
    stored,
    async ask(name, argument) {
      const reply = await answer(desktop, name, argument ?? {}, (error) => console.error(error));
      assert.ok(reply.ok, reply.ok ? "" : `${name}: ${reply.failure.code}: ${reply.failure.message}`);
      return reply.value as never;
    },
    async refused(name, argument) {
      const reply = await answer(desktop, name, argument ?? {}, (error) => console.error(error));
      assert.ok(!reply.ok, `${name} succeeded`);
      return reply.failure.code;
    },
    async until(isExpected) {
      return await until(
        () => `another status than ${JSON.stringify(desktop.status)}`,
        () => isExpected(desktop.status) && desktop.status,
      );
    },
    close,
  };
  return seat;
}

/** Starts a desktop, logs in as the owner, and syncs. */
export async function desktopAt(api: RunningApi, options: Partial<DesktopOptions> = {}): Promise<Seat> {
  const seat = await startDesktop({ server: api.base, ...options });
  await seat.ask("login", { email: OWNER.email, password: OWNER.password });
  const head = await headOf(api);
  await seat.until(({ checkpoint, phase }) => checkpoint >= head && phase === "idle");
  return seat;
}

export async function headOf({ organization }: RunningApi): Promise<number> {
  return await organization.log.head();
}

/** Registers clients through the API. @returns their ids */
export async function registerClients(api: RunningApi, ...names: string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const name of names)
    ids.push((await api.send("POST", "/api/clients", { name, address: { country: "GB" } })).stream);
  return ids;
}

export { OWNER, type RunningApi, runApi };
