/** Who is logged in on this device: stored, so that a restart shows the same log without the server. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { prepare } from "../../../projector/queries/prepared.ts";
import type { LocalStore } from "../files/local-store.ts";
import { type DeviceToken, type Login, type User, user } from "../server/server-session.ts";

/** The name of the setting. Files of earlier releases have it: it never changes. */
const SETTING = "seat";

const DEVICE = "device";

const login = z.object({ log: z.string(), user });

const device = z.object({ server: z.string(), token: z.string() });

/** @returns null if nobody is logged in */
export function readLogin(store: LocalStore): Login | null {
  const stored = login.safeParse(store.setting(SETTING));
  return stored.success ? stored.data : null;
}

/** @param login null logs the user out */
export function storeLogin(store: LocalStore, login: Login | null): void {
  store.set(SETTING, login);
}

/** The user as the log describes them now: a role can change while the user is logged in. */
export function currentUser({ user }: Login, reader: Database.Database | null): User {
  if (!reader) return user;
  const sql = "SELECT id, email, name, role FROM user WHERE id = ?";
  return prepare<[number], User>(reader, sql).get(user.id) ?? user;
}

/** The token of the last login on this device. A logout keeps it: the next login needs it. */
export function deviceToken(store: LocalStore): DeviceToken {
  return {
    read(server) {
      const stored = device.safeParse(store.setting(DEVICE));
      return stored.success && stored.data.server === server ? stored.data.token : null;
    },
    store: (server, token) => store.set(DEVICE, { server, token }),
  };
}
