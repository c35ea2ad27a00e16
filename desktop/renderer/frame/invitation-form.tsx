/** Uses a one-time link: the user sets a password with it and is logged in. */
import type { ComponentChild } from "preact";
import type { Failure, FieldError } from "../../contract/call-error.ts";
import { TextField } from "../fields/fields.tsx";
import type { FieldsOf } from "../form/form-fields.ts";
import { atPasswordField, PASSWORD_HINT, passwordProblem } from "../form/password.ts";
import { usePlainForm } from "../form/use-plain-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { adviceFor } from "../parts/problem.tsx";
import { serverWords } from "../parts/server-words.ts";
import { call } from "../state/bridge.ts";
import { parseInvitation } from "../text/invitation.ts";

const EMPTY = { invitation: "", password: "", again: "" };
const FIELDS: FieldsOf<typeof EMPTY> = {
  invitation: { label: "Link", input: { spellcheck: false } },
  password: { label: "New password", input: { type: "password", autocomplete: "new-password" } },
  again: { label: "Confirm new password", input: { type: "password", autocomplete: "new-password" } },
};

/** @param server the known server; null if the link must name it */
export function InvitationForm({ server, onBack }: { server: string | null; onBack: () => void }): ComponentChild {
  const form = usePlainForm(FIELDS, EMPTY, withField);
  const { invitation: link, password, again } = form.value;
  const submit = async () => {
    const invitation = parseInvitation(link);
    const address = invitation?.server ?? server;
    const problem = problemOf({ isLink: invitation !== null, address, password, again });
    await form.submit(problem === null ? [] : [problem], async () => {
      if (address !== null && address !== server) await call("setServer", { server: address });
      await call("acceptInvitation", { invitation: invitation?.invitation ?? "", password });
    });
  };
  return (
    <form
      class="login"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        form={form}
        name="invitation"
        focus
        hint="Paste the link you received. It works once, for an invitation or to replace a forgotten password."
      />
      <TextField form={form} name="password" hint={PASSWORD_HINT} />
      <TextField form={form} name="again" />
      <FormEnd
        submit="Set password and log in"
        sending="Logging in…"
        busy={form.busy}
        failure={form.failure}
        wordsOf={wordsOf}
        roles={null}
        inColumn
      >
        <button type="button" class="link" disabled={form.busy} onClick={onBack}>
          Back
        </button>
      </FormEnd>
    </form>
  );
}

function problemOf(typed: {
  isLink: boolean;
  address: string | null;
  password: string;
  again: string;
}): FieldError | null {
  if (!typed.isLink) return { field: "invitation", message: "This is not an Invoify link. Copy the whole link." };
  if (typed.address === null)
    return {
      field: "invitation",
      message: "This link does not name a server. Go back and enter the server address first.",
    };
  return passwordProblem(typed.password, typed.again);
}

/** Shows what is wrong with the link, or with the server that it names, at the field of the link. */
function withField(failure: Failure): Failure {
  if (failure.code === "INVITATION_NOT_VALID")
    return {
      ...failure,
      field: "invitation",
      message: "This link was already used or has expired. Ask for a new one.",
    };
  if (failure.code === "EMAIL_TAKEN")
    return {
      ...failure,
      field: "invitation",
      message:
        "Your e-mail address already has an account with another organization on this server. Ask for an invitation with another address.",
    };
  // The link names the server, so what is wrong with its address is shown at the link.
  if (failure.field === "server") return { ...failure, field: "invitation", message: serverWords(failure) };
  return atPasswordField(failure, "password");
}

function wordsOf(failure: Failure): string {
  if (failure.code === "UNKNOWN_OUTCOME")
    return "The server did not respond, so your password may already be set. Try to log in with it.";
  return adviceFor(failure) ?? failure.message;
}
