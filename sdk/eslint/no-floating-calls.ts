import { durableCall } from './durable-call.js';
import { ownMethod, type DurableClass } from './durable-class.js';
import { variableOf } from './name-of.js';
import { defineRule, type SourceCode } from './rule.js';
import { is, keyName, type Node } from './syntax.js';
import { visitReplayed } from './visit-replayed.js';

/** Durable calls in `run()` that nobody waits for: the run may end before them, and then it is chance whether they happen. */
export const noFloatingCalls = defineRule(
  'disallow durable calls in run() that nobody waits for',
  {
    floating: 'Nobody waits for {{call}}, so the run may end before it. Await it, return it, or collect it for Promise.all.',
    forEach: 'forEach does not wait for {{call}}, so the run may end before it. Use for…of with await, or Promise.all over map.',
  },
  (context) => {
    visitReplayed(context.sourceCode, (node, found) => {
      const call = awaitedCall(context.sourceCode, found, node);
      if (call === undefined) return;
      const messageId = isDropped(context.sourceCode, node) ? 'floating' : isInForEach(node) ? 'forEach' : undefined;
      if (messageId) context.report({ node, messageId, data: { call } });
    });
  },
);

/** A durable call, or one of an async method that makes such calls. */
function awaitedCall(source: SourceCode, found: DurableClass, node: Node): string | undefined {
  const call = durableCall(source, found, node);
  if (call?.isAwaited) return call.text;
  const method = is(node, 'CallExpression') ? ownMethod(node.callee) : undefined;
  return method && found.plainMethod(method.name)?.async ? `this.${method.name}()` : undefined;
}

/** Whether the promise that an expression gives goes nowhere. */
function isDropped(source: SourceCode, node: Node): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (parent.type === 'ExpressionStatement') return true;
  if (is(parent, 'UnaryExpression')) return true;
  if (is(parent, 'SequenceExpression') && parent.expressions.at(-1) !== node) return true;
  if (is(parent, 'LogicalExpression')) return parent.right === node && isDropped(source, parent);
  if (is(parent, 'VariableDeclarator') && is(parent.id, 'Identifier')) {
    return variableOf(source, parent.id)?.references.some((reference) => reference.isRead()) === false;
  }
  // What follows a `.then(…)` is what has to be waited for.
  if (is(parent, 'MemberExpression') && parent.object === node) {
    const follows = ['then', 'catch', 'finally'].includes(keyName(parent.property, parent.computed) ?? '');
    return follows && is(parent.parent, 'CallExpression') && isDropped(source, parent.parent);
  }
  return (
    ['ChainExpression', 'ConditionalExpression', 'SequenceExpression', 'TSAsExpression', 'TSNonNullExpression'].includes(parent.type) &&
    isDropped(source, parent)
  );
}

/** Whether a call stands in a function that is given to `forEach`. */
function isInForEach(node: Node): boolean {
  for (let it: Node | null | undefined = node; it; it = it.parent) {
    if (!is(it, 'ArrowFunctionExpression', 'FunctionExpression')) continue;
    const { parent } = it;
    if (!is(parent, 'CallExpression') || !is(parent.callee, 'MemberExpression')) return false;
    return keyName(parent.callee.property, parent.callee.computed) === 'forEach' && parent.arguments[0] === it;
  }
  return false;
}
