import { anthropic, estimateTokens, routeModels, SqliteBudgetLedger, type ModelAttempt, type ModelClient } from 'durableflow';
import { checkModel } from './model-triager.js';
import { modelName, rulesModel } from './rules-model.js';

/** The models behind the triage, within their budgets. */
export interface ChosenModel {
  readonly models: ModelClient;
  /** For people: which model this is, and what its figures mean. */
  readonly description: string;
  /** So many mails at once. */
  readonly concurrency: number;
  close(): Promise<void>;
}

/** In US dollars: a mail costs a tenth of a cent, and no bug and no mail may cost much more. */
const limits = { run: 0.02, day: 20 };

/**
 * A real model if there is a key in the environment, else rules that stand in for one.
 *
 * @param db the file in which the day's spending is counted, by all processes together
 */
export async function chooseModel(db: string, onAttempt: (attempt: ModelAttempt) => void): Promise<ChosenModel> {
  const apiKey = process.env['ANTHROPIC_API_KEY'];
  const client = apiKey ? anthropic({ model: modelName, apiKey, extraBody: { thinking: { type: 'disabled' } } }) : rulesModel();
  if (apiKey) await checkModel(client);
  const ledger = new SqliteBudgetLedger(db);
  return {
    // One attempt each: the step that asks makes the next one, and waits as long as the provider says.
    models: routeModels({
      targets: [{ client, timeout: '60s', retry: { maxAttempts: 1 } }],
      budget: { ...limits, ledger, ...(!apiKey && { countTokens: estimateTokens }) },
      onAttempt,
    }),
    description: apiKey
      ? `${modelName}, paid by your ANTHROPIC_API_KEY`
      : `scripted rules, no model is asked and nothing is paid; costs are what ${modelName} would take`,
    concurrency: apiKey ? 4 : 64,
    close: () => ledger.close(),
  };
}
