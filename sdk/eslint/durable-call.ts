import { ownMethod, type DurableClass } from './durable-class.js';
import { nameOf } from './name-of.js';
import type { SourceCode } from './rule.js';
import { is, type Node } from './syntax.js';

/** A call that the engine makes durable. */
export interface DurableCall {
  /** As a reader would write it: `this.charge()`, `sleep()`. */
  readonly text: string;
  /** The method, if it is one of this object. */
  readonly method?: string;
}

/** The functions of the package that ask for something durable. */
const asking = ['sleep', 'signal', 'child'];
const noting = ['now', 'random', 'uuid', 'patched'];

/** The durable call that a node is, if it is one. Those that answer at once (`now()`) need not be awaited. */
export function durableCall(
  source: SourceCode,
  { durable }: DurableClass,
  node: Node,
): (DurableCall & { readonly isAwaited: boolean }) | undefined {
  if (!is(node, 'CallExpression')) return undefined;
  const method = ownMethod(node.callee);
  if (method && durable.has(method.name))
    return { text: `${method.ofSuper ? 'super' : 'this'}.${method.name}()`, method: method.name, isAwaited: true };
  const [from, name = ''] = nameOf(source, node.callee)?.split('.') ?? [];
  if (from !== 'durableflow' || ![...asking, ...noting].includes(name)) return undefined;
  return { text: `${name}()`, isAwaited: asking.includes(name) };
}
