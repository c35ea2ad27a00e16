/** Rows of a list that the user selects, to do something with all of them. */
import { useRef, useState } from "preact/hooks";

export interface Picks {
  has: (id: number) => boolean;
  /** Selects a row, or no longer. @param isRange true: with all rows from the one before to this one */
  toggle: (id: number, isRange: boolean) => void;
  isAll: boolean;
  /** Selects all rows, or none. */
  toggleAll: () => void;
}

interface Selection {
  /** Null: nothing is being selected. */
  picks: Picks | null;
  /** The selected rows, in the order of the list. */
  picked: readonly number[];
  begin: () => void;
  end: () => void;
}

/** @param ids all rows of the list. Selected rows that it no longer has do not count */
export function usePicks(ids: readonly number[]): Selection {
  const [set, setSet] = useState<ReadonlySet<number> | null>(null);
  const last = useRef<number | null>(null);
  const picked = set === null || set.size === 0 ? [] : ids.filter((id) => set.has(id));
  const toggle = (id: number, isRange: boolean) => {
    const to = ids.indexOf(id);
    const from = isRange && last.current !== null ? ids.indexOf(last.current) : to;
    const range = from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    last.current = id;
    setSet((before) => {
      const next = new Set(before);
      const isOn = !next.has(id);
      for (const one of range) isOn ? next.add(one) : next.delete(one);
      return next;
    });
  };
  const isAll = ids.length > 0 && picked.length === ids.length;
  const picks = set && {
    has: (id: number) => set.has(id),
    toggle,
    isAll,
    toggleAll: () => setSet(new Set(isAll ? [] : ids)),
  };
  return { picks, picked, begin: () => setSet(new Set()), end: () => setSet(null) };
}
