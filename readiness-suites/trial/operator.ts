import { DurableFlow } from '../../sdk/durable-flow.js';
import type { ApprovalView } from '../../sdk/flow/run-view.js';

/** Whether the operator says yes to what a gate asks. What it does not say yes to stays open. */
export type ApprovalPolicy = (gate: ApprovalView) => boolean;

export const approveAll: ApprovalPolicy = () => true;

/** The person who decides: another process, as far as the run can tell. True if something was decided. */
export async function decideGates(database: string, policy: ApprovalPolicy): Promise<boolean> {
  const flow = await DurableFlow.open(database, { guard: 'off' });
  try {
    let decided = false;
    for (const gate of flow.approvals()) {
      if (!policy(gate)) continue;
      await flow.approve(gate.id, { by: 'readiness', digest: gate.digest });
      decided = true;
    }
    return decided;
  } finally {
    await flow.close();
  }
}
