import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_SHORTCUTS, areKeys, isPressed, namesOfKeys, SHORTCUTS, sectionPressed } from "./shortcuts.ts";

interface Pressed {
  key: string;
  code?: string;
  alt?: boolean;
  ctrl?: boolean;
  meta?: boolean;
  shift?: boolean;
  altGr?: boolean;
  composing?: boolean;
}

const press = ({ key, code = "", alt, ctrl, meta, shift, altGr, composing }: Pressed) => ({
  key,
  code,
  altKey: alt ?? false,
  ctrlKey: ctrl ?? false,
  metaKey: meta ?? false,
  shiftKey: shift ?? false,
  isComposing: composing ?? false,
  target: null,
  getModifierState: (name: string) => name === "AltGraph" && (altGr ?? false),
});

test("isPressed() takes Ctrl or Command, and no other modifiers", () => {
  assert.ok(isPressed(press({ key: "k", ctrl: true }), "palette"));
  assert.ok(isPressed(press({ key: "K", meta: true }), "palette")); // with caps lock
  for (const more of [{}, { ctrl: true, alt: true }, { ctrl: true, shift: true }])
    assert.ok(!isPressed(press({ key: "k", ...more }), "palette"), JSON.stringify(more));
  assert.ok(isPressed(press({ key: "Enter", ctrl: true }), "save"));
  assert.ok(!isPressed(press({ key: "Enter", ctrl: true, shift: true }), "save"));
});

test("isPressed() finds a sign with or without Shift, as the keyboard has it", () => {
  assert.ok(isPressed(press({ key: "?", shift: true }), "help"));
  assert.ok(isPressed(press({ key: "?" }), "help"));
  assert.ok(isPressed(press({ key: "/", shift: true }), "search")); // a German keyboard
  assert.ok(!isPressed(press({ key: "/", ctrl: true }), "search"));
});

test("no shortcut is pressed with AltGr or an input method", () => {
  for (const { keys } of ALL_SHORTCUTS)
    for (const one of keys) {
      const parts = one.split("+");
      const key = parts.at(-1) ?? "";
      const by = {
        key,
        alt: parts.includes("Alt"),
        ctrl: parts.includes("Ctrl"),
        shift: parts.includes("Shift"),
      };
      assert.ok(areKeys(press(by), one), one);
      assert.ok(!areKeys(press({ ...by, altGr: true }), one), `AltGr and ${one}`);
      assert.ok(!areKeys(press({ ...by, composing: true }), one), `composing ${one}`);
      assert.ok(!areKeys(press({ ...by, key: "Process" }), one), `an input method uses up ${one}`);
    }
});

test("digits and letters are found where the keyboard types others", () => {
  assert.equal(sectionPressed(press({ key: "&", code: "Digit1", alt: true }))?.name, "Overview"); // French
  assert.equal(sectionPressed(press({ key: "2", code: "Digit2", alt: true }))?.name, "Invoices");
  assert.equal(sectionPressed(press({ key: "2", code: "Numpad2", alt: false })), null);
  assert.ok(isPressed(press({ key: "т", code: "KeyN", alt: true }), "newInvoice")); // Russian
  assert.ok(isPressed(press({ key: "n", code: "KeyL", alt: true }), "newInvoice")); // Dvorak: the letter decides
  assert.ok(!isPressed(press({ key: "l", code: "KeyN", alt: true }), "newInvoice"));
});

test("every shortcut of the table has keys of its own in its place", () => {
  const taken = new Set<string>();
  for (const { keys, where } of ALL_SHORTCUTS)
    for (const one of keys) {
      const place = `${where}: ${one}`;
      // Arrow keys and Enter lead from the search into the list.
      assert.ok(!taken.has(place) || where === "In a list", place);
      taken.add(place);
    }
  assert.ok(taken.size > 20);
});

test("namesOfKeys() names keys as they are on the keyboard", () => {
  assert.deepEqual(namesOfKeys(SHORTCUTS.palette.keys[0]), ["Ctrl", "K"]);
  assert.deepEqual(namesOfKeys(SHORTCUTS.palette.keys[0], { mac: true }), ["⌘", "K"]);
  assert.deepEqual(namesOfKeys("Alt+ArrowDown", { mac: true }), ["⌥", "↓"]);
});
