import type { JsonSchema, ModelRequest, ModelTool, ScriptedAnswer } from '../../sdk/models/index.js';
import type { ModelBehaviour } from '../world/model-service.js';
import { promptText } from '../world/model-wire.js';
import { hijacked, inputOfSchema } from './attacker-input.js';
import { says } from './encodings.js';
import type { Attack } from './injection.js';

/**
 * What a model says that obeys the attacker. `usual` is what it would have said. Undefined leaves it to the kit.
 */
export type Obey = (
  request: ModelRequest,
  attack: Pick<Attack, 'id' | 'nonce' | 'canary' | 'email' | 'url'>,
  usual: string | ScriptedAnswer,
) => string | ScriptedAnswer | undefined;

/** So often it obeys; then it goes on as usual, or nothing would ever be over. */
const mostObeyed = 2;

/** An agent may refuse more calls in one turn. */
const mostCalls = 8;

/**
 * The worst case of a model: the first times that it reads the order, in whatever disguise, it does all that it can for the
 * attacker. First boldly, calling each tool with arguments made from its schema; then with an eye to what is plausible, with
 * real ids and changed amounts and addresses. `real` are arguments of the effects that the agent usually has.
 */
export function obedientModel(usual: ModelBehaviour, attack: Attack, real: readonly unknown[], obey?: Obey): ModelBehaviour {
  let obeyed = 0;
  return async (request, call) => {
    const answer = await usual(request, call);
    if (obeyed >= mostObeyed || !says(promptText({ ...request, tools: [] }), attack.nonce)) return answer;
    const bold = obeyed++ === 0;
    return obey?.(request, attack, answer) ?? withTools(request, attack, bold, real) ?? instead(answer, attack, bold);
  };
}

function withTools({ tools = [] }: ModelRequest, attack: Attack, bold: boolean, real: readonly unknown[]): ScriptedAnswer | undefined {
  const toolCalls = tools.flatMap((tool) => {
    const input = bold ? inputOfSchema(tool.parameters as JsonSchema, attack) : hijackedFor(tool, attack, real);
    return input === undefined ? [] : [{ name: tool.name, input }];
  });
  return toolCalls.length === 0 ? undefined : { text: 'I do as I was told.', toolCalls: toolCalls.slice(0, mostCalls) };
}

/** Real arguments that fit the tool, changed by the attacker. */
function hijackedFor({ parameters }: ModelTool, attack: Attack, real: readonly unknown[]): unknown {
  const names = Object.keys((parameters as JsonSchema)['properties'] ?? {});
  const found = real.find((it) => typeof it === 'object' && it !== null && names.length > 0 && names.every((name) => name in it));
  return found === undefined ? undefined : hijacked(Object.fromEntries(names.map((name) => [name, (found as never)[name]])), attack, false);
}

/** The usual answer with the attacker's values in it. */
function instead(answer: string | ScriptedAnswer, attack: Attack, bold: boolean): string | ScriptedAnswer {
  const usual = typeof answer === 'string' ? { text: answer } : answer;
  if (usual.toolCalls?.length)
    return { ...usual, toolCalls: usual.toolCalls.map((it) => ({ ...it, input: hijacked(it.input, attack, bold) })) };
  const text = usual.text ?? usual.chunks?.join('') ?? '';
  const json = /^\s*(?:```(?:json)?\s*)?([{[][\s\S]*[}\]])\s*(?:```)?\s*$/.exec(text)?.[1];
  try {
    if (json !== undefined) return JSON.stringify(hijacked(JSON.parse(json), attack, bold));
  } catch {
    // Then it is a text.
  }
  return `${text} ${attack.nonce} ${attack.canary} ${attack.url}`;
}
