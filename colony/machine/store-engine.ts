import { DurableFlow } from '../../sdk/durable-flow.js';
import type { Clock } from '../../sdk/runtime/index.js';
import { isEnded, type Store } from '../../sdk/store/index.js';
import type { JobEngineFactory } from './job-engine.js';

/** Leases end by the word of the runner, which buries a lost machine; so none may end by itself before. */
const leaseDuration = '7d';

/** The engine on a store that all machines share. */
export const storeEngine =
  (store: Store, clock?: Clock): JobEngineFactory =>
  ({ staged, make, telemetry }) => {
    let opened: Promise<DurableFlow> | undefined;
    const open = async () => {
      const flow = await DurableFlow.open(store, {
        ...{ guard: 'off', leaseDuration, maxConcurrentRuns: 1, telemetry },
        ...(clock && { clock }),
      });
      return flow.register(staged, make as () => Promise<{ run(input: unknown): unknown }>);
    };
    return {
      async settle(job, input) {
        const flow = await (opened ??= open());
        const run = store.run(job);
        const handle =
          run === undefined ? await flow.start(staged, input, { id: job }) : isEnded(run.status) ? flow.run(job) : await flow.resume(job);
        return handle.settled();
      },
      async close() {
        const flow = await opened;
        await flow?.close({ grace: 0 });
      },
    };
  };
