import { durableClassesIn, type DurableClass } from './durable-class.js';
import type { SourceCode } from './rule.js';
import type { Node } from './syntax.js';
import { walk } from './walk.js';

/** Visits all code that a replay executes again, each node once, although several workflows may share a function. */
export function visitReplayed(source: SourceCode, visit: (node: Node, found: DurableClass) => void): void {
  const seen = new Set<Node>();
  for (const found of durableClassesIn(source)) {
    for (const code of found.replayed) {
      walk(source, code, (node) => {
        if (seen.has(node)) return;
        seen.add(node);
        visit(node, found);
      });
    }
  }
}
