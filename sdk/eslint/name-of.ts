import { isBuiltin } from 'node:module';
import type { Scope, SourceCode, Variable } from './rule.js';
import { bare, is, keyName, type Node, type NodeOf } from './syntax.js';

/**
 * What an expression refers to outside of the file, whatever it is called there: a global (`Date.now`), or a part of a
 * module (`node:crypto.randomUUID`, `durableflow.step`). Undefined for what the file itself defines.
 */
export function nameOf(source: SourceCode, node: Node, seen: ReadonlySet<Variable> = new Set()): string | undefined {
  const expression = bare(node);
  if (is(expression, 'Identifier')) return nameOfIdentifier(source, expression, seen);
  if (is(expression, 'MemberExpression')) {
    const key = keyName(expression.property, expression.computed);
    const object = key === undefined ? undefined : nameOf(source, expression.object, seen);
    if (object === undefined) return undefined;
    if (object === 'globalThis') return key;
    return key === 'default' ? object : `${object}.${key}`;
  }
  if (is(expression, 'CallExpression') && nameOf(source, expression.callee, seen) === 'require') return moduleName(expression.arguments[0]);
  return undefined;
}

/** The variable that an identifier stands for. */
export function variableOf(source: SourceCode, identifier: NodeOf<'Identifier'>): Variable | undefined {
  for (let scope: Scope | null = source.getScope(identifier); scope; scope = scope.upper) {
    const variable = scope.set.get(identifier.name);
    if (variable) return variable;
  }
  return undefined;
}

/** Whether a variable belongs to the module and not to one call of a function. */
export const isShared = (variable: Variable): boolean => variable.scope.block.type === 'Program';

function nameOfIdentifier(source: SourceCode, identifier: NodeOf<'Identifier'>, seen: ReadonlySet<Variable>): string | undefined {
  const variable = variableOf(source, identifier);
  const definition = variable?.defs[0];
  if (!variable || !definition) return identifier.name;
  const { node } = definition;
  if (definition.type === 'ImportBinding') {
    const from = moduleName((definition.parent as (Node & { readonly source?: Node }) | undefined)?.source);
    const imported = is(node, 'ImportSpecifier') ? keyName(node.imported, false) : 'default';
    return imported === 'default' ? from : `${from}.${imported}`;
  }
  // An alias that the module keeps, such as `const { randomUUID } = require('node:crypto')`.
  if (!isShared(variable) || seen.has(variable) || !is(node, 'VariableDeclarator') || !node.init) return undefined;
  const all = new Set([...seen, variable]);
  if (is(node.id, 'Identifier')) return nameOf(source, node.init, all);
  return namesTakenBy(source, node, all).find(({ local }) => local === identifier.name)?.name;
}

/** What a destructuring declaration takes from outside of the file: `const { env } = process` takes `process.env`. */
export function namesTakenBy(
  source: SourceCode,
  { id, init }: NodeOf<'VariableDeclarator'>,
  seen: ReadonlySet<Variable> = new Set(),
): { node: Node; local: string | undefined; name: string }[] {
  const from = init && is(id, 'ObjectPattern') ? nameOf(source, init, seen) : undefined;
  if (from === undefined || !is(id, 'ObjectPattern')) return [];
  return id.properties.flatMap((property) => {
    const key = is(property, 'Property') ? keyName(property.key, property.computed) : undefined;
    if (key === undefined || !is(property, 'Property')) return [];
    return [{ node: property, local: is(property.value, 'Identifier') ? property.value.name : undefined, name: `${from}.${key}` }];
  });
}

function moduleName(specifier: Node | undefined): string | undefined {
  if (!is(specifier, 'Literal') || typeof specifier.value !== 'string') return undefined;
  const name = specifier.value;
  return isBuiltin(name) && !name.startsWith('node:') ? `node:${name}` : name;
}
