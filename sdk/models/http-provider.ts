import { milliseconds, type Duration } from '../definition/duration.js';
import { ModelError } from '../errors/index.js';
import { currentBody } from '../runtime/current-body.js';
import { checkCeiling } from './check-ceiling.js';
import { callClock } from './call-clock.js';
import { checkRequest } from './check-request.js';
import { costUsd } from './cost.js';
import { Deadline } from './deadline.js';
import { modelErrorOf } from './http-failure.js';
import type { CallOptions, ModelClient, ModelDelta, ModelRequest, ModelResponse } from './model-client.js';
import { listPrices, type PriceTable } from './prices.js';
import { recorded } from './recorded.js';

/** Options of every provider that is reached by HTTP. */
export interface ProviderOptions {
  readonly model: string;
  /** From the environment if absent: `ANTHROPIC_API_KEY`, `OPENAI_API_KEY`. */
  readonly apiKey?: string;
  readonly baseURL?: string;
  /** The longest wait for an answer; of a streamed one, for each of its pieces. Default `'10m'`. */
  readonly timeout?: Duration;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of the request that this library has no words for, such as `thinking`; they win over its own, the model and the bound on the answer excepted. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /** Prices that come before the list prices. */
  readonly prices?: PriceTable;
}

type Unpriced = Omit<ModelResponse, 'costUsd'>;

/** A stream that has begun, in the provider's words. */
export interface OpenStream<Event> {
  readonly http: Response;
  readonly events: AsyncIterable<Event>;
  /** What an event adds to the answer. */
  readonly read: (event: Event) => readonly ModelDelta[];
  /** The whole answer; undefined if the stream ended before it did. */
  readonly finish: () => Unpriced | undefined;
}

/** How one provider is talked to. Both get a signal that they have to heed, and throw what the official client throws. */
export interface HttpDialect<Event> {
  readonly provider: string;
  /** Loads the official client, which is no part of the time that a call may take. */
  readonly connect: () => Promise<unknown>;
  readonly ask: (request: ModelRequest, signal: AbortSignal) => Promise<Unpriced>;
  readonly open: (request: ModelRequest, signal: AbortSignal) => Promise<OpenStream<Event>>;
}

/** What an official client is made with: one attempt a call, no output, and no timer that goes off before ours. */
export function clientOptions({ apiKey, baseURL, headers }: ProviderOptions) {
  return {
    ...(apiKey !== undefined && { apiKey }),
    ...(baseURL !== undefined && { baseURL }),
    ...(headers && { defaultHeaders: { ...headers } }),
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off' as const,
  };
}

/** A client for one dialect: deadlines, errors and costs are the same for all of them. */
export function httpProvider<Event>(
  dialect: HttpDialect<Event>,
  { model, timeout = '10m', prices: own, extraBody }: ProviderOptions,
): ModelClient {
  const { provider } = dialect;
  const timeoutMs = milliseconds(timeout, 'timeout');
  const connect = () =>
    dialect.connect().catch((error: unknown) => {
      throw modelErrorOf(error, { provider, model, streaming: false });
    });
  const prices = { ...listPrices, ...own };
  const priced = (response: Unpriced): ModelResponse => ({
    ...response,
    costUsd: costUsd(response.usage, [response.model, model], prices),
  });

  return recorded({
    provider,
    model,

    async complete(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}) {
      checkRequest(request);
      const ceiling = checkCeiling(request, [model], extraBody);
      if (ceiling) await ceiling;
      await connect();
      using deadline = new Deadline(callClock, timeoutMs, signal);
      try {
        return priced(await deadline.race(dialect.ask(request, deadline.signal)));
      } catch (error) {
        throw deadline.failure ?? modelErrorOf(error, { provider, model, streaming: false });
      }
    },

    async *stream(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}): AsyncGenerator<ModelDelta> {
      checkRequest(request);
      const ceiling = checkCeiling(request, [model], extraBody);
      if (ceiling) await ceiling;
      await connect();
      using deadline = new Deadline(callClock, timeoutMs, signal);
      let streaming = false;
      try {
        const { http, events, read, finish } = await deadline.race(dialect.open(request, deadline.signal));
        assertEventStream(http, provider, model);
        streaming = true;
        for await (const event of events) {
          // What the reader takes its time with is not the provider's fault.
          deadline.pause();
          yield* read(event);
          deadline.restart();
        }
        // The official clients end the loop without a word when the signal is aborted.
        if (deadline.failure) throw deadline.failure;
        const response = finish();
        if (!response) throw new ModelError('stream_broken', `${provider}: the stream ended too early`, { provider, model });
        yield { type: 'response', response: priced(response) };
      } catch (error) {
        throw deadline.failure ?? modelErrorOf(error, { provider, model, streaming });
      }
    },
  });
}

/** The official clients read any text as a stream without events. */
function assertEventStream(http: Response, provider: string, model: string): void {
  const type = http.headers.get('content-type') ?? 'nothing';
  if (type.includes('text/event-stream')) return;
  http.body?.cancel().catch(() => {});
  throw new ModelError('malformed', `${provider}: expected a stream of events, got ${type}`, { provider, model });
}
