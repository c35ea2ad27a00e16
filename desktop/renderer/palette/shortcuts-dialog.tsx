/** The list of all keyboard shortcuts. */
import type { ComponentChild } from "preact";
import { Dialog } from "../parts/action.tsx";
import { ALL_SHORTCUTS, namesOfKeys } from "../parts/shortcuts.ts";
import { openDialog } from "./open-dialog.ts";

export function ShortcutsDialog(): ComponentChild {
  if (openDialog.value !== "shortcuts") return null;
  const close = () => {
    openDialog.value = null;
  };
  return (
    <Dialog title="Keyboard shortcuts" onClose={close} size="wide">
      <button type="button" class="plain dialog-close" onClick={close}>
        Close
      </button>
      <div class="shortcuts">
        {[...Map.groupBy(ALL_SHORTCUTS, ({ where }) => where)].map(([where, shortcuts]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {shortcuts.map(({ keys, name }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {keys.map((one, n) => (
                      <span key={one}>
                        {n > 0 && " or "}
                        <Keys keys={one} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

/** `Ctrl` `K`, each as a key. */
export function Keys({ keys }: { keys: string }): ComponentChild {
  return namesOfKeys(keys).map((key, n) => (
    <span key={key}>
      {n > 0 && "+"}
      <kbd>{key}</kbd>
    </span>
  ));
}
