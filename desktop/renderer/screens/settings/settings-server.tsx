/** The server's address of this device: shown, and changed if the server has moved. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { ServerForm } from "../../fields/server-form.tsx";
import { status } from "../../state/state.ts";

export function ServerSettings(): ComponentChild {
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState(false);
  const server = status.value?.server ?? null;
  if (!open)
    return (
      <div>
        <h3>Server</h3>
        <p class="breaks">{server ?? "None"}</p>
        {changed && (
          <p class="detail" role="status">
            Connected. Log in to sync with this server.
          </p>
        )}
        <button type="button" class="plain" onClick={() => setOpen(true)}>
          Change server address…
        </button>
      </div>
    );
  return (
    <div>
      <p class="detail">
        Change this only if your server has moved. You stay able to read everything here, and then log in again.
      </p>
      <ServerForm
        server={server}
        submit="Connect"
        onDone={() => {
          setOpen(false);
          setChanged(true);
        }}
        onCancel={() => setOpen(false)}
      />
    </div>
  );
}
