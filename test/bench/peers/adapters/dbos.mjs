// PostgreSQL with its own settings (fsync and synchronous_commit are on). A workflow's function is called as documented, and its result awaited in
// the process that runs it: nothing is polled.
import { DBOS } from '@dbos-inc/dbos-sdk';

/** @type {import('../peer.js').PeerModule['open']} */
export async function open({ server, work }) {
  DBOS.setConfig({ name: 'job', systemDatabaseUrl: server, logLevel: 'error', runAdminServer: false });
  const job = DBOS.registerWorkflow(
    async (steps) => {
      let length = 0;
      for (let i = 0; i < steps; i++) length += (await DBOS.runStep(async () => work(i), { name: 'work' })).text.length;
      return length;
    },
    { name: 'job' },
  );
  await DBOS.launch();
  return { run: (steps) => job(steps), close: () => DBOS.shutdown() };
}
