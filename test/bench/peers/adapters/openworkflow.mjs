// One file, with what node:sqlite sets (WAL, synchronous FULL). The worker looks for new runs, and `result()` for their end, by polling; neither
// interval is an option of the documented API.
import { join } from 'node:path';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';

/** @type {import('../peer.js').PeerModule['open']} */
export async function open({ folder, work, concurrency }) {
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'));
  const client = new OpenWorkflow({ backend });
  const job = client.defineWorkflow({ name: 'job' }, async ({ input, step }) => {
    let length = 0;
    for (let i = 0; i < input; i++) length += (await step.run({ name: `work-${i}` }, () => work(i))).text.length;
    return length;
  });
  const worker = client.newWorker({ concurrency });
  await worker.start();
  return {
    run: async (steps) => (await job.run(steps)).result(),
    async close() {
      await worker.stop();
      await backend.stop();
    },
  };
}
