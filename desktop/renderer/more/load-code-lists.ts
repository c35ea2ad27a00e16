/** Reads the code lists when the first field wants one. */
import { effect } from "@preact/signals";
import { call } from "../state/bridge.ts";
import { areListsWanted, codeLists } from "./code-lists.ts";

effect(() => {
  if (areListsWanted.value) void load();
});

async function load(): Promise<void> {
  try {
    codeLists.value = await call("getCodeLists", {});
  } catch {
    areListsWanted.value = false; // the worker restarts: the next field asks again
  }
}
