import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WorkerFront } from '../../../readiness-suites/engine/worker-front.js';

/** A process that answers every connection with its name, and then repeats what it hears. */
async function worker(name: string) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write(`${name}:`);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const die = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(die);
  return { port: (server.address() as AddressInfo).port, die };
}

async function openFront() {
  const front = await WorkerFront.open();
  onTestFinished(() => front.close());
  const call = (text: string) => {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write(text);
    return socket;
  };
  return { front, call };
}

/** What comes until it ends with this. */
async function heard(socket: Socket, end: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) if ((text += String(chunk)).endsWith(end)) return text;
  return text;
}

it('keeps whoever comes too early, with what was said, until a process is there', async () => {
  const { front, call } = await openFront();
  const early = call('hello');
  const { port } = await worker('one');
  front.join(1, port);
  expect(await heard(early, 'hello')).toBe('one:hello');
});

it('leads past a process that is dead', async () => {
  const { front, call } = await openFront();
  const one = await worker('one');
  front.join(1, one.port);
  expect(await heard(call('a'), 'a')).toBe('one:a');
  one.die();
  const waits = call('b');
  const two = await worker('two');
  front.join(2, two.port);
  expect(await heard(waits, 'b')).toBe('two:b');
});

it('cuts off a process that is taken for dead, though it lives', async () => {
  const { front, call } = await openFront();
  const [one, two] = [await worker('one'), await worker('two')];
  front.join(1, one.port);
  const talk = call('a');
  await once(talk, 'data');
  const cut = once(talk, 'close');
  front.drop(1);
  await cut;
  front.join(2, two.port);
  expect(await heard(call('b'), 'b')).toBe('two:b');
  expect(await heard(call('c'), 'c')).toBe('two:c');
});

it('closes whoever is just being led to a process that is dead', async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { front, call } = await openFront();
    const one = await worker('one');
    front.join(1, one.port);
    one.die();
    const caught = call('a');
    const cut = new Promise((resolve) => caught.once('close', resolve));
    await once(caught, 'connect');
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    await front.close();
    await cut;
  }
}, 5000);
