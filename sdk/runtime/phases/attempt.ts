import { describeIssues } from '../../definition/schema.js';
import type { MethodDefinition } from '../../definition/method-definition.js';
import { DurableFlowError, FatalError, StepTimeout } from '../../errors/index.js';
import { BodyScope } from '../body-scope.js';
import type { CallHost } from '../call-host.js';
import type { Call } from '../call.js';

/** Runs the body once, under its timeout. A result that comes after the timeout goes nowhere. */
export async function attempt(host: CallHost, call: Call, args: readonly unknown[], number: number, effectKey?: string): Promise<unknown> {
  const { method, instance } = call;
  const scope = new BodyScope(method, instance, effectKey);
  host.ports.telemetry.emit('attempt.started', host.subject, { call: call.index, method: method.id, attempt: number });
  const run = () => method.body.apply(instance, args as unknown[]);
  if (method.timeout === undefined) return host.runBody(scope, run);
  return withTimeout(host, scope, method, run);
}

function withTimeout(host: CallHost, scope: BodyScope, method: MethodDefinition, run: () => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = host.ports.clock.after(method.timeout!, () => {
      const error = new StepTimeout(`${method.id} took longer than ${method.timeout} ms`, {
        details: { method: method.id, timeoutMs: method.timeout },
      });
      scope.abort(error);
      reject(error);
    });
    Promise.resolve(host.runBody(scope, async () => run()))
      .then(resolve, reject)
      .finally(cancel);
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
  'DF_INVALID_INPUT',
  'DF_EFFECT_KEY_INVALID',
  'DF_EFFECT_KEY_REUSED',
  'DF_CONTEXT_OVER_BUDGET',
]);

/** Whether another attempt could go better. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof FatalError) return false;
  return !(error instanceof DurableFlowError && neverRetried.has(error.code));
}
