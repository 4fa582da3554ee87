// A child process of the crash tests: runs the desk of one framework, approves what waits, and prints how the run stands.
import { DurableFlow, openAiCompatible, SqliteStore, type WorkflowClass } from 'durableflow';
import { ShopClient } from '../../../examples/shop/shop-client.js';
import { ticket, type Ticket } from '../../../examples/shop/ticket.js';
import { dyingStore, type KillPoint } from '../../crash/kill-point.js';

type DeskClass = WorkflowClass<Ticket, { reply: string }>;

/** What the child is told by its first argument, as JSON. */
export interface DeskOrders {
  readonly db: string;
  readonly url: string;
  readonly framework: Framework;
  readonly killPoint?: KillPoint;
}

export type Framework = keyof typeof desks;

const desks = {
  adk: async (url: string) => {
    const { RefundDesk } = await import('../../../examples/google-adk/refund-desk.js');
    const models = openAiCompatible({ baseURL: `${url}/v1`, apiKey: 'none', model: 'scripted-support' });
    return { Desk: RefundDesk, make: () => new RefundDesk({ models, shop: new ShopClient(url) }) };
  },
  'ai-sdk': async (url: string) => {
    const [{ RefundDesk }, { createOpenAICompatible }] = await Promise.all([
      import('../../../examples/vercel-ai/refund-desk.js'),
      import('@ai-sdk/openai-compatible'),
    ]);
    const model = createOpenAICompatible({ name: 'loopback', baseURL: `${url}/v1` })('scripted-support');
    return { Desk: RefundDesk, make: () => new RefundDesk({ model, shop: new ShopClient(url) }) };
  },
};

const { db, url, framework, killPoint } = JSON.parse(process.argv[2]!) as DeskOrders;
const { Desk, make } = (await desks[framework](url)) as { Desk: DeskClass; make: () => InstanceType<DeskClass> };
const writes: string[] = [];
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const flow = await DurableFlow.open(dyingStore(new SqliteStore(db), killPoint, writes), { telemetry: print });
flow.register(Desk, make);
const run = await flow.start(Desk, ticket, { id: ticket.id });
for (;;) {
  const { status, output } = await run.settled();
  const [approval] = flow.approvals();
  if (status === 'waiting' && approval) {
    await flow.approve(approval.id, { by: 'test', digest: approval.digest });
    continue;
  }
  await flow.close();
  print({ runs: [{ status, output }], writes });
  break;
}
