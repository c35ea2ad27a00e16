/** What people would call broken about a page's layout: words cut off, fields on top of each other, errors without room. */
import type { Page } from "playwright-core";

/** The most lines of an error below its field. */
const ERROR_LINES = 3;

/** Finds what is cut off, covered or squeezed in the open dialog, or else on the screen. @returns one line for each */
export async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate((errorLines) => {
    const root = document.querySelector("dialog[open]") ?? document.getElementById("main") ?? document.body;
    const isVisible = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) && !element.closest(".for-screen-readers, .skip");
    const all = <E extends HTMLElement>(selector: string) => [...root.querySelectorAll<E>(selector)].filter(isVisible);
    const nameOf = (element: Element) => {
      const label = element.id && document.querySelector(`label[for="${element.id}"]`);
      const text = element.getAttribute("aria-label") || (label || element.closest("label") || element).textContent;
      return `${element.localName} ${element.getAttribute("name") ?? ""} “${text?.trim().slice(0, 40)}”`;
    };
    const faults: string[] = [];

    // What the control would need if it could be as wide as its content.
    const needsPx = (control: HTMLElement) => {
      const { cssText } = control.style;
      for (const [property, value] of [
        ["position", "absolute"],
        ["width", "max-content"],
        ["min-width", "0"],
        ["max-width", "none"],
      ] as const)
        control.style.setProperty(property, value, "important");
      const px = control.getBoundingClientRect().width;
      control.style.cssText = cssText;
      return px;
    };
    for (const control of all("select, input[type=date]")) {
      const [has, needs] = [control.getBoundingClientRect().width, needsPx(control)];
      if (has < needs - 0.5) faults.push(`${nameOf(control)}: ${Math.round(has)} px wide, needs ${Math.round(needs)}`);
    }

    const canvas = document.createElement("canvas").getContext("2d");
    for (const input of all<HTMLInputElement>("input")) {
      const { paddingLeft, paddingRight, font } = getComputedStyle(input);
      const room = input.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (!canvas || ["checkbox", "radio", "file", "date"].includes(input.type)) continue;
      canvas.font = font;
      const shown = input.value || input.placeholder;
      const needs = canvas.measureText(shown).width;
      if (needs > room + 1) faults.push(`${nameOf(input)}: “${shown}” needs ${Math.round(needs)} px of ${room}`);
    }

    for (const element of all("button, label, legend, th, h1, h2, h3, .badge, .field-error, .figure .amount"))
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
        faults.push(`${nameOf(element)}: cut off, ${element.clientWidth} of ${element.scrollWidth} px`);

    for (const error of all(".field-error")) {
      const range = document.createRange();
      range.selectNodeContents(error);
      const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size;
      if (lines > errorLines) faults.push(`${lines} lines of error: ${error.textContent}`);
    }

    // A link of a whole row, and the bar of a month in the link of its column, are meant to lie over another link.
    const apart = all("input, select, textarea, button, a, .field-error").filter(
      (element) => !element.closest(".in-sight, [role=listbox]") && !element.matches(".whole, .of-bar"),
    );
    const rects = apart.map((element) => element.getBoundingClientRect());
    for (const [n, one] of rects.entries())
      for (const [m, other] of rects.entries()) {
        if (m <= n || apart[n]?.contains(apart[m] ?? null) || apart[m]?.contains(apart[n] ?? null)) continue;
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 2 && down > 2)
          faults.push(`${nameOf(apart[n] as Element)} overlaps ${nameOf(apart[m] as Element)}`);
      }

    if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth} px wide in ${root.clientWidth}`);
    return faults;
  }, ERROR_LINES);
}
