import { reasonWords, stateWords } from '../../lineage/audit-words.js';
import type { Audit } from '../../lineage/index.js';
import { layoutLineage } from '../../lineage/lineage-layout.js';
import type { LineagePage } from '../contract.js';

/** The lineage of a run, placed, and in words. */
export function viewLineage(audit: Audit): LineagePage {
  const { width, height, material, calls, edges, hidden } = layoutLineage(audit);
  const { modelCalls, inputTokens, outputTokens, costUsd } = audit.totals;
  return {
    run: audit.run.id,
    width,
    height,
    material: material.map((it) => ({ ...it, stateWords: stateWords[it.state] })),
    calls,
    edges: edges.map((it) => ({ ...it, material: it.material ?? null })),
    hidden,
    decisions: audit.decisions.map(({ call, method, budget, material: uses }) => ({
      call,
      method,
      budget: budget ? { maxTokens: budget.maxTokens, tokens: budget.tokens } : null,
      material: uses.map((use) => ({
        reference: use.reference,
        state: use.state,
        tokens: use.tokens ?? null,
        score: use.score ?? null,
        reason: reasonWords(use) || null,
      })),
    })),
    totals: { modelCalls, inputTokens, outputTokens, costUsd },
  };
}
