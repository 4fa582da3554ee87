/**
 * Calls back once all promise reactions that are due have run, those they cause included, and before any I/O or timer:
 * a tick queued from a microtask runs when the microtask queue is empty.
 */
export function drained(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback));
}
