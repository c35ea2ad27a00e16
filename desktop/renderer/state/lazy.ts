/** @returns what gives the value of `make`, which runs when somebody first asks: not while the page starts */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
