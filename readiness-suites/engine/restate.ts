/** A Restate server on which the durable arm of a suite runs. */
export interface ReadinessEngine {
  readonly kind: 'restate';
  readonly ingress: string;
  readonly admin: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Where the server is. */
export interface RestateOptions {
  /** Where runs are started: `http://127.0.0.1:8080`. */
  readonly ingress: string;
  /** Where workers are registered and state is read: `http://127.0.0.1:9070`. */
  readonly admin: string;
  /** What goes with every request, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The durable arm of a suite on a Restate server instead of a file: `describe.readiness(Agent, { engine: restate({ … }), … })`. The
 * same modes and the same judges; the server must be able to reach this machine's loopback addresses, so it has to be one for tests.
 * Nothing of the trials is left on it.
 *
 * @example
 * ```ts no-run
 * import { describe, restate } from 'durableflow/vitest';
 * import { Crm, RefundAgent } from './refund-agent.js';
 *
 * describe.readiness(RefundAgent, {
 *   engine: restate({ ingress: 'http://127.0.0.1:8080', admin: 'http://127.0.0.1:9070' }),
 *   input: { ticket: 7 },
 *   agent: ({ models, tool }) => new RefundAgent({ models, crm: tool(new Crm()) }),
 *   allowedEffects: ['refund'],
 * });
 * ```
 */
export const restate = ({ ingress, admin, headers }: RestateOptions): ReadinessEngine => ({ kind: 'restate', ingress, admin, headers });
