import type { ChatRequest } from '../chat.js';
import type { OutputCheck } from '../constraints.js';
import type { TaskClass } from '../plan.js';
import { isObject, messagesOf, textOf } from './request-text.js';

/** So much of a long text is looked at, from its beginning and its end: instructions stand there. */
const edge = 4096;

const fence = /^ {0,3}(?:```|~~~)/m;

const codeIntent = new RegExp(
  String.raw`\b(?:write|implement|code|program|refactor|debug|fix|port|optimi[sz]e|review|explain|complete)\b[^.?!\n]{0,40}?` +
    String.raw`\b(?:function|method|class|script|code(?! of)|program|regex|regular expression|sql|query|unit tests?|bug|stack ?trace|compiler|` +
    String.raw`algorithm|python|javascript|typescript|java|rust|golang|c\+\+|bash|shell|html|css)(?!\w)`,
  'i',
);

const summaryIntent =
  /\bsummari[sz](?:e|es|ed|ing|ation)\b|\b(?:summary|synopsis|recap)\b|\btl;?\s?dr\b|\b(?:sum up|boil down|condense|shorten)\b/i;

/**
 * What kind of work a request is, by fixed rules: the first one that holds, in this order. An answer with a JSON schema is
 * `json_extraction`; a fenced block of code, or words that ask for code, `code`; words that ask for a summary,
 * `summarization`; any other text, `chat`; what has no text, `other`. It never throws, whatever the body holds.
 */
export function taskClassOf(request: ChatRequest, check?: OutputCheck): TaskClass {
  if (check?.type === 'json_schema' || responseFormat(request) === 'json_schema') return 'json_extraction';
  const messages = messagesOf(request);
  const asked = edges(textOf(messages.findLast(({ role }) => role === 'user')?.content));
  const told = messages.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => edges(textOf(content)));
  if (fence.test(asked) || codeIntent.test(asked)) return 'code';
  if ([asked, ...told].some((text) => summaryIntent.test(text))) return 'summarization';
  return messages.some(({ content }) => textOf(content).trim() !== '') ? 'chat' : 'other';
}

/** The type of `response_format`, if there is one. */
export function responseFormat(request: ChatRequest): string | undefined {
  const format: unknown = isObject(request) ? request.response_format : undefined;
  return isObject(format) && typeof format.type === 'string' ? format.type : undefined;
}

const edges = (text: string) => (text.length <= 2 * edge ? text : `${text.slice(0, edge)}\n${text.slice(-edge)}`);
