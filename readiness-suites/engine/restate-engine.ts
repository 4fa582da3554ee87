import { randomBytes } from 'node:crypto';
import { DurableFlow } from '../../sdk/durable-flow.js';
import { decode, encode } from '../../sdk/journal/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { ReadinessEngine } from './restate.js';
import { forgetServices } from './forget-services.js';
import type { TrialEngine, TrialPlace } from './trial-engine.js';
import { WorkerFront } from './worker-front.js';

/**
 * A Restate server. Each trial has a workflow name of its own, and a front as its deployment: whichever of the trial's processes
 * is there is what the server finds behind it, as with the machines behind a load balancer.
 */
export const restateEngine = ({ ingress, admin, headers }: ReadinessEngine): TrialEngine => ({
  name: 'Restate',
  writesToDisk: false,
  writtenWhere: 'to the server',
  tamperedWhere: 'on its way to the server',
  async open() {
    const { restateStore } = await import('../../sdk/restate/restate-store.js');
    const suffix = `-trial-${randomBytes(6).toString('hex')}`;
    const isOurs: TrialPlace['isOurs'] = ({ workflow }) => workflow.endsWith(suffix);
    const declaredName = (workflow: string) => (workflow.endsWith(suffix) ? workflow.slice(0, -suffix.length) : workflow);
    const runId = `readiness${suffix}`;
    // A version is a service, and processes that have another one are another deployment.
    const [front, nextFront] = [await WorkerFront.open(), await WorkerFront.open()];
    const ofNext = new Set<number>();
    const frontOf = (life: number) => (ofNext.has(life) ? nextFront : front);
    const store = async () => {
      const it = await restateStore({ ingress, admin, follow: false, answerTimeout: '2s', ...(headers && { headers }) });
      await it.look(runId);
      return it;
    };
    const openOn = (change: (it: Store) => Store): TrialPlace['open'] => async (options = {}) => DurableFlow.open(change(await store()), { guard: 'off', ...options }); // prettier-ignore
    const place: TrialPlace = {
      runId,
      isOurs,
      declaredName,
      addressFor(life, hasNextVersion) {
        if (hasNextVersion) ofNext.add(life);
        return { kind: 'restate', ingress, admin, headers, suffix, front: frontOf(life).url };
      },
      joined: (life, port) => frontOf(life).join(life, port),
      standsStill: (life) => frontOf(life).drop(life),
      open: openOn((it) => it),
      async isMoving() {
        const flow = await place.open();
        if (!flow) return false;
        try {
          const { status } = flow.run(runId).view();
          // A decision that was made and not acted on is on its way as well.
          return status === 'running' || status === 'pending' || (status === 'waiting' && !flow.approvals().some(isOurs));
        } finally {
          await flow.close();
        }
      },
      async tamper(decide, change) {
        await decide({ runId, isOurs, declaredName, open: openOn((it) => changingDecisions(it, change)) });
      },
      async close() {
        try {
          await forgetServices({ admin, headers, suffix, fronts: [front.url, nextFront.url] });
        } finally {
          await Promise.all([front.close(), nextFront.close()]);
        }
      },
    };
    return place;
  },
});

/** Somebody between the person and the server, who lets a decision through for other arguments than those that were decided on. */
function changingDecisions(store: Store, change: (args: unknown) => unknown): Store {
  const decide: Store['decide'] = (id, decision) => {
    const args = decode(store.approval(id)!.args);
    return store.decide(id, { ...decision, edited: encode(change(args), 'the changed arguments') });
  };
  return new Proxy(store, {
    get(inner, verb) {
      if (verb === 'decide') return decide;
      const value: unknown = Reflect.get(inner, verb, inner);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(inner) : value;
    },
  });
}
