/** @returns a function that computes the value on its first call, so that it costs nothing while the page starts */
export function lazy<Value>(compute: () => Value): () => Value {
  let result: { value: Value } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
