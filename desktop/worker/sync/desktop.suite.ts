/** Desktops for tests, at a real API. */
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
import { Desktop, type DesktopOptions } from "./desktop.ts";

export interface Seat {
  desktop: Desktop;
  folder: string;
  /** What the operating system keeps for it. */
  kept: { tokens: StoredTokens | null };
  /** A call that must go well. */
  ask<Name extends CallName>(name: Name, argument?: Argument<Name>): Promise<Answers[Name]>;
  /** A call that must fail: its code. */
  refused<Name extends CallName>(name: Name, argument?: Argument<Name>): Promise<string>;
  /** Waits until the status is as wanted. */
  until(wanted: (status: SyncStatus) => boolean): Promise<SyncStatus>;
  close(): Promise<void>;
}

let folders = 0;
const parent = lastingFolder();

/** Starts one; `folder` and `kept` of an earlier one make it the same device again. */
export async function startDesktop(options: Partial<DesktopOptions> & { kept?: Seat["kept"] } = {}): Promise<Seat> {
  const folder = options.folder ?? join(parent, `desktop-${++folders}`);
  const kept = options.kept ?? { tokens: null };
  const loop = { firstRetryMs: 20, longestRetryMs: 200, ...options.loop };
  const desktop = new Desktop({
    ...options,
    folder,
    tokens: kept.tokens,
    keep: async (tokens) => {
      kept.tokens = tokens;
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
    kept,
    async ask(name, argument) {
      const given = await answer(desktop, name, argument ?? {}, (error) => console.error(error));
      assert.ok(given.ok, given.ok ? "" : `${name}: ${given.failure.code}: ${given.failure.message}`);
      return given.value as never;
    },
    async refused(name, argument) {
      const given = await answer(desktop, name, argument ?? {}, (error) => console.error(error));
      assert.ok(!given.ok, `${name} went well`);
      return given.failure.code;
    },
    async until(wanted) {
      return await until(
        () => `another status than ${JSON.stringify(desktop.status)}`,
        () => wanted(desktop.status) && desktop.status,
      );
    },
    close,
  };
  return seat;
}

/** One that is logged in as the owner, and has synced. */
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
