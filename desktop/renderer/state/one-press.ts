/**
 * One press does one thing. A key that is held down, a double click, and a key that belongs to an input method (which
 * builds a word from several keys) reach no control of the page.
 */

/** From now on, on all screens. Call before any other listener is added. */
export function takeOnePressOnly(): void {
  window.addEventListener("keydown", onKey, { capture: true });
  window.addEventListener("click", onClick, { capture: true });
}

function onKey(event: KeyboardEvent): void {
  // 229: some browsers say so after the input method has ended the word with this key.
  if (event.isComposing || event.keyCode === 229) {
    event.stopImmediatePropagation();
    return;
  }
  // Held down, Enter would also press what gets the focus next. In a text of several lines it makes lines.
  if (event.key !== "Enter" || !event.repeat || event.target instanceof HTMLTextAreaElement) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** The second click of a double click on a button that writes. Elsewhere, as in "Next", quick clicks are meant. */
function onClick(event: MouseEvent): void {
  if (event.detail < 2 || !(event.target instanceof Element)) return;
  if (!event.target.closest("[data-writes], [type=submit]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
