import { currentScope, type CallReceiver } from '../definition/current-run.js';

/** This file: what stands above it on the stack, with nothing else of the engine between, is the workflow. */
export const beginRunFile = import.meta.url;

/** Calls `run()` in its scope. */
export function beginRun(scope: CallReceiver, instance: { run(input: unknown): Promise<unknown> }, input: unknown): Promise<unknown> {
  return currentScope.run(scope, async () => instance.run(input));
}
