/** Shows two users' versions field by field, and lets the user choose which values to keep. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { FieldOf } from "../form/form-fields.ts";
import type { Form } from "../form/use-form.ts";
import type { TypedMore } from "../more/more.ts";
import { MoreVersion } from "./more.tsx";

export function Conflict<V extends object>({ form }: { form: Form<V> }): ComponentChild {
  const { conflict } = form;
  const [theirs, setTheirs] = useState<readonly string[]>([]);
  if (!conflict) return null;
  const choose = (name: string, isTheirs: boolean) =>
    setTheirs(isTheirs ? [...theirs, name] : theirs.filter((one) => one !== name));
  const resolve = () => {
    const chosen = conflict.conflicts.filter(({ name }) => theirs.includes(name));
    form.resolve({ ...conflict.value, ...Object.fromEntries(chosen.map(({ name, theirs: value }) => [name, value])) });
  };
  return (
    <section class="panel conflict" role="alert" aria-label="Two versions">
      <h2>Another user changed this at the same time</h2>
      <p>Choose which values to keep. Nothing is sent until you submit the form.</p>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Yours</th>
            <th scope="col">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {conflict.conflicts.map(({ name, mine, theirs: value }) => (
            <tr key={name}>
              <th scope="row">{form.fields[name].label}</th>
              {[false, true].map((isTheirs) => (
                <td key={String(isTheirs)}>
                  <label class="choice">
                    <input
                      type="radio"
                      name={`conflict-${name}`}
                      checked={theirs.includes(name) === isTheirs}
                      onChange={() => choose(name, isTheirs)}
                    />
                    <span>
                      {isTheirs ? textOf(form.fields[name], value, mine) : textOf(form.fields[name], mine, value)}
                    </span>
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div class="form-actions">
        <button type="button" onClick={resolve}>
          Use these values
        </button>
      </div>
    </section>
  );
}

function textOf<T>(field: Pick<FieldOf<T>, "text" | "group">, value: T, other: T): ComponentChild {
  if (field.group) return <MoreVersion group={field.group} typed={value as TypedMore} other={other as TypedMore} />;
  if (field.text) return field.text(value, other);
  const text = String(value ?? "");
  return text === "" ? <span class="detail">(empty)</span> : text;
}
