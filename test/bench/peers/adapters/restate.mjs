// A server of its own with its own settings, and the service in this process, over HTTP/2 as documented; the call waits at the ingress for its result.
import { createServer } from 'node:http2';
import * as clients from '@restatedev/restate-sdk-clients';
// The SDK uses what Node has from version 22 on.
Promise.withResolvers ??= function withResolvers() {
  let settle;
  const promise = new this((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
};
const restate = await import('@restatedev/restate-sdk');

/** @type {import('../peer.js').PeerModule['open']} */
export async function open({ server, work }) {
  const { ingress, admin } = JSON.parse(server);
  const job = restate.service({
    name: 'job',
    handlers: {
      run: async (context, steps) => {
        let length = 0;
        for (let i = 0; i < steps; i++) length += (await context.run('work', () => work(i))).text.length;
        return length;
      },
    },
  });
  const service = createServer(restate.createEndpointHandler({ services: [job] }));
  const sessions = new Set();
  service.on('session', (session) => sessions.add(session.once('close', () => sessions.delete(session))));
  await new Promise((ready) => service.listen(0, '127.0.0.1', ready));
  const registered = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${service.address().port}` }),
  });
  if (!registered.ok) throw new Error(`the server did not take the service: ${await registered.text()}`);
  const client = clients.connect({ url: ingress }).serviceClient({ name: 'job' });
  return {
    run: (steps) => client.run(steps),
    async close() {
      for (const session of sessions) session.destroy();
      service.close();
    },
  };
}
