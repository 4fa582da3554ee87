import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { BudgetExceeded, DurableFlowError } from '../../errors/index.js';
import { redactSecrets } from '../../telemetry/redact-secrets.js';

/** What an error says beside its status, its code and its words. */
interface ProxyErrorDetails {
  /** The header or the field that is to blame. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** More fields of the error object. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A request that the proxy itself refuses. Only the wire knows it; what the planner refuses has a `DF_` code. */
export class ProxyError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly details: ProxyErrorDetails;

  constructor(status: ContentfulStatusCode, code: string, message: string, details: ProxyErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** An error in the shape of the OpenAI API. */
export interface WireError {
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string;
      readonly [field: string]: unknown;
    };
  };
}

interface Wire {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly param?: string;
  /** Whether the same request may fare better in a moment. The official client asks again by itself after 409, 429 and 5xx. */
  readonly retry?: true;
}

/** What becomes of the planner's and the engine's errors. Whatever is not here is a fault of ours: 500. */
const wires: Readonly<Partial<Record<string, Wire>>> = {
  DF_PLAN_INFEASIBLE: { status: 422, code: 'infeasible' },
  DF_BUDGET_EXHAUSTED: { status: 422, code: 'budget_exhausted' },
  DF_BUDGET_EXCEEDED: { status: 422, code: 'budget_exhausted' },
  DF_PLAN_FAILED: { status: 502, code: 'all_attempts_failed' },
  DF_PLAN_LATENCY: { status: 504, code: 'latency_ceiling' },
  DF_PLAN_STREAM_BROKEN: { status: 502, code: 'stream_broken' },
  DF_PLAN_ABANDONED: { status: 502, code: 'abandoned' },
  DF_PLAN_UNKNOWN: { status: 404, code: 'plan_not_found' },
  DF_PLAN_MODEL_UNKNOWN: { status: 404, code: 'model_not_found', param: 'model' },
  DF_PLAN_REQUEST: { status: 400, code: 'invalid_request' },
  DF_PLAN_KEY_REUSED: { status: 409, code: 'idempotency_key_reused', param: 'Idempotency-Key' },
  DF_INPUT_MISMATCH: { status: 409, code: 'request_id_reused', param: 'X-Request-Id' },
  DF_PAYLOAD_TOO_LARGE: { status: 413, code: 'payload_too_large' },
  DF_CLOSED: { status: 503, code: 'closing', retry: true },
  DF_STORE_FULL: { status: 503, code: 'store_full' },
  DF_STORE_LOCKED: { status: 503, code: 'store_locked', retry: true },
};

/** Any thrown value as the client gets it: what it is to know, without secrets and without anything of our insides. */
export function wireError(error: unknown): WireError {
  if (error instanceof ProxyError) {
    const { status, code, message, details } = error;
    return shape({ status, code, ...(details.param !== undefined && { param: details.param }) }, message, details.extra, details.headers);
  }
  if (!(error instanceof DurableFlowError)) return shape({ status: 500, code: 'internal_error' }, 'The proxy failed; its log says why.');
  if (error.code === 'DF_PLAN_REJECTED') return rejected(error);
  const wire = isUnhealthy(error) ? unhealthy : wires[error.code];
  if (!wire) return shape({ status: 500, code: 'internal_error' }, `The proxy failed: ${error.code}.`, { durableflow_code: error.code });
  const { param } = error.details;
  const blamed = typeof param === 'string' ? { ...wire, param } : wire;
  return shape(blamed, wordsOf(error), { durableflow_code: error.code, ...factsOf(error) });
}

const unhealthy: Wire = { status: 503, code: 'no_healthy_target', retry: true };

/** Targets that do not answer may answer again in a moment, which no other infeasible plan does by itself. */
function isUnhealthy({ code, details }: DurableFlowError): boolean {
  return code === 'DF_PLAN_INFEASIBLE' && (details['infeasible'] as { constraint?: unknown } | undefined)?.constraint === 'health';
}

/** The request itself was refused by the model that was asked: its caller reads what that one has said. */
function rejected(error: DurableFlowError): WireError {
  const { status, error: said } = error.details as { status?: unknown; error?: unknown };
  // 401 and 403 would be about the key of the client, which it is not.
  const passedOn = typeof status === 'number' && status >= 400 && status < 500 && status !== 401 && status !== 403;
  const known = passedOn ? (status as ContentfulStatusCode) : 400;
  const { message, code, param } = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  return shape(
    { status: known, code: typeof code === 'string' ? code : 'upstream_rejected_request', ...(typeof param === 'string' && { param }) },
    typeof message === 'string' ? message : wordsOf(error),
    { durableflow_code: error.code, ...factsOf(error) },
  );
}

/** What programs may want of the planner's errors. */
function factsOf(error: DurableFlowError): Record<string, unknown> {
  if (error instanceof BudgetExceeded) return { budget: error.refusal };
  const { requestId, infeasible, attempts } = error.details as {
    requestId?: unknown;
    infeasible?: { constraint?: unknown; wouldChange?: unknown };
    attempts?: readonly { targetId?: unknown; outcome?: unknown; detail?: unknown }[];
  };
  return {
    ...(typeof requestId === 'string' && { request_id: requestId }),
    ...(infeasible && { constraint: infeasible.constraint, would_change: infeasible.wouldChange }),
    ...(Array.isArray(attempts) &&
      attempts.length > 0 && {
        attempts: attempts.map(({ targetId, outcome, detail }) => ({
          target: targetId,
          outcome,
          ...(typeof detail === 'string' && { detail: redactSecrets(detail) }),
        })),
      }),
  };
}

/** What has happened, without the advice for programs that call the planner itself. */
const wordsOf = ({ message, fix }: DurableFlowError) => (message.endsWith(fix) ? message.slice(0, -fix.length).trimEnd() : message);

function shape(
  { status, code, param, retry }: Wire,
  message: string,
  extra: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): WireError {
  return {
    status,
    headers: { 'x-should-retry': String(retry ?? false), ...(retry && { 'retry-after': '1' }), ...headers },
    body: { error: { message: redactSecrets(message), type: typeOf(status), param: param ?? null, code, ...extra } },
  };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
