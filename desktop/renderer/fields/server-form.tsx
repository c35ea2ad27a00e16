/** The server's address. It is tested before it is stored: an Invoify API must answer there. */
import type { ComponentChild } from "preact";
import { usePlainForm } from "../form/use-plain-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { serverWords } from "../parts/server-words.ts";
import { call } from "../state/bridge.ts";
import { focusOnce } from "./fields.tsx";

interface ServerFormProps {
  /** The current address; null if there is none yet. */
  server: string | null;
  submit: string;
  onDone: () => void;
  /** Shows a button that leaves the address as it is. */
  onCancel?: () => void;
}

export function ServerForm({ server, submit, onDone, onCancel }: ServerFormProps): ComponentChild {
  const form = usePlainForm({}, {});
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem("server") as HTMLInputElement;
    if (await form.submit([], () => call("setServer", { server: input.value }))) {
      form.reset();
      onDone();
    } else {
      input.focus();
      input.select();
    }
  };
  return (
    <form class="login" onSubmit={(event) => void send(event)} aria-busy={form.busy}>
      <label>
        Server address
        <input
          name="server"
          required
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          inputMode="url"
          placeholder="https://invoices.example"
          defaultValue={server ?? ""}
          aria-invalid={form.failure !== null}
          aria-describedby="server-help"
          ref={focusOnce}
        />
      </label>
      <p id="server-help" class="detail">
        Ask the person who runs Invoify at your company.
      </p>
      <FormEnd
        submit={submit}
        sending="Checking the address…"
        busy={form.busy}
        failure={form.failure}
        wordsOf={serverWords}
        roles={null}
        inColumn
      >
        {onCancel && (
          <button type="button" class="link" disabled={form.busy} onClick={onCancel}>
            Cancel
          </button>
        )}
      </FormEnd>
    </form>
  );
}
