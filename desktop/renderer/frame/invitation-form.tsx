/** A one-time link, taken up: whoever has it chooses a password with it, and is logged in. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { errorsIn, PlainField, passwordProblem, SHORTEST_PASSWORD } from "../fields/plain-field.tsx";
import { useFocus } from "../form/use-focus.ts";
import { focusFirst } from "../form/use-form.ts";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { failureIn } from "../state/call-failed.ts";
import { parseInvitation } from "../text/invitation.ts";

const EMPTY = { invitation: "", password: "", again: "" };

/** @param server the one that is known; null: the link has to say it */
export function InvitationForm({ server, onBack }: { server: string | null; onBack: () => void }): ComponentChild {
  const [typed, setTyped] = useState(EMPTY);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const first = useFocus();
  const errors = errorsIn(failure);
  useEffect(() => {
    if (errors.size > 0) focusFirst();
  }, [failure]);
  const submit = async () => {
    const invited = parseInvitation(typed.invitation);
    const problem = invited ? problemOf(invited.server ?? server, typed) : NOT_A_LINK;
    if (!invited || problem) return setFailure({ code: "NOT_VALID", ...(problem ?? NOT_A_LINK) });
    setBusy(true);
    setFailure(null);
    try {
      if (invited.server !== null && invited.server !== server) await call("setServer", { server: invited.server });
      await call("acceptInvitation", { invitation: invited.invitation, password: typed.password });
    } catch (error) {
      const failed = failureIn(error);
      const isTheLink = failed.code === "INVITATION_NOT_VALID" || failed.field === "server";
      setFailure(isTheLink ? { ...failed, field: "invitation", message: linkWords(failed) } : failed);
      setBusy(false);
    }
  };
  const field = (name: keyof typeof EMPTY, label: string, more: object) => (
    <PlainField
      label={label}
      name={name}
      value={typed[name]}
      onInput={(value) => {
        setTyped({ ...typed, [name]: value });
        setFailure(null);
      }}
      error={errors.get(name) ?? null}
      disabled={busy}
      {...more}
    />
  );
  return (
    <form
      class="login"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      {field("invitation", "Link", {
        field: first,
        spellcheck: false,
        hint: "Paste what you were given. It is good once, for an invitation or in place of a forgotten password.",
      })}
      {field("password", "New password", {
        type: "password",
        autocomplete: "new-password",
        hint: `At least ${SHORTEST_PASSWORD} letters.`,
      })}
      {field("again", "New password again", { type: "password", autocomplete: "new-password" })}
      {failure && errors.size === 0 && (
        <p class="field-error" role="alert">
          {failure.code === "UNKNOWN_OUTCOME"
            ? "The server did not answer: the password may be set already. Try to log in with it."
            : (adviceFor(failure) ?? failure.message)}
        </p>
      )}
      <button type="submit" disabled={busy}>
        {busy ? "Logging in…" : "Choose password and log in"}
      </button>
      <button type="button" class="link" disabled={busy} onClick={onBack}>
        Back
      </button>
    </form>
  );
}

const NOT_A_LINK = { field: "invitation", message: "This is no link of Invoify: copy all of it." };
const NO_SERVER = {
  field: "invitation",
  message: "The link does not say where the server is: give its address first.",
};

function problemOf(
  server: string | null,
  { password, again }: typeof EMPTY,
): { field: string; message: string } | null {
  return server === null ? NO_SERVER : passwordProblem(password, again);
}

function linkWords({ code, message }: Failure): string {
  return code === "INVITATION_NOT_VALID" ? "This link was used already, or has run out: ask for another one." : message;
}
