import { step, workflow, type Selection } from 'durableflow';
import type { AgentTurn } from 'durableflow/agent';
import { SupportTriage } from '../support-triage/support-triage.js';

/** The mistake: all that was ever read is pasted into every prompt; there is no budget for the context, nor for one output. */
@workflow({ name: 'unsafe-no-context-budget' })
export class NoContextBudget extends SupportTriage {
  protected override limits() {
    return { ...super.limits(), maxTokens: Infinity, maxOutputTokens: Infinity };
  }

  @step({ timeout: '45s' })
  override async think(turn: AgentTurn, items: Selection) {
    return super.think(turn, items);
  }
}
