/** The user's own password. The typed text is stored nowhere. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { ROLES } from "../../../../events/business/roles.ts";
import type { Failure, FieldError } from "../../../contract/call-error.ts";
import { TextField } from "../../fields/fields.tsx";
import type { FieldsOf } from "../../form/form-fields.ts";
import { atPasswordField, PASSWORD_HINT, passwordProblem } from "../../form/password.ts";
import { usePlainForm } from "../../form/use-plain-form.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { blockNow } from "../../parts/write-button.tsx";
import { call } from "../../state/bridge.ts";
import { status } from "../../state/state.ts";

const EMPTY = { current: "", next: "", again: "" };
const FIELDS: FieldsOf<typeof EMPTY> = {
  current: { label: "Current password", input: { type: "password", autocomplete: "current-password" } },
  next: { label: "New password", input: { type: "password", autocomplete: "new-password" } },
  again: { label: "Confirm new password", input: { type: "password", autocomplete: "new-password" } },
};

export function PasswordSettings(): ComponentChild {
  const form = usePlainForm(FIELDS, EMPTY, withField);
  const [done, setDone] = useState(false);
  const submit = async () => {
    const { current, next } = form.value;
    setDone(false);
    const problem = problemOf(form.value);
    if (!(await form.submit(problem ? [problem] : [], () => call("changePassword", { current, next })))) return;
    form.reset();
    setDone(true);
  };
  return (
    <form
      class="form narrow"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (blockNow(ROLES) === null) void submit();
      }}
    >
      <section class="panel">
        <h2>Your password</h2>
        <p class="detail">{status.value?.user?.email}. Your other sessions end when you change it.</p>
        <TextField form={form} name="current" />
        <TextField form={form} name="next" hint={`${PASSWORD_HINT} A sentence is easy to remember.`} />
        <TextField form={form} name="again" />
        <FormEnd submit="Change password" sending="Changing…" busy={form.busy} roles={ROLES} failure={form.failure}>
          <span role="status">{done && !form.dirty ? "Your password was changed." : ""}</span>
        </FormEnd>
      </section>
    </form>
  );
}

function problemOf({ current, next, again }: typeof EMPTY): FieldError | null {
  if (current === "") return { field: "current", message: "is missing" };
  const problem = passwordProblem(next, again);
  return problem && { ...problem, field: problem.field === "password" ? "next" : "again" };
}

function withField(failure: Failure): Failure {
  if (failure.code === "WRONG_PASSWORD") return { ...failure, field: "current", message: "is wrong" };
  return atPasswordField(failure, "next");
}
