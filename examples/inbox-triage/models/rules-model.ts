import { candidates, estimateTokens, listPrices, scriptedModel, type ModelRequest, type ScriptedModel } from 'durableflow';
import { classifyByRules } from './classify-rules.js';
import { readPrompt } from './prompts.js';
import { replyFromTemplate } from './reply-template.js';
import type { Usage } from './triager.js';

/** The model that is asked if there is a key, and whose price the rules pretend to take. */
export const modelName = 'claude-haiku-5-5';

/** How the rules shall behave. */
export interface RulesOptions {
  /** How long an answer takes, in milliseconds. */
  readonly latency?: number;
  /** Told of every question when it is asked, as a provider would: what is asked is paid, even if nobody waits for the answer. */
  readonly onAsked?: (usage: Usage) => void;
}

/**
 * No model at all: rules and templates that read the prompt as a model would, the same answer every time. Its tokens are
 * estimated from the prompt, and priced, so that budgets and bills can be tried out without paying.
 */
export function rulesModel({ latency = 0, onAsked = () => {} }: RulesOptions = {}): ScriptedModel {
  return scriptedModel(
    (request) => {
      const input = answer(request);
      const usage = {
        inputTokens: estimateTokens(request.messages.map(({ content }) => content).join('\n')),
        outputTokens: estimateTokens(JSON.stringify(input)),
      };
      onAsked({ ...usage, costUsd: costOf(usage) });
      const name = request.tools?.[0]?.name ?? 'answer';
      return { toolCalls: [{ name, input }], usage, ...(latency > 0 && { delay: latency }) };
    },
    { model: modelName },
  );
}

/** In US dollars, rounded up to the micro-dollar as every bill is. */
function costOf({ inputTokens, outputTokens }: Omit<Usage, 'costUsd'>): number {
  const { input, output } = listPrices[modelName]!;
  return Math.ceil(inputTokens * input + outputTokens * output - 1e-6) / 1e6;
}

function answer({ messages }: ModelRequest): object {
  const { mail, material, category } = readPrompt(messages.at(-1)!.content);
  const context = candidates(material);
  return category === undefined ? classifyByRules(mail, context) : replyFromTemplate(mail, category, context);
}
