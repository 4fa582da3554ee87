import type { ErrorWords, Refusal } from '../../contract.js';

/** The server has refused, or is not there; `status` is 0 then. */
export class RequestFailed extends Error {
  constructor(
    readonly status: number,
    readonly words: ErrorWords,
  ) {
    super(words.what);
  }
}

const unreachable: ErrorWords = {
  code: 'UNREACHABLE',
  what: 'The server does not answer.',
  fix: 'See in the terminal whether durableflow ui is still running.',
};

/** The JSON that the server answers a `GET` with. */
export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, signal ? { signal } : {});
}

/** Sends what changes something. */
export function send<T>(path: string, body: unknown, csrf: string, method = 'POST'): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-durableflow-csrf': csrf };
  return request<T>(path, { method, headers, body: JSON.stringify(body) });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new RequestFailed(0, unreachable);
  }
  if (response.ok) return (await response.json()) as T;
  throw new RequestFailed(response.status, await wordsOf(response));
}

async function wordsOf(response: Response): Promise<ErrorWords> {
  try {
    const { error } = (await response.json()) as Refusal;
    if (typeof error.what === 'string') return error;
  } catch {
    // Not the server's own answer, or cut off.
  }
  return { code: `HTTP ${response.status}`, what: 'The server has refused this without saying why.', fix: null };
}
