import { DurableFlowError, ModelError, type ModelErrorKind, type ModelFailure } from '../errors/index.js';

/** The errors of both official clients, as far as they are alike. */
interface ClientError extends Error {
  readonly status?: number | undefined;
  readonly headers?: Headers | undefined;
  readonly requestID?: string | null | undefined;
  /** The body of the response. */
  readonly error?: unknown;
  readonly type?: string | null | undefined;
  readonly code?: unknown;
}

/** An account without money. A mere mention of billing is not enough: friendly rate limits point to it too. */
const spendCap =
  /insufficient_quota|billing_(?:error|hard_limit)|credit balance is too low|spend(?:ing)?[ _]limit|reached your specified .*usage limits/i;
const contextLength =
  /context_length|context length|context window|context size|context limit|prompt is too long|exceeds? the maximum (?:number of )?(?:input )?tokens|request_too_large/i;

const byType: ReadonlyMap<unknown, ModelErrorKind> = new Map([
  ['overloaded_error', 'overloaded'],
  ['rate_limit_error', 'rate_limited'],
  ['rate_limit_exceeded', 'rate_limited'],
  ['timeout_error', 'timeout'],
  ['authentication_error', 'authentication'],
  ['permission_error', 'authentication'],
  ['invalid_request_error', 'invalid_request'],
  ['not_found_error', 'invalid_request'],
]);

/** Errors of the network before anything can have been sent. */
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** What is known of the call when it fails. */
export interface CallSituation {
  readonly provider: string;
  readonly model: string;
  /** A stream had begun. */
  readonly streaming: boolean;
}

/** Whatever an official client threw, as a `ModelError`. */
export function modelErrorOf(error: unknown, { provider, model, streaming }: CallSituation): unknown {
  if (error instanceof DurableFlowError) return error;
  if (!(error instanceof Error)) return new ModelError('malformed', `${provider} failed: ${String(error)}`, { provider, model });
  const known = error as ClientError;
  const facts = {
    provider,
    model,
    status: known.status,
    requestId: known.requestID ?? undefined,
    retryAfterMs: retryAfterMs(known.headers),
    cause: error,
  };
  const fail = (kind: ModelErrorKind, more: ModelFailure = {}) =>
    new ModelError(kind, `${provider}: ${error.message}`, { ...facts, ...more });

  if (typeof known.status === 'number') return byStatus(known, known.status, fail);
  // An error event after HTTP 200.
  if (known.headers) {
    if (spendCap.test(wordsOf(known))) return fail('rate_limited', { spendCap: true, mayCost: true });
    const kind = byType.get(known.type ?? known.code) ?? (known.code === 429 || known.code === '429' ? 'rate_limited' : 'server');
    return fail(kind, { mayCost: true });
  }
  if (error instanceof SyntaxError) return fail('malformed');
  const name = error.constructor.name;
  if (name === 'APIConnectionTimeoutError' || /timed? ?out/i.test(networkCode(error))) return fail('timeout');
  if (/api.?key|auth.?token|credentials/i.test(error.message)) return fail('authentication');
  if (streaming) return fail('stream_broken');
  if (name === 'APIConnectionError' || error.message === 'terminated')
    return fail('connection', { mayCost: !unsent.has(networkCode(error)) });
  // The client itself refuses to send this; anything else is no failure of a call.
  return /^(?:Anthropic|OpenAI)Error$/.test(name) ? fail('invalid_request') : error;
}

type Fail = (kind: ModelErrorKind, more?: ModelFailure) => ModelError;

function byStatus(error: ClientError, status: number, fail: Fail): ModelError {
  if (status === 402) return fail('rate_limited', { spendCap: true });
  if (status === 529 || status === 503) return fail('overloaded');
  if (status === 408 || status === 504) return fail('timeout');
  if (status >= 500) return fail('server');
  if (status === 413) return fail('context_length');
  if (status === 401) return fail('authentication');
  const words = wordsOf(error);
  if (spendCap.test(words)) return fail('rate_limited', { spendCap: true });
  if (status === 429) return fail('rate_limited');
  if (contextLength.test(words)) return fail('context_length');
  if (status === 403) return fail('authentication');
  if (status === 409) return fail('server');
  // Below 400: not even a redirect was followed to an API.
  return fail(status < 400 ? 'malformed' : 'invalid_request');
}

const wordsOf = ({ message, type, code, error }: ClientError): string => `${message} ${JSON.stringify([type, code, error])}`;

/** The innermost code of a network error, which `fetch` hides in a chain of causes. */
function networkCode(error: unknown, depth = 0): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] };
  const inner = cause ?? errors?.[0];
  if (inner !== undefined && inner !== null && depth < 5) return networkCode(inner, depth + 1);
  return typeof code === 'string' ? code : '';
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date. */
function retryAfterMs(headers: Headers | undefined): number | undefined {
  const exact = headers?.get('retry-after-ms');
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, Math.round(wait)) : undefined;
}
