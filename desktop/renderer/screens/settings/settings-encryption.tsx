/** Whether the files on this device are encrypted: switched on and off here, with what that costs said before. */
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
      <h2 id="encryption">Encryption of the files</h2>
      {failure && <Problem failure={failure} retry={retry} />}
      {now && !now.available && (
        <p>
          Not here: there is nowhere to keep a key safely. The files are in the clear, for whoever can read this disk.
          The installed program has this setting.
        </p>
      )}
      {now?.available && (
        <>
          <p role="status">
            {now.on
              ? "On: whoever takes the disk or a copy of the files reads nothing. The key is kept by this computer, for your account on it alone."
              : "Off: whoever takes the disk or a copy of the files can read every invoice."}
          </p>
          {now.left.length > 0 && (
            <p class="error">
              {now.on ? "These files could not be encrypted" : "These files could not be decrypted"}:{" "}
              {now.left.join(", ")}. Nobody could read them, or the disk is full. It is tried again at the next start.
            </p>
          )}
          <div>
            <button type="button" class={now.on ? "plain" : ""} onClick={() => setConfirming(true)}>
              {now.on ? "Switch encryption off…" : "Switch encryption on…"}
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
    form.submit(null, async () => {
      onDone(await call("setEncryption", { on }));
      onClose();
    });
  return (
    <Dialog
      title={on ? "Encrypt the files on this device?" : "Keep the files in the clear?"}
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
              The files are written anew, which takes a minute or so where there are many invoices. Nothing can be done
              here meanwhile, and the program is somewhat slower afterwards.
            </p>
            <p>
              The key is kept by this computer for your account. <strong>If it is lost</strong>, with your profile or
              after somebody else has reset your password, no invoice is lost: they are fetched from the server again.
              But <strong>what you typed here and did not send is gone</strong>.
            </p>
            <p>Printed and exported files are not encrypted.</p>
          </>
        ) : (
          <p>Whoever takes the disk, or a copy of the files, can read every invoice then.</p>
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
