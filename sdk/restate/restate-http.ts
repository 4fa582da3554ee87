import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlowError } from '../errors/index.js';

/** One request to one of the two APIs of a Restate server. Times in milliseconds. */
export interface RestateRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one try may take. */
  readonly timeout?: number;
  /** How long to try again while the server cannot be reached, or is starting. */
  readonly patience?: number;
}

/** What the server has answered, whatever it is. */
export interface RestateAnswer {
  readonly status: number;
  /** The parsed body, or its text if it is no JSON. */
  readonly body: unknown;
}

const defaultTimeout = 30_000;
/** A proxy, or a node that is starting or leaves: the next try may meet another one. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** A node that has come back says this of queries until it has opened what it keeps. */
const unopened = 'partition store';

const isPassing = ({ status, body }: RestateAnswer) =>
  passing.has(status) || (status === 500 && JSON.stringify(body ?? '').includes(unopened));

/** Speaks HTTP with one API of a Restate server. All that is sent is safe to be sent again, so it is, for a while. */
export class RestateHttp {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #patience: number;
  readonly #closed = new AbortController();
  // Not looked up at each call: a guard may stand in its place while a run is executed in this process.
  readonly #fetch = globalThis.fetch;

  /** `headers` go with every request, and into no message; `patience` is for requests that have none of their own. Throws `DF_INVALID_INPUT` for what is no plain HTTP address. */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}, patience = 5_000) {
    this.#patience = patience;
    this.#base = checkAddress(base);
    this.#headers = headers;
  }

  /** Throws `DF_RESTATE_UNREACHABLE` if there is no answer in time, and `DF_CLOSED` when it has been closed. */
  async request({ timeout = defaultTimeout, patience = this.#patience, ...request }: RestateRequest): Promise<RestateAnswer> {
    const giveUp = Date.now() + patience;
    for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
      const answer = await this.#try(request, timeout);
      if (!('cause' in answer) && !isPassing(answer)) return answer;
      if (Date.now() + pause > giveUp) {
        if (!('cause' in answer)) return answer;
        throw unreachable(this.#base, answer.cause);
      }
      await sleep(pause, undefined, { signal: this.#closed.signal }).catch(() => {});
      if (this.#closed.signal.aborted) throw closed();
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort();
  }

  async #try(
    { method = 'GET', path, body, headers }: Omit<RestateRequest, 'timeout' | 'patience'>,
    timeout: number,
  ): Promise<RestateAnswer | { readonly cause: unknown }> {
    if (this.#closed.signal.aborted) throw closed();
    try {
      const response = await this.#fetch(`${this.#base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
          ...this.#headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // What is secret among the headers goes to nobody else.
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeout), this.#closed.signal]),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text) };
    } catch (cause) {
      if (this.#closed.signal.aborted) throw closed();
      return { cause };
    }
  }
}

/** The address without a slash at its end. */
function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const wrong =
    !url || (url.protocol !== 'http:' && url.protocol !== 'https:')
      ? 'must be an http:// or https:// address'
      : url.username !== '' || url.password !== ''
        ? 'must hold no user and no password; give a token as a header, or in DURABLEFLOW_RESTATE_TOKEN'
        : url.search !== '' || url.hash !== ''
          ? 'must end with its path'
          : undefined;
  // The address itself may hold the secret, so it is not repeated.
  if (wrong !== undefined || !url) throw new DurableFlowError('DF_INVALID_INPUT', `the address of a Restate server ${wrong}`);
  return url.href.replace(/\/+$/, '');
}

/** What a server says in the place of what was asked for. Throws it as a coded error. */
export function refused({ status, body }: RestateAnswer, what: string): DurableFlowError {
  const said =
    typeof body === 'object' && body !== null && 'message' in body
      ? String(body.message)
      : typeof body === 'string'
        ? body.slice(0, 200)
        : '';
  return new DurableFlowError('DF_RESTATE_REFUSED', `the Restate server has refused ${what}: ${`${status} ${said}`.trim()}`, {
    details: { status },
  });
}

function unreachable(base: string, error: unknown): DurableFlowError {
  const { cause, name, message } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  const why =
    name === 'TimeoutError'
      ? 'it does not answer in time'
      : code === 'ERR_SSL_WRONG_VERSION_NUMBER'
        ? 'what listens there does not speak TLS; is its address http://?'
        : cause instanceof Error
          ? cause.message.split('\n', 1)[0] || code
          : message;
  return new DurableFlowError('DF_RESTATE_UNREACHABLE', `the Restate server at ${base} cannot be reached: ${why}`, { cause: error });
}

const closed = () => new DurableFlowError('DF_CLOSED', 'the store is closed');

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
