import { DurableFlow } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { freePort } from '../../examples/restate-cluster/restate-node.js';
import type { RestateServer } from '../restate/restate-server.js';
import type { Engine } from './engine.js';

/** Stories on the real server. The processes of one story come one after another at the same address. */
export const restateEngine = ({ ingress, admin }: RestateServer): Engine => ({
  name: 'Restate',
  async place() {
    const port = await freePort();
    return {
      async open(classes, options) {
        const flow = await DurableFlow.open(await restateStore({ ingress, admin }), { pollInterval: 10, ...options });
        for (const workflow of classes) flow.register(workflow, () => new workflow());
        const worker = await serve(flow, { port, advertise: `http://127.0.0.1:${port}`, force: true });
        const close = flow.close.bind(flow);
        flow.close = async (how) => {
          await worker.close();
          await close(how);
        };
        return flow;
      },
      close: async () => {},
    };
  },
});
