/** Somebody else was faster: both versions, field by field, and which of them goes on. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Form } from "../form/use-form.ts";

/** How the fields of a form are told. */
export type Described<V extends object> = {
  /** `text`: beside the other version, so that of long ones only what differs has to be told. */
  [K in keyof V & string]: { label: string; text?: (value: V[K], other: V[K]) => ComponentChild };
};

export function Conflict<V extends object>({ form, described }: { form: Form<V>; described: Described<V> }) {
  const { conflict } = form;
  const [theirs, setTheirs] = useState<readonly string[]>([]);
  if (!conflict) return null;
  const choose = (name: string, isTheirs: boolean) =>
    setTheirs(isTheirs ? [...theirs, name] : theirs.filter((one) => one !== name));
  const goOn = () => {
    const chosen = conflict.conflicts.filter(({ name }) => theirs.includes(name));
    form.resolve({ ...conflict.value, ...Object.fromEntries(chosen.map(({ name, theirs: value }) => [name, value])) });
  };
  return (
    <section class="panel conflict" role="alert" aria-label="Two versions">
      <h2>Somebody else changed this while you did</h2>
      <p>Choose what holds. Nothing is sent before you send it.</p>
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
              <th scope="row">{described[name].label}</th>
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
                      {textOf(
                        described[name] as { text?: (value: unknown, other: unknown) => ComponentChild },
                        isTheirs ? value : mine,
                        isTheirs ? mine : value,
                      )}
                    </span>
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div class="form-actions">
        <button type="button" onClick={goOn}>
          Go on with these
        </button>
      </div>
    </section>
  );
}

function textOf<T>(described: { text?: (value: T, other: T) => ComponentChild }, value: T, other: T): ComponentChild {
  if (described.text) return described.text(value, other);
  const text = String(value ?? "");
  return text === "" ? <span class="detail">(empty)</span> : text;
}
