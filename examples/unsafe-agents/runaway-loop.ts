import { workflow } from 'durableflow';
import { SupportTriage } from '../support-triage/support-triage.js';

/** The mistake: a loop without ceilings, which goes on for as long as the model does. */
@workflow({ name: 'unsafe-runaway-loop' })
export class RunawayLoop extends SupportTriage {
  protected override limits() {
    return { maxTurns: Infinity, maxTokens: Infinity, maxCostUsd: Infinity, maxCallsPerTurn: Infinity };
  }
}
