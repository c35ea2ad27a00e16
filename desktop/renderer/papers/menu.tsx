/** A button that opens a menu: the arrow keys choose, Enter does it, Escape and a click elsewhere close it. */
import type { ComponentChild } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

export interface MenuItem {
  id: string;
  name: string;
  /** A line below the name. */
  detail?: string;
}

interface MenuProps {
  /** Label of the button. */
  name: string;
  items: readonly MenuItem[];
  disabled?: boolean;
  onChoose: (id: string) => void;
}

export function Menu({ name, items, disabled = false, onChoose }: MenuProps): ComponentChild {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    const element = list.current;
    const onToggle = (event: Event) => {
      setOpen((event as ToggleEvent).newState === "open");
    };
    element?.addEventListener("toggle", onToggle);
    return () => element?.removeEventListener("toggle", onToggle);
  }, []);
  const open = () => {
    const [from, element] = [button.current?.getBoundingClientRect(), list.current];
    if (!from || !element) return;
    element.showPopover();
    // At once: the next key is for the menu.
    element.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    // Below the button, inside the window.
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(from.left, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(from.bottom + 4, innerHeight - height - 8))}px`;
  };
  const close = () => {
    list.current?.hidePopover();
    button.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) all[target]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation(); // not to the screen behind
  };
  return (
    <>
      <button
        type="button"
        class="plain"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-disabled={disabled}
        onClick={() => !disabled && open()}
      >
        {name} <span aria-hidden="true">▾</span>
      </button>
      <div id={id} class="menu" popover="auto" role="menu" aria-label={name} tabIndex={-1} ref={list} onKeyDown={onKey}>
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close();
              onChoose(item.id);
            }}
          >
            {item.name}
            {item.detail !== undefined && <span class="detail">{item.detail}</span>}
          </button>
        ))}
      </div>
    </>
  );
}
