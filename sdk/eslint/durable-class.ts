import { isShared, nameOf, variableOf } from './name-of.js';
import type { SourceCode } from './rule.js';
import { bare, is, keyName, type Node, type NodeOf } from './syntax.js';
import { walk } from './walk.js';

/** A function of the file: the body of a method, or one that stands by itself. */
export type FunctionNode = NodeOf<'FunctionDeclaration'> | NodeOf<'FunctionExpression'> | NodeOf<'ArrowFunctionExpression'>;

type ClassNode = NodeOf<'ClassDeclaration'> | NodeOf<'ClassExpression'>;

/** A class with durable methods, or a workflow. */
export interface DurableClass {
  /** The names of its durable methods, those that it inherits within the file included. */
  readonly durable: ReadonlySet<string>;
  /** What is executed again on every replay: `run()` and, as far as they stand in this file, the functions and undecorated methods that it calls. Empty for a class that is no workflow. */
  readonly replayed: readonly FunctionNode[];
  /** What the body of each durable method of its own consists of, in the same sense. */
  readonly bodies: readonly { readonly method: string; readonly code: readonly FunctionNode[] }[];
  /** The undecorated method of this name, if it stands in this file. */
  plainMethod(name: string): FunctionNode | undefined;
}

const decorators = ['step', 'sideEffect', 'approval', 'contextBudget', 'compensate'].map((name) => `durableflow.${name}`);

const found = new WeakMap<Node, readonly DurableClass[]>();

/** The durable classes of a file: by their decorators, or given to `defineWorkflow`. */
export function durableClassesIn(source: SourceCode): readonly DurableClass[] {
  const known = found.get(source.ast);
  if (known) return known;
  const declared: Declared[] = [];
  const defined = new Map<ClassNode, ReadonlySet<string>>();
  walk(source, source.ast, (node) => {
    if (is(node, 'ClassDeclaration', 'ClassExpression')) declared.push(declarationOf(source, node));
    const call = is(node, 'CallExpression') && nameOf(source, node.callee) === 'durableflow.defineWorkflow' ? node : undefined;
    const constructor = call?.arguments[0] && classOf(source, call.arguments[0]);
    if (constructor) defined.set(constructor, new Set(methodsOption(call.arguments[1])));
  });
  const classes = new Map(
    declared.map((it) => {
      const methods = defined.get(it.node);
      return [it.node, methods ? { ...it, isWorkflow: true, durable: new Set([...it.durable, ...methods]) } : it];
    }),
  );
  const durable = [...classes.values()].filter((it) => it.isWorkflow || it.durable.size > 0).map((it) => durableClass(source, it, classes));
  found.set(source.ast, durable);
  return durable;
}

/** The method of this object that an expression names: `x` for `this.x`; undefined for anything else. */
export function ownMethod(node: Node): { readonly name: string; readonly ofSuper: boolean } | undefined {
  const member = bare(node);
  if (!is(member, 'MemberExpression')) return undefined;
  const object = bare(member.object).type;
  const name = object === 'ThisExpression' || object === 'Super' ? keyName(member.property, member.computed) : undefined;
  return name === undefined ? undefined : { name, ofSuper: object === 'Super' };
}

interface Declared {
  readonly node: ClassNode;
  readonly isWorkflow: boolean;
  /** Names of the durable methods that the class itself has. */
  readonly durable: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, FunctionNode>;
  readonly base: ClassNode | undefined;
}

function declarationOf(source: SourceCode, node: ClassNode): Declared {
  const durable = new Set<string>();
  const functions = new Map<string, FunctionNode>();
  for (const member of node.body.body) {
    if (!is(member, 'MethodDefinition', 'PropertyDefinition') || member.static) continue;
    const name = keyName(member.key, member.computed);
    if (name === undefined) continue;
    if (is(member.value, 'FunctionExpression', 'ArrowFunctionExpression')) functions.set(name, member.value);
    if (decoratorNames(source, member.decorators).some((it) => it !== undefined && decorators.includes(it))) durable.add(name);
  }
  return {
    node,
    isWorkflow: decoratorNames(source, node.decorators).includes('durableflow.workflow'),
    durable,
    functions,
    base: node.superClass ? classOf(source, node.superClass) : undefined,
  };
}

function durableClass(source: SourceCode, own: Declared, classes: ReadonlyMap<ClassNode, Declared>): DurableClass {
  const lineage: Declared[] = [];
  for (let it: Declared | undefined = own; it && !lineage.includes(it); it = it.base && classes.get(it.base)) lineage.push(it);
  const durable = new Set(lineage.flatMap((it) => [...it.durable]));
  const functionOf = (name: string, from = lineage) => from.map((it) => it.functions.get(name)).find((it) => it !== undefined);

  /** The functions that are executed when this one is, without those that are durable calls of their own. */
  const executedBy = (start: FunctionNode | undefined): FunctionNode[] => {
    const code: FunctionNode[] = [];
    const add = (node: FunctionNode | undefined) => {
      if (!node || code.includes(node)) return;
      code.push(node);
      walk(source, node, (below) => {
        const method = ownMethod(below);
        if (method && !durable.has(method.name)) add(functionOf(method.name, method.ofSuper ? lineage.slice(1) : lineage));
        if (is(below, 'CallExpression')) add(moduleFunction(source, below.callee));
      });
    };
    add(start);
    return code;
  };

  return {
    durable,
    replayed: own.isWorkflow ? executedBy(functionOf('run')) : [],
    bodies: [...own.durable].map((method) => ({ method, code: executedBy(own.functions.get(method)) })),
    plainMethod: (name) => (durable.has(name) ? undefined : functionOf(name)),
  };
}

/** The function of the module that a call goes to. */
function moduleFunction(source: SourceCode, callee: Node): FunctionNode | undefined {
  const expression = bare(callee);
  const variable = is(expression, 'Identifier') ? variableOf(source, expression) : undefined;
  const node = variable && isShared(variable) ? variable.defs[0]?.node : undefined;
  if (is(node, 'FunctionDeclaration')) return node;
  const value = is(node, 'VariableDeclarator') && node.init ? bare(node.init) : undefined;
  return is(value, 'FunctionExpression', 'ArrowFunctionExpression') ? value : undefined;
}

function classOf(source: SourceCode, node: Node): ClassNode | undefined {
  const expression = bare(node);
  if (is(expression, 'ClassDeclaration', 'ClassExpression')) return expression;
  const definition = is(expression, 'Identifier') ? variableOf(source, expression)?.defs[0]?.node : undefined;
  if (is(definition, 'ClassDeclaration', 'ClassExpression')) return definition;
  return is(definition, 'VariableDeclarator') && is(definition.init, 'ClassExpression') ? definition.init : undefined;
}

function decoratorNames(source: SourceCode, nodes: readonly NodeOf<'Decorator'>[] = []): (string | undefined)[] {
  return nodes.map(({ expression }) => nameOf(source, is(expression, 'CallExpression') ? expression.callee : expression));
}

/** The keys of `{ methods: { … } }`. */
function methodsOption(options: Node | undefined): string[] {
  const methods = propertiesOf(options).find(({ name }) => name === 'methods');
  return propertiesOf(methods?.value).map(({ name }) => name);
}

function propertiesOf(node: Node | undefined): { readonly name: string; readonly value: Node }[] {
  const object = node && bare(node);
  if (!is(object, 'ObjectExpression')) return [];
  return object.properties.flatMap((property) => {
    const name = is(property, 'Property') ? keyName(property.key, property.computed) : undefined;
    return name !== undefined && is(property, 'Property') ? [{ name, value: property.value }] : [];
  });
}
