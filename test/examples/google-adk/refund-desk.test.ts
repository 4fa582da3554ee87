import { openAiCompatible } from 'durableflow';
import { RefundDesk } from '../../../examples/google-adk/refund-desk.js';
import { ShopClient } from '../../../examples/shop/shop-client.js';
import { describeRefundDesk } from '../shop/refund-desk-suite.js';

describeRefundDesk('the refund desk of Google ADK', {
  Workflow: RefundDesk,
  make: (url) =>
    new RefundDesk({
      models: openAiCompatible({ baseURL: `${url}/v1`, apiKey: 'none', model: 'scripted-support' }),
      shop: new ShopClient(url),
    }),
  together: false,
});
