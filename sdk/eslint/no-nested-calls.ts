import { durableCall } from './durable-call.js';
import { durableClassesIn } from './durable-class.js';
import { defineRule } from './rule.js';
import type { Node } from './syntax.js';
import { walk } from './walk.js';

/** Durable calls in the body of a durable method: the engine refuses them with `DF_NESTED_CALL`. */
export const noNestedCalls = defineRule(
  'disallow durable calls in the body of a durable method',
  {
    nested:
      '{{call}} in the body of {{method}}() is refused at run time. Call it from run(), or take the decorator off if it is only a part of {{method}}().',
  },
  (context) => {
    const seen = new Set<Node>();
    for (const found of durableClassesIn(context.sourceCode)) {
      for (const { method, code } of found.bodies) {
        for (const part of code) {
          walk(context.sourceCode, part, (node) => {
            const call = durableCall(context.sourceCode, found, node);
            // `super.charge()` in an override of `charge` is a part of the same call.
            if (!call || call.method === method || seen.has(node)) return;
            seen.add(node);
            context.report({ node, messageId: 'nested', data: { call: call.text, method } });
          });
        }
      }
    }
  },
);
