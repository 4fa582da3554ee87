import { AsyncLocalStorage } from 'node:async_hooks';

/** What the models of one conversation threw last. ADK's events have only the message of it. */
interface KeptFailure {
  error: unknown;
}

const kept = new AsyncLocalStorage<KeptFailure>();

/** Drives a conversation with a place to keep the failure of its model in. */
export function keepingFailure<T>(drive: (failure: KeptFailure) => Promise<T>): Promise<T> {
  const failure: KeptFailure = { error: undefined };
  return kept.run(failure, () => drive(failure));
}

/** Passes an error on, and keeps it for whoever drives the conversation. */
export function keepFailure(error: unknown): never {
  const failure = kept.getStore();
  if (failure) failure.error = error;
  throw error;
}
