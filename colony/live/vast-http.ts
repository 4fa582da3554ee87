import type { z } from 'zod';
import type { Clock } from '../../sdk/runtime/clock.js';
import { CloudError, type CloudFailure } from './cloud-error.js';
import { errorAnswer } from './vast-wire.js';

export interface VastHttpOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly timeoutMs: number;
  /** How often a request is made at most. */
  readonly attempts: number;
  readonly clock: Clock;
}

export interface VastRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  /** To carry it out twice does no harm, so it is tried again when nobody knows whether it was. */
  readonly repeatable: boolean;
}

/** A longer wait than this is the caller's to decide on. */
const longestWaitMs = 60_000;

/** Requests to Vast.ai's REST API, one after another attempt, with its failures told apart. */
export class VastHttp {
  readonly #options: VastHttpOptions;

  constructor(options: VastHttpOptions) {
    this.#options = options;
  }

  /** Throws `CloudError`. What was refused by the rate limit was not carried out, and is always tried again. */
  async send<T>(request: VastRequest<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(request);
      } catch (error) {
        if (!(error instanceof CloudError) || attempt >= this.#options.attempts) throw error;
        const transient = error.kind === 'rate_limited' || (request.repeatable && error.inDoubt && error.kind !== 'malformed');
        const waitMs = (error.details['retryAfterMs'] as number | undefined) ?? 1000 * 2 ** (attempt - 1);
        if (!transient || waitMs > longestWaitMs) throw error;
        await this.pause(waitMs);
      }
    }
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ms, resolve));
  }

  async #once<T>({ method, path, query = {}, body, answer }: VastRequest<T>): Promise<T> {
    const { apiKey, baseURL, timeoutMs } = this.#options;
    const url = new URL(path, baseURL);
    for (const [name, value] of Object.entries(query)) {
      url.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
    const what = `${method} ${url.pathname}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // The key is for this address alone.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        throw new CloudError('timeout', `${what} had no answer within ${timeoutMs} ms`, {}, error);
      }
      throw new CloudError('connection', `${what} failed: ${reasonOf(error)}`, {}, error);
    }
    const given = parsed(text);
    if (!response.ok || isRefusal(given)) throw failureOf(what, response, text, given, this.#options.clock.now());
    const read = answer.safeParse(given);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw new CloudError(
      'malformed',
      `${what} answered something else than its description says: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
}

/** Some refusals come with status 200. */
const isRefusal = (given: unknown): boolean => errorAnswer.safeParse(given).data?.success === false;

function failureOf(what: string, { status, headers }: Response, text: string, given: unknown, now: number): CloudError {
  const words = errorAnswer.safeParse(given).data ?? {};
  const said = words.msg ?? words.message ?? words.detail ?? words.error ?? text.slice(0, 200).trim();
  const retryAfterMs = status === 429 ? retryAfterOf(headers, now) : undefined;
  return new CloudError(kindOf(status, words.error), `${what} answered ${status}${said && `: ${said}`}`, {
    status,
    ...(words.error !== undefined && { error: words.error }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function kindOf(status: number, error: string | undefined): CloudFailure {
  // The search answers a wrong key with 404.
  if (status === 401 || status === 403 || error === 'auth_error') return 'authentication';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 504) return 'timeout';
  if (status >= 500) return 'server';
  if (status === 404 || status === 410 || error === 'no_such_ask') return 'gone';
  return status >= 300 && status < 400 ? 'malformed' : 'refused';
}

/** `Retry-After`, in seconds or as a date. Vast.ai does not promise to send it. */
function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` hides what went wrong in its cause. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
};
