import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { approval, DurableFlow, scriptedModel, sideEffect, step, workflow, type FlowOptions } from 'durableflow';
import { startUi, type RunningUi, type UiOptions } from 'durableflow/ui';
import { onTestFinished } from 'vitest';
import type { Session } from '../../../sdk/ui/contract.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

/** Asks a model, waits for a person, does it. */
@workflow({ name: 'refund' })
export class Refund {
  async run(ticket: { readonly customer: string; readonly cents: number }) {
    const advice = await this.advise(ticket.customer);
    return { advice, receipt: await this.pay(ticket.customer, ticket.cents) };
  }

  @step()
  async advise(customer: string) {
    const model = scriptedModel([`Pay ${customer}.`]);
    return (await model.complete({ messages: [{ role: 'user', content: `Pay ${customer}?` }], maxTokens: 10 })).text;
  }

  @approval({ show: (customer, cents) => `Pay ${cents} cents to ${customer}` })
  @sideEffect({ idempotencyKey: (customer, cents) => `${customer}:${cents}` })
  async pay(customer: string, cents: number) {
    return `${customer} has ${cents}`;
  }
}

/** A flow with its page, and ways to ask it. */
export interface ServedUi {
  readonly flow: DurableFlow;
  readonly ui: RunningUi;
  readonly file: string;
  readonly folder: string;
  /** The faults that the terminal was told of. */
  readonly faults: unknown[];
  /** Opens the link of a decider. */
  readonly enter: (decider?: string) => Promise<Visitor>;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
}

/** A browser with a session: it sends what a browser would send for the page itself. */
export interface Visitor {
  readonly session: Session;
  readonly cookie: string;
  readonly get: (path: string) => Promise<Response>;
  readonly json: <T>(path: string) => Promise<T>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
}

interface Options extends Partial<Omit<UiOptions, 'file'>> {
  readonly flow?: FlowOptions;
}

/** Serves the page over a new file until the test is over. */
export async function servedUi({ flow: flowOptions, ...options }: Options = {}): Promise<ServedUi> {
  const folder = tempFolder();
  const file = join(folder, 'app.db');
  const assets = join(folder, 'assets');
  mkdirSync(assets);
  writeFileSync(join(assets, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(assets, 'main-1234.js'), 'export {};');
  writeFileSync(join(folder, 'outside.js'), 'secret');
  const flow = await DurableFlow.open(file, flowOptions);
  flow.register(Refund, () => new Refund());
  const faults: unknown[] = [];
  const ui = await startUi(flow, { deciders: ['ada'], assets, onFault: (_, error) => faults.push(error), ...options, file });
  onTestFinished(async () => {
    await ui.stop();
    await flow.close();
  });
  const request = (path: string, init?: RequestInit) => fetch(ui.url + path, init);
  const enter = (decider = 'ada') => visit(ui, decider);
  return { flow, ui, file, folder, faults, enter, request };
}

export const tokenOf = ({ links }: RunningUi, decider = 'ada') => links.find((it) => it.decider === decider)!.link.split('#token=')[1]!;

async function visit(ui: RunningUi, decider: string): Promise<Visitor> {
  const page = { origin: ui.url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const opened = await fetch(`${ui.url}/api/session`, {
    method: 'POST',
    headers: page,
    body: JSON.stringify({ token: tokenOf(ui, decider) }),
  });
  const session = (await opened.json()) as Session;
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  const get = (path: string) => fetch(ui.url + path, { headers: { cookie } });
  return {
    session,
    cookie,
    get,
    json: async <T>(path: string) => (await (await get(path)).json()) as T,
    post: (path, body, headers = {}) =>
      fetch(ui.url + path, {
        method: 'POST',
        headers: { ...page, cookie, 'x-durableflow-csrf': session.csrf, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** A run that waits at its gate. */
export async function parked(flow: DurableFlow, id = 'r-1', cents = 500): Promise<void> {
  const run = await flow.start(Refund, { customer: 'c-1', cents }, { id });
  await run.settled();
}
