/** E-mail address and password. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { useFocus } from "../form/use-focus.ts";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";

/** @param compact on one line, where everything else stays in sight */
export function LoginForm({ email = "", compact = false }: { email?: string; compact?: boolean }): ComponentChild {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const first = useFocus();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setFailure(null);
    try {
      await call("login", { email: String(data.get("email")), password: String(data.get("password")) });
    } catch (error) {
      setFailure(error instanceof CallFailed ? error.failure : { code: "INTERNAL", message: String(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class={compact ? "login compact" : "login"} onSubmit={(event) => void submit(event)}>
      <label>
        E-mail
        <input
          name="email"
          type="email"
          required
          autocomplete="username"
          defaultValue={email}
          ref={email === "" ? first : null}
        />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          required
          autocomplete="current-password"
          ref={email === "" ? null : first}
        />
      </label>
      <button type="submit" disabled={busy}>
        {busy ? "Logging in…" : "Log in"}
      </button>
      {failure && (
        <p class="field-error" role="alert">
          {failure.code === "UNAUTHORIZED"
            ? "The e-mail address or the password is wrong."
            : (adviceFor(failure) ?? failure.message)}
        </p>
      )}
    </form>
  );
}
