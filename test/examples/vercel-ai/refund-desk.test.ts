import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { RefundDesk } from '../../../examples/vercel-ai/refund-desk.js';
import { ShopClient } from '../../../examples/shop/shop-client.js';
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
