import type { SourceCode } from './rule.js';
import { bare, type Node } from './syntax.js';

/** Visits a node and all that is below it; types are left out, because nothing of them is executed. */
export function walk(source: SourceCode, node: Node, visit: (node: Node) => void): void {
  const plain = bare(node);
  if (plain !== node) return walk(source, plain, visit);
  if (node.type.startsWith('TS')) return;
  visit(node);
  for (const key of source.visitorKeys[node.type] ?? []) {
    const below = (node as unknown as Record<string, unknown>)[key] as Node | readonly (Node | null)[] | null | undefined;
    for (const child of Array.isArray(below) ? (below as readonly (Node | null)[]) : [below as Node | null]) {
      if (child) walk(source, child, visit);
    }
  }
}
