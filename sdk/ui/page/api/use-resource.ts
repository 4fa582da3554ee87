import { useEffect, useState } from 'preact/hooks';
import type { ErrorWords } from '../../contract.js';
import { useConnection } from './connection.js';
import { read, RequestFailed } from './request.js';

/** What the server has at a path. */
export interface Resource<T> {
  /** Undefined until it is there for the first time; what was there stays while it is read again. */
  readonly data: T | undefined;
  readonly error: ErrorWords | undefined;
  /** Puts in its place what the server has answered something else with. */
  readonly replace: (data: T) => void;
}

/** Reads a path, and again whenever something in the file has changed; nothing while the path is null. */
export function useResource<T>(path: string | null): Resource<T> {
  const { change, state } = useConnection();
  const [shown, setShown] = useState<{ path: string | null; data?: T; error?: ErrorWords }>({ path });
  useEffect(() => {
    if (path === null || state !== 'open') return undefined;
    const aborter = new AbortController();
    read<T>(path, aborter.signal).then(
      (data) => setShown({ path, data }),
      (error: unknown) => {
        if (aborter.signal.aborted || (error instanceof RequestFailed && error.status === 0)) return;
        const words = error instanceof RequestFailed ? error.words : { code: 'ERROR', what: String(error), fix: null };
        setShown((was) => ({ ...(was.path === path ? was : {}), path, error: words }));
      },
    );
    return () => aborter.abort();
  }, [path, change, state]);
  const current = shown.path === path ? shown : undefined;
  return { data: current?.data, error: current?.error, replace: (data) => setShown({ path, data }) };
}
