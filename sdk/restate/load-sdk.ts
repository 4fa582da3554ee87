import { importPeer } from '../errors/import-peer.js';

/** Restate's SDK, which is loaded by whoever serves runs. Throws `DF_PEER_MISSING` if it is not installed. */
export async function loadSdk() {
  // The SDK takes it for granted, and without it fails without a word, on Node 20.
  const promises = Promise as unknown as { withResolvers?: unknown };
  promises.withResolvers ??= function withResolvers<T>(this: PromiseConstructor) {
    let resolve!: (value: T | PromiseLike<T>) => void;
    let reject!: (reason?: unknown) => void;
    const promise = new this<T>((onResolve, onReject) => ([resolve, reject] = [onResolve, onReject]));
    return { promise, resolve, reject };
  };
  return importPeer('@restatedev/restate-sdk', () => import('@restatedev/restate-sdk'));
}

/** The SDK, once it is loaded. */
export type RestateSdk = Awaited<ReturnType<typeof loadSdk>>;
