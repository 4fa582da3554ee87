import { healthFindings } from '../../cli/findings.js';
import type { DurableFlow } from '../../durable-flow.js';
import type { Overview } from '../contract.js';

/** How things stand in the whole file. `self` is how the command line is called for it. */
export function viewOverview(flow: DurableFlow, self: string): Overview {
  const health = flow.health();
  const findings = healthFindings(health, [], { self, app: 'MODULE' });
  return {
    counts: flow.countRuns(),
    workflows: flow.workflows(),
    openApprovals: flow.approvals().length,
    doubts: health.doubts.length,
    findings: findings.map(({ severity, what, meaning }) => ({ severity, what, meaning })),
  };
}
