/** A button that opens a form in a dialog. A word in the address opens it too, so that unsent input leads back to it. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { word } from "../state/address.ts";
import { goInstead, path } from "../state/navigation.ts";
import { Dialog } from "./action.tsx";
import { WriteButton } from "./write-button.tsx";

interface DialogButtonProps {
  /** Label of the button. */
  name: string;
  title: string;
  /** The address of the page, such as `/payments/12`. */
  page: string;
  /** The word that opens the dialog: `/payments/12?reverse=now`. */
  opener: string;
  children: (close: () => void) => ComponentChild;
}

export function DialogButton({ name, title, page, opener, children }: DialogButtonProps): ComponentChild {
  const [open, setOpen] = useState(word(opener) !== "");
  const close = () => {
    setOpen(false);
    // A user who has already left for another screen stays there.
    if (path.value.startsWith(`${page}?`)) goInstead(page);
  };
  return (
    <>
      <WriteButton plain onClick={() => setOpen(true)}>
        {name}
      </WriteButton>
      {open && (
        <Dialog title={title} onClose={close}>
          {children(close)}
        </Dialog>
      )}
    </>
  );
}
