import { step, workflow, type ModelResponse, type Selection } from 'durableflow';
import type { AgentTurn } from 'durableflow/agent';
import { SupportTriage } from '../support-triage/support-triage.js';

/** The mistake: a model that fails is asked again and again at once, even if the account's money is used up. */
@workflow({ name: 'unsafe-retries-everything' })
export class RetriesEverything extends SupportTriage {
  @step({ timeout: '45s' })
  override async think(turn: AgentTurn, items: Selection): Promise<ModelResponse> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await super.think(turn, items);
      } catch (error) {
        if (attempt === 200) throw error;
      }
    }
  }
}
