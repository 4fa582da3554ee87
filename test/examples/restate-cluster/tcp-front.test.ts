import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../../../examples/restate-cluster/restate-node.js';
import { TcpFront } from '../../../examples/restate-cluster/tcp-front.js';

it('gives a connection to the next worker if the first one is dead', async () => {
  const living = createServer((socket) => socket.end('the living one')).listen(0, '127.0.0.1');
  await once(living, 'listening');
  const front = await TcpFront.listen([await freePort(), (living.address() as AddressInfo).port]);
  expect(await text(connect(Number(new URL(front.url).port), '127.0.0.1'))).toBe('the living one');
  await front.close();
  living.close();
});
