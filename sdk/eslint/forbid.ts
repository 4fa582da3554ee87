import { nameOf, namesTakenBy } from './name-of.js';
import { defineRule, type Rule, type RuleContext } from './rule.js';
import { is, type Node } from './syntax.js';
import { visitReplayed } from './visit-replayed.js';

/** What `run()` must not touch: names as `nameOf` gives them, each with all that is below it. */
export interface Forbidden {
  readonly names: readonly string[];
  /** What to use, put into the message: "use {instead}". */
  readonly instead: string;
}

/** Makes a rule that forbids references in replayed code. `why` goes on from the name: "Date.now {why}". */
export function forbid(description: string, why: string, forbidden: readonly Forbidden[]): Rule {
  const insteadOf = new Map(forbidden.flatMap(({ names, instead }) => names.map((name) => [name, instead])));
  const messages = { forbidden: `{{name}} in run() ${why}. Use {{instead}}.` };
  return defineRule(description, messages, (context) => {
    visitReplayed(context.sourceCode, (node) => {
      for (const name of namesIn(context, node)) {
        const instead = insteadFor(name, insteadOf);
        if (instead !== undefined) context.report({ node, messageId: 'forbidden', data: { name: name.replace('node:', ''), instead } });
      }
    });
  });
}

/** The longest names that a node refers to; a part of a longer one is left to the node of that. */
function namesIn({ sourceCode }: RuleContext, node: Node): string[] {
  if (is(node, 'VariableDeclarator')) return namesTakenBy(sourceCode, node).map(({ name }) => name);
  const { parent } = node;
  if (is(node, 'CallExpression') && is(node.callee, 'Identifier') && nameOf(sourceCode, node.callee) === 'Date') return ['Date()'];
  if (is(node, 'NewExpression') && node.arguments.length === 0 && nameOf(sourceCode, node.callee) === 'Date') return ['new Date()'];
  if (!is(node, 'Identifier', 'MemberExpression')) return [];
  if (is(parent, 'MemberExpression') && (parent.object === node || !parent.computed)) return [];
  if (is(parent, 'Property', 'MethodDefinition', 'PropertyDefinition') && parent.key === node && !parent.computed) return [];
  const name = nameOf(sourceCode, node);
  return name === undefined ? [] : [name];
}

function insteadFor(name: string, insteadOf: ReadonlyMap<string, string>): string | undefined {
  for (let part = name; ; part = part.slice(0, part.lastIndexOf('.'))) {
    const instead = insteadOf.get(part);
    if (instead !== undefined || !part.includes('.')) return instead;
  }
}
