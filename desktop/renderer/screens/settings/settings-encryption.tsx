/** Turns encryption of the files on this device on and off, after saying what that costs. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Encryption } from "../../../contract/contract.ts";
import { usePlainForm } from "../../form/use-plain-form.ts";
import { Dialog } from "../../parts/action.tsx";
import { FormEnd } from "../../parts/form-end.tsx";
import { Problem } from "../../parts/problem.tsx";
import { call } from "../../state/bridge.ts";
import { useCall } from "../../state/use-call.ts";

export function EncryptionSettings(): ComponentChild {
  const { value, failure, retry } = useCall("getEncryption", {});
  const [changed, setChanged] = useState<Encryption | null>(null);
  const [confirming, setConfirming] = useState(false);
  const now = changed ?? value;
  return (
    <section class="panel" aria-labelledby="encryption">
      <h2 id="encryption">File encryption</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {now && !now.available && (
        <p>
          Not available here, because there is no safe place for a key. Anyone who can read this disk can read the
          files. The installed app can encrypt them.
        </p>
      )}
      {now?.available && (
        <>
          <p role="status">
            {now.on
              ? "On: a stolen disk or a copy of the files cannot be read. This computer keeps the key, for your account only."
              : "Off: anyone with the disk or a copy of the files can read every invoice."}
          </p>
          {now.left.length > 0 && (
            <p class="error">
              {now.on ? "These files could not be encrypted" : "These files could not be decrypted"}:{" "}
              {now.left.join(", ")}. They could not be read, or the disk is full. Invoify retries at the next start.
            </p>
          )}
          <div>
            <button type="button" class={now.on ? "plain" : ""} onClick={() => setConfirming(true)}>
              {now.on ? "Turn off encryption…" : "Turn on encryption…"}
            </button>
          </div>
        </>
      )}
      {confirming && now && <Change on={!now.on} onDone={setChanged} onClose={() => setConfirming(false)} />}
    </section>
  );
}

interface ChangeProps {
  on: boolean;
  onDone: (encryption: Encryption) => void;
  onClose: () => void;
}

function Change({ on, onDone, onClose }: ChangeProps): ComponentChild {
  const form = usePlainForm({}, {});
  const { busy } = form;
  const run = () =>
    form.submit([], async () => {
      onDone(await call("setEncryption", { on }));
      onClose();
    });
  return (
    <Dialog
      title={on ? "Encrypt the files on this device?" : "Store the files unencrypted?"}
      onClose={() => !busy && onClose()}
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        {on ? (
          <>
            <p>
              Invoify rewrites all files. With many invoices, this takes about a minute. You cannot work meanwhile, and
              Invoify is slightly slower afterwards.
            </p>
            <p>
              This computer keeps the key for your account. <strong>If the key is lost</strong>, for example with your
              user profile or after another person resets your password, Invoify downloads all invoices from the server
              again. But <strong>anything you typed here and did not send is lost</strong>.
            </p>
            <p>Printed and exported files are not encrypted.</p>
          </>
        ) : (
          <p>Anyone with the disk or a copy of the files can then read every invoice.</p>
        )}
        <FormEnd
          submit={on ? "Encrypt" : "Decrypt"}
          sending={on ? "Encrypting…" : "Decrypting…"}
          busy={busy}
          failure={form.failure}
          roles={null}
          danger={!on}
          cancel={{ to: null, onClick: onClose }}
        />
      </form>
    </Dialog>
  );
}
