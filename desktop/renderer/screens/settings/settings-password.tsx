/** One's own password. What is typed here is kept nowhere. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ROLES } from "../../../../events/business/roles.ts";
import type { Failure } from "../../../contract/call-error.ts";
import { errorsIn, PlainField, passwordProblem, SHORTEST_PASSWORD } from "../../fields/plain-field.tsx";
import { focusFirst } from "../../form/use-form.ts";
import { Problem } from "../../parts/problem.tsx";
import { blockNow, WriteButton } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { status } from "../../state/state.ts";

const EMPTY = { current: "", next: "", again: "" };

export function PasswordSettings(): ComponentChild {
  const [typed, setTyped] = useState(EMPTY);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const errors = errorsIn(failure);
  useEffect(() => {
    if (errors.size > 0) focusFirst();
  }, [failure]);
  const change = (part: Partial<typeof EMPTY>) => {
    setTyped({ ...typed, ...part });
    setFailure(null);
    setDone(false);
  };
  const submit = async () => {
    const { current, next, again } = typed;
    const problem = passwordProblem(next, again);
    const missing = current === "" ? { field: "current", message: "is missing" } : null;
    const wrong = missing ?? (problem && { ...problem, field: problem.field === "password" ? "next" : "again" });
    if (wrong) return setFailure({ code: "NOT_VALID", ...wrong });
    setBusy(true);
    setFailure(null);
    try {
      await call("changePassword", { current, next });
      setTyped(EMPTY);
      setDone(true);
    } catch (error) {
      const failed = failureIn(error);
      setFailure(
        failed.code === "WRONG_PASSWORD" ? { ...failed, field: "current", message: "is another one" } : failed,
      );
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof EMPTY, label: string, autocomplete: string, hint?: string) => (
    <PlainField
      label={label}
      name={name}
      type="password"
      autocomplete={autocomplete}
      value={typed[name]}
      onInput={(value) => change({ [name]: value })}
      error={errors.get(name) ?? null}
      {...(hint && { hint })}
    />
  );
  return (
    <form
      class="form narrow"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && blockNow(ROLES) === null) void submit();
      }}
    >
      <section class="panel">
        <h2>Your password</h2>
        <p class="detail">{status.value?.user?.email}. Other sessions of yours end when it changes.</p>
        {field("current", "Current password", "current-password")}
        {field(
          "next",
          "New password",
          "new-password",
          `At least ${SHORTEST_PASSWORD} letters. A sentence is easy to keep in mind.`,
        )}
        {field("again", "New password again", "new-password")}
        {failure && errors.size === 0 && <Problem failure={failure} />}
        <div class="form-actions">
          <WriteButton submit disabled={busy} roles={ROLES}>
            {busy ? "Changing…" : "Change password"}
          </WriteButton>
          <span role="status">{done ? "The password is changed." : ""}</span>
        </div>
      </section>
    </form>
  );
}
