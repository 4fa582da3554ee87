import { restateStore } from '../../sdk/restate/restate-store.js';
import { serveWith } from '../../sdk/restate/serve.js';
import type { Store } from '../../sdk/store/index.js';
import type { RestateAddress } from '../engine/engine-address.js';
import { registerFront } from '../engine/register-front.js';
import { renamedClass } from '../engine/renamed-class.js';
import type { EngineAccess } from './engine-access.js';
import type { ChildMessage } from './job.js';

/** A process of a trial as a worker of a Restate server. */
export async function restateAccess(
  { ingress, admin, headers, suffix, front, runId }: RestateAddress & { readonly runId: string },
  watched: (store: Store) => Store,
  tell: (message: ChildMessage) => Promise<void>,
): Promise<EngineAccess> {
  let serving: Awaited<ReturnType<typeof serveWith>> | undefined;
  const store = await restateStore({ ingress, admin, follow: false, ...(headers && { headers }) });
  return {
    store,
    newsTakeMs: 3000,
    look: () => store.look(runId),
    named: (agent) => renamedClass(agent, suffix),
    async work(flow) {
      serving = await serveWith(flow, { port: 0 }, { wrapStore: watched });
      await tell({ type: 'serving', port: Number(new URL(serving.url).port) });
      await registerFront({ admin, headers, front });
    },
    async rest() {
      await serving?.close({ grace: 0 });
    },
  };
}
