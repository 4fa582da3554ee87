import { AsyncLocalStorage } from 'node:async_hooks';
import type { Method, MethodMetadata } from './method-metadata.js';

/** What a decorated method needs of the run that it is called in. */
export interface CallReceiver {
  /** Makes the call durable; `wrapper` identifies the method, `instance` is its `this`. */
  call(wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[]): unknown;
}

/** The run, or the body within it, that the current code belongs to. */
export const currentScope = new AsyncLocalStorage<CallReceiver | undefined>();
