import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlowError } from '../errors/index.js';

/** One request to one of the two APIs of a Restate server. Times in milliseconds. */
export interface RestateRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
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
/** What a server says of queries that has started, or has lost a node, while it has not found or opened the parts of its data. */
const noPartition = /\bpartition (?:store|\d+ failed|\d+ doesn't exist)/;

const isPassing = ({ status, body }: RestateAnswer) =>
  passing.has(status) || (status === 500 && noPartition.test(JSON.stringify(body ?? '')));

/** Speaks HTTP with one API of a Restate server. All that is sent is safe to be sent again, so it is, for a while. */
export class RestateHttp {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #patience: number;
  readonly #closed = new AbortController();
  readonly #underWay = new Set<ClientRequest>();
  // Not `fetch`, which takes as much of the processor as a small run does.
  readonly #agent: HttpAgent;
  readonly #send: typeof requestHttp;

  /** `headers` go with every request, and into no message; `patience` is for requests that have none of their own. Throws `DF_INVALID_INPUT` for what is no plain HTTP address. */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}, patience = 5_000) {
    this.#patience = patience;
    this.#base = checkAddress(base);
    this.#headers = headers;
    const isSecure = this.#base.startsWith('https:');
    this.#agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.#send = isSecure ? requestHttps : requestHttp;
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
    for (const request of this.#underWay) request.destroy(closed());
    this.#agent.destroy();
  }

  async #try(
    { method = 'GET', path, body, headers }: Omit<RestateRequest, 'timeout' | 'patience'>,
    timeout: number,
  ): Promise<RestateAnswer | { readonly cause: unknown }> {
    if (this.#closed.signal.aborted) throw closed();
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const all = {
      accept: 'application/json',
      ...(content && { 'content-type': 'application/json', 'content-length': content.length }),
      ...headers,
      ...this.#headers,
    };
    try {
      return await new Promise((resolve, reject) => {
        const request = this.#send(`${this.#base}${path}`, { method, headers: all, agent: this.#agent });
        const timer = setTimeout(() => request.destroy(new Error('it does not answer in time')), timeout);
        this.#underWay.add(request);
        request.on('response', (response) => void read(response).then(resolve, reject));
        request.on('error', reject);
        request.on('close', () => {
          clearTimeout(timer);
          this.#underWay.delete(request);
        });
        request.end(content);
      });
    } catch (cause) {
      if (this.#closed.signal.aborted) throw closed();
      return { cause };
    }
  }
}

async function read(response: IncomingMessage): Promise<RestateAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString()) };
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

function unreachable(base: string, cause: unknown): DurableFlowError {
  const { message, code } = cause as NodeJS.ErrnoException;
  const why =
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' || message.includes('wrong version number')
      ? 'what listens there does not speak TLS; is its address http://?'
      : message.split('\n', 1)[0] || code || 'there is no connection';
  return new DurableFlowError('DF_RESTATE_UNREACHABLE', `the Restate server at ${base} cannot be reached: ${why}`, { cause });
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
