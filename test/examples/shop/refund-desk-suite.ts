import { join } from 'node:path';
import { replayHistory, type DurableFlow, type TelemetryEvent, type WorkflowClass } from 'durableflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ShopServer } from '../../../examples/shop/shop-server.js';
import { ticket, type Ticket } from '../../../examples/shop/ticket.js';
import { openFlow } from '../../fixtures/open-flow.js';
import { rejection } from '../../fixtures/rejection.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

type DeskClass = WorkflowClass<Ticket, { reply: string }>;

/** The refund desk of one framework. */
export interface Desk {
  readonly Workflow: DeskClass;
  /** One that works with the shop and the model at this address. */
  readonly make: (url: string) => InstanceType<DeskClass>;
  /** Whether the two look-ups that the model asks for at once are under way at the same time. */
  readonly together: boolean;
}

const granted = { reply: 'Dear Ines, 41.50 is on its way back to you (R-1).' };
const refused = { reply: 'Dear Ines, we are sorry, but your refund was not granted.' };

/** What is promised of an agent in a durable run, whatever framework it is written with. */
export function describeRefundDesk(name: string, { Workflow, make, together }: Desk): void {
  const openShop = async () => {
    const shop = await ShopServer.open();
    onTestFinished(() => shop[Symbol.asyncDispose]());
    return shop;
  };
  const openDesk = async (shop: ShopServer, file?: string) => {
    const events: TelemetryEvent[] = [];
    // A call of the clock or of randomness that the workflow itself made would be thrown.
    const flow = await openFlow(file, { guard: 'error', telemetry: (event) => void events.push(event) });
    flow.register(Workflow, () => make(shop.url));
    return { flow, events };
  };
  const start = async (flow: DurableFlow, id = ticket.id) => flow.start(Workflow, ticket, { id });
  const asked = ({ seen }: ShopServer) => seen.map(({ what }) => what);

  describe(name, () => {
    it('is an ordinary agent outside of the engine', async () => {
      const shop = await openShop();
      expect(await make(shop.url).run(ticket as never)).toEqual(granted);
      expect(asked(shop)).toEqual(['model', 'customer', 'order', 'model', 'refund', 'model']);
    });

    it('asks before it refunds, and does what was approved once', async () => {
      const shop = await openShop();
      const { flow, events } = await openDesk(shop);
      const run = await start(flow);
      expect((await run.settled()).status).toBe('waiting');
      expect(shop.refunds).toEqual([]);
      const [approval] = flow.approvals();
      expect(approval).toMatchObject({ show: 'Refund 41.50 for order O-7', args: ['O-7', 4150] });
      await flow.approve(approval!.id, { by: 'ann', digest: approval!.digest });
      expect(await run.result()).toEqual(granted);
      expect(asked(shop)).toEqual(['model', 'customer', 'order', 'model', 'refund', 'model']);
      expect(shop.refunds).toMatchObject([{ orderId: 'O-7', cents: 4150, key: 'refund:O-7:4150' }]);
      const attempts = events.filter(({ event }) => event === 'model.attempt');
      const attempt = { method: 'think', outcome: 'answered', model: 'scripted-support', inputTokens: 120, outputTokens: 20 };
      expect(attempts).toMatchObject([attempt, attempt, attempt]);
    });

    it('tells the model that it was refused, and why', async () => {
      const shop = await openShop();
      const { flow } = await openDesk(shop);
      const run = await start(flow);
      await run.settled();
      await flow.reject(flow.approvals()[0]!.id, { by: 'ann', reason: 'the teapot was glued before' });
      expect(await run.result()).toEqual(refused);
      expect(shop.refunds).toEqual([]);
      expect(JSON.stringify(shop.chats.at(-1)!.messages.at(-1))).toContain('ann refused refund: the teapot was glued before');
    });

    it('goes on days later in another process: finished turns and calls come from the journal', async () => {
      const shop = await openShop();
      const file = join(tempFolder(), 'desk.db');
      const first = await openDesk(shop, file);
      await (await start(first.flow)).settled();
      await first.flow.close();
      expect(asked(shop)).toEqual(['model', 'customer', 'order', 'model']);

      const second = await openDesk(shop, file);
      await second.flow.approve(second.flow.approvals()[0]!.id, { by: 'ann' });
      expect(await second.flow.run(ticket.id).result()).toEqual(granted);
      expect(asked(shop)).toEqual(['model', 'customer', 'order', 'model', 'refund', 'model']);
      const replayed = second.events.flatMap((event) => (event.event === 'step.replayed' ? [event.method] : []));
      expect(replayed).toEqual(['think', 'findCustomer', 'findOrder', 'think']);
    });

    it('asks for the same things every time: no id, time or order of its own gets into a call', async () => {
      const shop = await openShop();
      const { flow } = await openDesk(shop);
      const digests = [];
      for (const id of ['first', 'second']) {
        // The receipt, and with it the last prompt, is to be the same as well.
        shop.refunds.length = 0;
        shop.seen.length = 0;
        const run = await start(flow, id);
        await run.settled();
        await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
        await run.result();
        const history = flow.exportHistory(id);
        digests.push(history.journal.map((record) => [record.call, record.name, record.digest]));
        expect(await replayHistory(Workflow, () => make('http://127.0.0.1:1'), history)).toMatchObject({
          status: 'completed',
          divergence: undefined,
          output: granted,
        });
      }
      expect(digests[0]).toHaveLength(6);
      expect(digests[1]).toEqual(digests[0]);
    });

    it('leaves retries to the step, which knows what will fail again', async () => {
      const shop = await openShop();
      const { flow, events } = await openDesk(shop);
      shop.failures = [429, 503];
      const run = await start(flow, 'busy');
      expect((await run.settled()).status).toBe('waiting');
      expect(shop.count('model')).toBe(4);
      expect(flow.show('busy').steps.map(({ method }) => method)).toEqual(['think', 'findCustomer', 'findOrder', 'think']);

      shop.failures = [400];
      const error = await rejection((await start(flow, 'wrong')).result());
      expect(error).toMatchObject({ code: 'DF_MODEL_INVALID_REQUEST', kind: 'invalid_request' });
      expect(shop.count('model')).toBe(5);
      expect(events.filter(({ event }) => event === 'guard.violation')).toEqual([]);
    });

    it('is told of a tool that is not there and of wrong arguments, and may do better', async () => {
      const shop = await openShop();
      const { flow } = await openDesk(shop);
      const wrong = [
        { name: 'deleteCustomer', input: {} },
        { name: 'findOrder', input: { orderId: 7 } },
      ] as const;
      shop.model = (messages) => {
        const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.stringify(content));
        if (results.length < wrong.length) return { calls: [wrong[results.length]!] };
        return { text: results.join(' and ') };
      };
      const { reply } = (await (await start(flow)).result()) as { reply: string };
      expect(reply).toMatch(/no such tool|unavailable tool 'deleteCustomer'/);
      expect(reply).toMatch(/findOrder.*expected string/s);
      expect(asked(shop)).toEqual(['model', 'model', 'model']);
    });

    it(`makes the calls of one turn ${together ? 'at the same time' : 'one after another'}, and replays them in their order`, async () => {
      const shop = await openShop();
      let underWay = 0;
      let most = 0;
      shop.beforeAnswer = async ({ what }) => {
        if (what !== 'customer' && what !== 'order') return;
        most = Math.max(most, ++underWay);
        // The first that was asked for is the last to be answered.
        await new Promise((resolve) => setTimeout(resolve, what === 'customer' ? 60 : 20));
        underWay--;
      };
      const { flow } = await openDesk(shop);
      const run = await start(flow);
      await run.settled();
      expect(most).toBe(together ? 2 : 1);
      await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
      expect(await run.result()).toEqual(granted);
      expect(shop.count('model')).toBe(3);
    });
  });
}
