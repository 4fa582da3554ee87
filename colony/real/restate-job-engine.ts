import { DurableFlow } from '../../sdk/durable-flow.js';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { serveWith } from '../../sdk/restate/serve.js';
import type { Store } from '../../sdk/store/index.js';
import { registerFront } from '../../readiness-suites/engine/register-front.js';
import { renamedClass } from '../../readiness-suites/engine/renamed-class.js';
import type { JobEngineFactory } from '../machine/job-engine.js';
import { serverHeaders, type BatchServer } from './batch-spec.js';

/** What a machine says and does while it is a worker of a Restate server. */
export interface ServingMachine {
  /** Where the server looks for whoever has this job. */
  frontOf(job: string): string;
  /** It can be given its job at this port. */
  serving(port: number): void;
  /** Of its job, these calls are on record. */
  found(calls: readonly number[]): void;
  /** The server asks for the job again, here or from whoever has its front by now. */
  cutOff(): void;
  /** What is put between the engine and its log. */
  wrap(store: Store): Store;
}

/** The run of a job on a server that other batches use as well. */
export const runIdOf = (job: string, { suffix }: Pick<BatchServer, 'suffix'>): string => `${job}${suffix}`;

/**
 * A machine as a worker of a Restate server. Each job is a service of its own, with a front of its own as its deployment: so it is
 * the runner that decides which machine has it, by what it puts behind the front.
 */
export const restateJobEngine =
  (server: BatchServer, machine: ServingMachine): JobEngineFactory =>
  ({ staged, make, telemetry }) => {
    const { ingress, admin, suffix } = server;
    const headers = serverHeaders();
    let under: { close(): Promise<void> } | undefined;
    const close = async () => {
      const before = under;
      under = undefined;
      await before?.close();
    };
    return {
      async settle(job, input) {
        await close();
        const id = runIdOf(job, server);
        const store = await restateStore({ ingress, admin, headers, follow: false });
        const flow = await DurableFlow.open(store, {
          guard: 'off',
          // It says that this attempt is over, not that another machine has the job: that is for the runner to know.
          telemetry: (event) => (event.event === 'run.fenced' ? machine.cutOff() : telemetry(event)),
        });
        under = { close: () => flow.close({ grace: 0 }) };
        const own = renamedClass(staged, `${suffix}-${job}`);
        flow.register(own, async () => Object.setPrototypeOf(await make(), own.prototype as object) as { run(input: unknown): unknown });
        const recordedIn = (it: Pick<Store, 'journal'>) => it.journal(id).map(({ call }) => call);
        await store.look(id);
        machine.found(recordedIn(store));
        const wrapStore = (log: Store) => {
          // What a lost machine had put on record last may not have been readable yet.
          machine.found(recordedIn(log));
          return machine.wrap(log);
        };
        const worker = await serveWith(flow, { port: 0 }, { wrapStore });
        under = {
          async close() {
            await worker.close({ grace: 0 });
            await flow.close({ grace: 0 });
          },
        };
        machine.serving(Number(new URL(worker.url).port));
        await registerFront({ admin, headers, front: machine.frontOf(job) });
        const run = await flow.start(own, input, { id });
        const end = await run.settled();
        await close();
        return end;
      },
      close,
    };
  };
