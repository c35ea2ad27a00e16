/**
 * Every link to a screen keeps the moment: also when it is copied, or opened in another tab. A link that names a moment
 * itself leads there; `?at=` leads to now.
 */
import { options } from "preact";
import { addressAt, at, namesMoment } from "./at.ts";

/** From now on, for all links that are drawn. Call before the first render. */
export function keepMomentInLinks(): void {
  const { vnode: before } = options;
  options.vnode = (vnode) => {
    const { type, props } = vnode as { type: unknown; props: { href?: unknown } };
    // Read while a component is drawn, so the component is drawn again when the moment changes.
    if (type === "a" && typeof props.href === "string" && props.href.startsWith("#/") && !namesMoment(props.href))
      props.href = `#${addressAt(props.href.slice(1), at.value)}`;
    before?.(vnode);
  };
}
