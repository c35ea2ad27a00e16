/** Takes the next batch from the queue of writes: users take turns, so a flood of writes by one is not before those of others. */

/**
 * Removes the next writes from the queue: the first of each user, then the second of each, and so on. The writes of one
 * user stay in order, and the batch is in the order of arrival.
 *
 * @param queue in the order of arrival
 */
export function takeBatch<Pending extends { user: number }>(queue: Pending[], most: number): Pending[] {
  if (queue.length <= most) return queue.splice(0);
  const turns = new Map<number, number>();
  const turnOf = new Map<Pending, number>();
  for (const write of queue) {
    const turn = turns.get(write.user) ?? 0;
    turns.set(write.user, turn + 1);
    turnOf.set(write, turn);
  }
  if (turns.size === 1) return queue.splice(0, most);
  const inTurn = queue.toSorted((a, b) => (turnOf.get(a) ?? 0) - (turnOf.get(b) ?? 0)); // stable
  const chosen = new Set(inTurn.slice(0, most));
  const batch = queue.filter((write) => chosen.has(write));
  const rest = queue.filter((write) => !chosen.has(write));
  queue.length = 0;
  for (const write of rest) queue.push(write);
  return batch;
}
