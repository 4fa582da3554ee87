import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { servedUi } from './served-ui.js';

it('a client that sends its headers byte by byte is sent away, and the others are served meanwhile', async () => {
  const { ui, request } = await servedUi();
  const { hostname, port } = new URL(ui.url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (data) => (heard += data.toString()));
  socket.on('error', () => {});
  const drip = setInterval(() => socket.write('x'), 500);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
  expect((await request('/')).status).toBe(200);
  await closed;
  clearInterval(drip);
  expect(heard).toMatch(/^HTTP\/1\.1 408 [\s\S]*DF_UI_REQUEST/);
}, 30_000);
