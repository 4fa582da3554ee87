import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlow, DurableFlowError, type TelemetryEvent } from 'durableflow';
import { restateStore } from 'durableflow/restate';
import { coloursFor, fit } from '../inbox-triage/cli/terminal.js';
import { Order, Shop } from './order.js';
import { freePort, freePorts, RestateNode } from './restate-node.js';
import { TcpFront } from './tcp-front.js';
import { WorkerProcess } from './worker-process.js';

const colours = coloursFor(process.stdout);
const articles = ['tea', 'cup', 'pot', 'tray'];
const began = performance.now();
const say = (text = '') => process.stdout.write(`${text}\n`);
const tell = (who: string, text: string) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(2).padStart(6);
  say(`${colours.dim(`${seconds} s`)}  ${fit(who, 9)}  ${text}`);
};

const folder = mkdtempSync(join(tmpdir(), 'durableflow-cluster-'));
const shop = join(folder, 'deeds.jsonl');
const ended: (() => Promise<unknown>)[] = [];

async function story(): Promise<boolean> {
  assertSdk();
  say(colours.bold('DurableFlow on Restate: one order, two workers, one of them killed in the middle of a payment'));
  const server = new RestateNode({ folder: join(folder, 'server'), ports: await freePorts() });
  server.start();
  ended.unshift(() => server.kill());
  await server.ready();
  tell('server', `the real restate-server, process ${server.pid}, ingress ${server.ingress}`);

  const ports = [await freePort(), await freePort()] as const;
  const front = await TcpFront.listen(ports);
  ended.unshift(() => front.close());
  const [red, blue] = (['red', 'blue'] as const).map((name, i) => {
    const orders = { name, ingress: server.ingress, admin: server.admin, port: ports[i]!, advertise: front.url, shop };
    const worker = new WorkerProcess(orders, (event) => narrate(name, event));
    ended.unshift(() => worker.kill());
    return worker;
  }) as [WorkerProcess, WorkerProcess];
  await Promise.all([red.ready, blue.ready]);
  for (const { name, pid } of [red, blue]) tell(name, `a worker, process ${pid}`);

  const flow = await DurableFlow.open(await restateStore({ ingress: server.ingress, admin: server.admin }));
  ended.unshift(() => flow.close());
  flow.register(Order, () => new Order(new Shop(shop, 'operator')));
  const run = await flow.start(Order, articles, { id: 'order-7' });
  tell('operator', 'starts order-7');

  await until(() => Shop.deedsIn(shop).some(({ what }) => what.startsWith('charge')), 'the payment');
  const [victim, survivor] = Shop.deedsIn(shop)[0]!.worker === 'red' ? [red, blue] : [blue, red];
  await victim.kill();
  say(colours.bold(colours.red(`       ✖  SIGKILL to ${victim.name}, after the payment was made, before anybody was told`)));

  await until(() => flow.approvals({ runId: run.id }).length > 0, 'the question');
  const gate = flow.approvals({ runId: run.id })[0]!;
  tell('operator', `approves "${gate.show}"`);
  await flow.approve(gate.id, { by: 'operator', digest: gate.digest });
  const result = await run.result();
  tell('operator', colours.bold(result));

  say(`\n${colours.bold('What was promised')}`);
  const deeds = Shop.deedsIn(shop);
  const times = (what: string) => deeds.filter((deed) => deed.what === what).length;
  const { steps, effects } = flow.show(run.id);
  const promises = [
    [`the order came to its end: ${run.view().status}`, run.view().status === 'completed'],
    [`${survivor.name} shipped what ${victim.name} had begun`, deeds.at(-1)?.what === 'ship' && deeds.at(-1)?.worker === survivor.name],
    ['each article was picked once: what was on record was not executed again', articles.every((it) => times(`pick ${it}`) === 1)],
    ['the payment was made once, though nobody knew of it: reconcile found it', times('charge 2000') === 1],
    ['every call is on record once', steps.length === articles.length + 2 && effects.length === 1],
  ] as const;
  for (const [text, kept] of promises) say(kept ? `       ${colours.green('✔')}  ${text}` : `       ${colours.red('✘')}  BROKEN: ${text}`);
  const kept = promises.every(([, it]) => it);
  say(
    kept
      ? `\n${colours.green(`Every promise was kept, in ${((performance.now() - began) / 1000).toFixed(1)} s.`)}`
      : colours.red('A promise was broken.'),
  );
  return kept;
}

function narrate(name: string, event: TelemetryEvent): void {
  if (event.event === 'step.recorded') tell(name, `${event.method} ${colours.green('recorded')}`);
  if (event.event === 'step.replayed') tell(name, `${event.method} ${colours.blue('from the log')}, not executed`);
  if (event.event === 'effect.in_doubt') tell(name, colours.yellow(`${event.method} is in doubt: intent without receipt`));
  if (event.event === 'effect.settled') tell(name, colours.yellow(event.happened ? 'reconcile has found it' : 'it has not happened'));
  if (event.event === 'run.parked') tell(name, colours.magenta('waits for an operator, and takes no memory'));
}

/** Before anything is started: in a worker it would be one of many lines. */
function assertSdk(): void {
  try {
    import.meta.resolve('@restatedev/restate-sdk');
  } catch (cause) {
    throw new DurableFlowError(
      'DF_PEER_MISSING',
      'the package "@restatedev/restate-sdk" is not installed: npm install @restatedev/restate-sdk',
      { cause },
    );
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited for ${what} in vain`);
    await sleep(20);
  }
}

try {
  process.exitCode = (await story()) ? 0 : 1;
} catch (error) {
  const code = error instanceof DurableFlowError ? ` [${error.code}]` : '';
  process.stderr.write(`${colours.red(`error${code}:`)} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const end of ended) await end();
  rmSync(folder, { recursive: true, force: true });
}
