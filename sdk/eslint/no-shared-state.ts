import { isShared, variableOf } from './name-of.js';
import { defineRule, type SourceCode } from './rule.js';
import { bare, is, keyName, type Node } from './syntax.js';
import { visitReplayed } from './visit-replayed.js';

const changing = ['add', 'clear', 'copyWithin', 'delete', 'fill', 'pop', 'push', 'reverse', 'set', 'shift', 'sort', 'splice', 'unshift'];

/** Changes of what the module keeps: runs share it, a replay changes it again, and another process has another one. */
export const noSharedState = defineRule(
  'disallow changing variables of the module in run()',
  {
    shared:
      'run() changes {{name}}, which all runs of this process share and which a replay changes again. Use a local variable, a field of this, or a @step that writes to a store.',
  },
  (context) => {
    visitReplayed(context.sourceCode, (node) => {
      const name = sharedName(context.sourceCode, changedBy(context.sourceCode, node));
      if (name !== undefined) context.report({ node, messageId: 'shared', data: { name } });
    });
  },
);

/** What a node changes. */
function changedBy(source: SourceCode, node: Node): Node | undefined {
  if (is(node, 'AssignmentExpression')) return node.left;
  if (is(node, 'UpdateExpression')) return node.argument;
  if (is(node, 'UnaryExpression')) return node.operator === 'delete' ? node.argument : undefined;
  if (!is(node, 'CallExpression') || !is(node.callee, 'MemberExpression')) return undefined;
  const { object, property, computed } = node.callee;
  // Only collections that can be seen to be such: any other `x.set()` may be harmless.
  return changing.includes(keyName(property, computed) ?? '') && isCollection(source, object) ? object : undefined;
}

/** The variable of the module at the root of `a.b.c`. */
function sharedName(source: SourceCode, node: Node | undefined): string | undefined {
  const expression = node && bare(node);
  if (is(expression, 'MemberExpression')) return sharedName(source, expression.object);
  if (!is(expression, 'Identifier')) return undefined;
  const variable = variableOf(source, expression);
  return variable && isShared(variable) && variable.defs.length > 0 ? variable.name : undefined;
}

function isCollection(source: SourceCode, node: Node): boolean {
  const expression = bare(node);
  const definition = is(expression, 'Identifier') ? variableOf(source, expression)?.defs[0]?.node : undefined;
  const init = is(definition, 'VariableDeclarator') && definition.init ? bare(definition.init) : undefined;
  if (is(init, 'NewExpression'))
    return is(init.callee, 'Identifier') && ['Array', 'Map', 'Set', 'WeakMap', 'WeakSet'].includes(init.callee.name);
  return init?.type === 'ArrayExpression';
}
