/** Banners for a new release that is ready to install, and for what is new in this one. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { UpdateState } from "../../contract/electron-bridge.ts";
import { bridge } from "../state/bridge.ts";

const WAITS = {
  input: "First send or discard what you typed. The update never overwrites it.",
  answer: "It can be installed once the server has confirmed what you sent.",
} as const;

export function UpdateBanner(): ComponentChild {
  const { updates } = bridge;
  const [state, setState] = useState<UpdateState | null>(null);
  const [later, setLater] = useState<string | null>(null);
  useEffect(() => {
    if (!updates) return;
    let isNotified = false;
    const end = updates.onState((now) => {
      isNotified = true;
      setState(now);
    });
    updates.getState().then(
      (now) => isNotified || setState(now),
      () => {},
    );
    return end;
  }, []);
  if (!updates || !state) return null;
  const { ready, waitsFor, notes } = state;
  return (
    <>
      {notes && (
        <section class="banner quiet update-notes" aria-labelledby="update-notes">
          <h2 id="update-notes">New in version {notes.version}</h2>
          <p class="pre-line">{notes.notes}</p>
          <button type="button" class="plain" onClick={() => void updates.notesSeen()}>
            Close
          </button>
        </section>
      )}
      {ready && ready.version !== later && (
        <div class="banner quiet" role="status">
          <span>
            Version {ready.version} is ready. Restart to install it. {waitsFor && WAITS[waitsFor]}
          </span>
          <button type="button" onClick={() => void updates.install()}>
            {waitsFor ? "Try again" : "Restart now"}
          </button>
          <button type="button" class="plain" onClick={() => setLater(ready.version)}>
            Later
          </button>
        </div>
      )}
    </>
  );
}
