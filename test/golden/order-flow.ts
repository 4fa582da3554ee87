import { DurableFlow, VirtualClock, type FlowOptions, type Store } from 'durableflow';
import { GoldenOrder, GoldenPart } from './workflows.js';

/** A flow that knows the golden classes, at a time of its own. */
export async function openOrders(file: string | Store, at: Date, options: FlowOptions = {}) {
  const clock = new VirtualClock(at);
  const executed: string[] = [];
  const flow = await DurableFlow.open(file, { ...options, clock });
  flow.register(GoldenPart, () => new GoldenPart());
  flow.register(GoldenOrder, () => new GoldenOrder((what) => void executed.push(what)));
  return { flow, clock, executed };
}

export type Orders = Awaited<ReturnType<typeof openOrders>>;

/** Takes an order through the next thing that it waits for; false if it waits for nothing that people do. */
export async function goOn({ flow, clock }: Orders, id: string): Promise<boolean> {
  await clock.advance(0);
  const { status, approvals, effects, waits } = flow.show(id);
  const gate = approvals.find(({ verdict }) => verdict === undefined);
  const doubt = effects.find(({ state }) => state === 'intended');
  if (status === 'in_doubt' && doubt) await flow.resolve(id, doubt.call, { happened: true, value: 'sent somehow', by: 'ann' });
  else if (gate?.method === 'polish') await flow.approve(gate.id, { by: 'ann', edit: [gate.args[0], 'an edited word'] });
  else if (gate) await flow.approve(gate.id, { by: gate.approvedBy.length === 0 ? 'ann' : 'bob' });
  else if (waits.some(({ name }) => name === 'signal:word')) await flow.signal(id, 'word', 'please');
  else return false;
  await clock.advance(0);
  return true;
}
