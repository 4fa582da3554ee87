/** A node of the syntax tree, in the shape that ESLint and oxlint share (ESTree). */
export interface Node {
  readonly type: string;
  readonly parent?: Node | null;
}

interface FunctionNode extends Node {
  readonly async: boolean;
  readonly params: readonly Node[];
  readonly body: Node;
}

interface ClassNode extends Node {
  readonly superClass: Node | null;
  readonly decorators?: readonly NodeOf<'Decorator'>[];
  readonly body: Node & { readonly body: readonly Node[] };
}

interface MemberNode extends Node {
  readonly key: Node;
  readonly computed: boolean;
  readonly static: boolean;
  readonly value: Node | null;
  readonly decorators?: readonly NodeOf<'Decorator'>[];
}

/** The kinds of node that the rules look into, with the fields that they read. */
interface Kinds {
  ArrowFunctionExpression: FunctionNode;
  AssignmentExpression: Node & { readonly left: Node };
  CallExpression: Node & { readonly callee: Node; readonly arguments: readonly Node[] };
  ClassDeclaration: ClassNode;
  ClassExpression: ClassNode;
  Decorator: Node & { readonly expression: Node };
  FunctionDeclaration: FunctionNode;
  FunctionExpression: FunctionNode;
  Identifier: Node & { readonly name: string };
  ImportSpecifier: Node & { readonly imported: Node };
  Literal: Node & { readonly value: unknown };
  LogicalExpression: Node & { readonly right: Node };
  MemberExpression: Node & { readonly object: Node; readonly property: Node; readonly computed: boolean };
  MethodDefinition: MemberNode;
  NewExpression: Node & { readonly callee: Node; readonly arguments: readonly Node[] };
  ObjectExpression: Node & { readonly properties: readonly Node[] };
  ObjectPattern: Node & { readonly properties: readonly Node[] };
  PrivateIdentifier: Node & { readonly name: string };
  Property: Node & { readonly key: Node; readonly computed: boolean; readonly value: Node };
  PropertyDefinition: MemberNode;
  SequenceExpression: Node & { readonly expressions: readonly Node[] };
  UnaryExpression: Node & { readonly operator: string; readonly argument: Node };
  UpdateExpression: Node & { readonly argument: Node };
  VariableDeclarator: Node & { readonly id: Node; readonly init: Node | null };
}

/** A node of a known kind. */
export type NodeOf<Kind extends keyof Kinds> = Kinds[Kind] & { readonly type: Kind };

/** Whether a node is of one of these kinds. */
export function is<Kind extends keyof Kinds>(node: Node | null | undefined, ...kinds: readonly Kind[]): node is NodeOf<Kind> {
  return kinds.some((kind) => node?.type === kind);
}

/** The name that a member or property goes by, if it stands in the source: `a.b`, `a['b']`, `a.#b`. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (is(key, 'PrivateIdentifier')) return `#${key.name}`;
  if (!computed && is(key, 'Identifier')) return key.name;
  return is(key, 'Literal') && typeof key.value === 'string' ? key.value : undefined;
}

/** The expression without what only the type checker reads: `x!`, `x as T`, `x satisfies T`, `a?.b`. */
export function bare(node: Node): Node {
  const wraps = ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion', 'ChainExpression'];
  return wraps.includes(node.type) ? bare((node as Node & { readonly expression: Node }).expression) : node;
}
