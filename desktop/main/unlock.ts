/** Reads the key of this device's files at the start. If it cannot be read, the user decides. */
import type { Dialog } from "electron";
import type { StoredKey } from "../contract/channel.ts";
import { type KeyStore, KeyUnreadable } from "./key-store.ts";

const AGAIN = "Try again";
const QUIT = "Quit";
const REPLACE = "Start with new files";

/** @returns as `KeyStore.read`; "quit" if the user wants to quit, and nothing was changed */
export async function unlock(
  keys: KeyStore,
  dialog: Pick<Dialog, "showMessageBox">,
): Promise<StoredKey | null | undefined | "quit"> {
  for (;;) {
    try {
      return await keys.read();
    } catch (error) {
      if (!(error instanceof KeyUnreadable)) throw error;
      const buttons = [AGAIN, QUIT, ...(error.canReplace ? [REPLACE] : [])];
      const { response } = await dialog.showMessageBox({
        type: "warning",
        title: "Invoify",
        message: "This device's files are encrypted, and the operating system does not give the key.",
        detail: detailOf(error),
        buttons,
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      if (buttons[response] === QUIT) return "quit";
      if (buttons[response] === REPLACE) return await keys.replace();
    }
  }
}

function detailOf({ message, canReplace }: KeyUnreadable): string {
  const parts = [`Nothing was changed. Log in to this computer again, then try again.`];
  if (canReplace)
    parts.push(
      `${REPLACE}: you log in to Invoify, and it fetches your data again. Input that was not sent stays in the old files. ` +
        "It cannot be read without the old key.",
    );
  return [...parts, `(${message})`].join("\n\n");
}
