import type { Node } from './syntax.js';

/** A variable, as the scope analysis of ESLint and oxlint gives it. */
export interface Variable {
  readonly name: string;
  readonly scope: { readonly block: Node };
  readonly defs: readonly { readonly type: string; readonly node: Node; readonly parent?: Node | null; readonly name: Node }[];
  readonly references: readonly { isRead(): boolean }[];
}

/** What is visible at a place. */
export interface Scope {
  readonly set: ReadonlyMap<string, Variable>;
  readonly upper: Scope | null;
}

/** A file, as the linter has parsed it. */
export interface SourceCode {
  readonly ast: Node;
  readonly visitorKeys: Readonly<Record<string, readonly string[]>>;
  getScope(node: Node): Scope;
}

/** What a rule is given. The part of ESLint's interface that these rules need, so that they depend on no linter. */
export interface RuleContext {
  readonly sourceCode: SourceCode;
  report(problem: { readonly node: Node; readonly messageId: string; readonly data?: Readonly<Record<string, string>> }): void;
}

/** A rule that runs in ESLint and in oxlint. */
export interface Rule {
  readonly meta: {
    readonly type: 'problem';
    readonly docs: { readonly description: string };
    readonly messages: Readonly<Record<string, string>>;
    readonly schema: readonly [];
  };
  create(context: RuleContext): Record<string, (node: Node) => void>;
}

/** Makes a rule that looks at the file once, as a whole. */
export function defineRule(description: string, messages: Readonly<Record<string, string>>, check: (context: RuleContext) => void): Rule {
  return {
    meta: { type: 'problem', docs: { description }, messages, schema: [] },
    create: (context) => ({ Program: () => check(context) }),
  };
}
