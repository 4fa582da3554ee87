import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { expect, it } from 'vitest';
import { RefundDesk } from '../../../examples/vercel-ai/refund-desk.js';
import { ShopClient } from '../../../examples/shop/shop-client.js';
import { ShopServer } from '../../../examples/shop/shop-server.js';
import { ticket } from '../../../examples/shop/ticket.js';
import { rejection } from '../../fixtures/rejection.js';
import { describeRefundDesk } from '../shop/refund-desk-suite.js';

describeRefundDesk('the refund desk of the Vercel AI SDK', {
  Workflow: RefundDesk,
  make: (url) =>
    new RefundDesk({
      model: createOpenAICompatible({ name: 'loopback', baseURL: `${url}/v1` })('scripted-support'),
      shop: new ShopClient(url),
    }),
  together: true,
});

it('the refund desk of the Vercel AI SDK asks its other model where the first one fails, but not a wrong question', async () => {
  await using first = await ShopServer.open();
  await using second = await ShopServer.open();
  const model = ({ url }: ShopServer) => createOpenAICompatible({ name: 'loopback', baseURL: `${url}/v1` })('scripted-support');
  const desk = new RefundDesk({ model: model(first), fallback: model(second), shop: new ShopClient(first.url) });
  first.failures = [429, 529];
  expect((await desk.run(ticket)).reply).toContain('41.50 is on its way');
  expect([first.count('model'), second.count('model')]).toEqual([3, 2]);
  first.failures = [400];
  expect(await rejection(desk.run(ticket))).toMatchObject({ code: 'DF_MODEL_INVALID_REQUEST' });
  expect(second.count('model')).toBe(2);
});
