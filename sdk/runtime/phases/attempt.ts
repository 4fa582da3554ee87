import { describeIssues } from '../../definition/schema.js';
import type { MethodDefinition } from '../../definition/method-definition.js';
import { DurableFlowError, FatalError, StepTimeout } from '../../errors/index.js';
import { BodyScope, type Transact } from '../body-scope.js';
import type { CallHost } from '../call-host.js';
import type { BodyInput, MethodCall } from '../call.js';

/** What an attempt has beyond its arguments. */
export interface AttemptOptions {
  /** From 1. */
  readonly number: number;
  readonly effectKey?: string;
  readonly transact?: Transact;
}

/** Runs the body once, under its timeouts; gives what it gives, throws what it throws. A result that comes after a timeout goes nowhere. */
export function attempt(
  host: CallHost,
  call: MethodCall,
  { args, ceiling }: BodyInput,
  { number, effectKey, transact }: AttemptOptions,
): unknown {
  const { method, instance } = call;
  if (number > 1) host.knownDecision(call)?.begin(number);
  const scope = new BodyScope(method, instance, {
    effectKey,
    transact,
    place: { run: host.subject, call: call.index, method: call.name, telemetry: host.ports.telemetry },
    ceiling,
    attempt: number,
    decision: () => host.decision(call),
  });
  host.ports.telemetry.emit('attempt.started', host.subject, { call: call.index, method: call.name, attempt: number });
  return runLimited(host, scope, call, () => method.body.apply(instance, args as unknown[]));
}

/** Runs `run` under the timeouts of the call's method. */
export function runLimited(host: CallHost, scope: BodyScope, call: MethodCall, body: () => unknown): unknown {
  const { timeout, heartbeatTimeout } = call.method;
  const run = () => host.ports.telemetry.around(host.subject.id, call.index, body);
  return timeout === undefined && heartbeatTimeout === undefined ? host.runBody(scope, run) : limited(host, scope, call, run);
}

function limited(host: CallHost, scope: BodyScope, { method, name }: MethodCall, run: () => unknown): Promise<unknown> {
  const { clock } = host.ports;
  return new Promise((resolve, reject) => {
    const giveUpAfter = (ms: number, what: string) =>
      clock.after(ms, () => {
        const error = new StepTimeout(`${name} ${what} ${ms} ms`, { details: { method: name, timeoutMs: ms } });
        scope.abort(error);
        reject(error);
      });
    const cancelTimeout = method.timeout === undefined ? undefined : giveUpAfter(method.timeout, 'took longer than');
    let cancelSilence: (() => void) | undefined;
    const listen = () => {
      cancelSilence?.();
      cancelSilence = giveUpAfter(method.heartbeatTimeout!, 'gave no heartbeat for');
    };
    if (method.heartbeatTimeout !== undefined) {
      listen();
      scope.onHeartbeat = listen;
    }
    const over = () => {
      scope.onHeartbeat = undefined;
      cancelTimeout?.();
      cancelSilence?.();
    };
    host
      .runBody(scope, async () => run())
      .finally(over)
      .then(resolve, reject);
  });
}

/** The value as the output schema parses it. Throws `DF_OUTPUT_INVALID`. */
export async function checkOutput(method: MethodDefinition, value: unknown): Promise<unknown> {
  if (!method.output) return value;
  const result = await method.output['~standard'].validate(value);
  if (!result.issues) return result.value;
  throw new DurableFlowError('DF_OUTPUT_INVALID', `what ${method.id} returned is refused by its schema: ${describeIssues(result.issues)}`, {
    details: { method: method.id, issues: result.issues.map(({ message }) => message) },
  });
}

const neverRetried = new Set([
  'DF_NESTED_CALL',
  'DF_UNSERIALISABLE',
  'DF_PAYLOAD_TOO_LARGE',
  'DF_INVALID_INPUT',
  'DF_EFFECT_KEY_INVALID',
  'DF_EFFECT_KEY_REUSED',
  'DF_CONTEXT_OVER_BUDGET',
  'DF_BUDGET_EXCEEDED',
  'DF_MODEL_SPEND_CAP',
  'DF_MODEL_CONTEXT_LENGTH',
  'DF_MODEL_INVALID_REQUEST',
  'DF_MODEL_AUTHENTICATION',
  'DF_PEER_MISSING',
  'DF_RESTATE_UNSUPPORTED',
  'DF_AGENT_UNSUPPORTED',
  'DF_MODEL_PRICE_UNKNOWN',
  'DF_MODEL_SCRIPT',
  'DF_PLAN_INFEASIBLE',
  'DF_BUDGET_EXHAUSTED',
  'DF_PLAN_REQUEST',
  'DF_PLAN_MODEL_UNKNOWN',
]);

/** Whether another attempt could go better. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof FatalError) return false;
  return !(error instanceof DurableFlowError && neverRetried.has(error.code));
}
