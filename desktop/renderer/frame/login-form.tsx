/** E-mail address and password. */
import type { ComponentChild } from "preact";
import { focusOnce } from "../fields/fields.tsx";
import { usePlainForm } from "../form/use-plain-form.ts";
import { FormEnd } from "../parts/form-end.tsx";
import { adviceFor } from "../parts/problem.tsx";
import { call } from "../state/bridge.ts";

/** @param compact true: on one line, above the rest of the screen */
export function LoginForm({ email = "", compact = false }: { email?: string; compact?: boolean }): ComponentChild {
  const form = usePlainForm({}, {});
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const login = { email: String(data.get("email")), password: String(data.get("password")) };
    void form.submit([], () => call("login", login)).then((sent) => sent && form.reset());
  };
  return (
    <form class={compact ? "login compact" : "login"} onSubmit={submit}>
      <label>
        E-mail
        <input
          name="email"
          type="email"
          required
          autocomplete="username"
          defaultValue={email}
          ref={email === "" ? focusOnce : null}
        />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          required
          autocomplete="current-password"
          ref={email === "" ? null : focusOnce}
        />
      </label>
      <FormEnd submit="Log in" sending="Logging in…" busy={form.busy} roles={null} inColumn>
        {form.failure && (
          <p class="field-error" role="alert">
            {form.failure.code === "UNAUTHORIZED"
              ? "The e-mail address or password is wrong."
              : (adviceFor(form.failure) ?? form.failure.message)}
          </p>
        )}
      </FormEnd>
    </form>
  );
}
