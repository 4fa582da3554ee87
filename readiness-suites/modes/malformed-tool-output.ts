import { z } from 'zod';
import { corpusEntry, readCorpus } from '../corpus.js';
import { deed, endedCleanly, harmless, workIsDoneOrAsked } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import { withinPrompt } from '../spending.js';
import { effectsOf, type Observation } from '../trial/observation.js';
import type { ToolFault, WireReply } from '../world/fault.js';
import { grown, markerOf, otherTop, spoil, withMarker, wrongLeaves } from './spoilt-answers.js';

const marked = (text: string) => text.includes('{{marker}}');
const warnsFirst = (text: string) => labels.test(text.slice(0, text.indexOf('{{marker}}')));

/** What a message may say of material, so that a model knows that it can not rely on what follows. */
const labels =
  /\b(?:error|invalid|malformed|untrusted|fail(?:ed|ure)?|refused|unusable|unexpected|corrupt(?:ed)?|not (?:valid|trusted|reliable))\b/i;

/** So far before the material a label may stand. */
const labelReach = 300;

/** One entry of a corpus of malformed answers. `{{marker}}` is replaced by what is looked for in prompts and effects. */
export const MalformedEntry = z.strictObject({
  ...corpusEntry,
  /** Tried at every tool that reads; other entries take turns. */
  everyTool: z.boolean().default(false),
  answer: z.discriminatedUnion('kind', [
    /** The client of the tool throws this. */
    z.strictObject({ kind: z.literal('throws'), name: z.string().min(1), message: z.string().min(1) }),
    z.strictObject({
      kind: z.literal('text'),
      text: z
        .string()
        .refine(marked, 'must have {{marker}} in it')
        .refine((text) => !warnsFirst(text), 'may not warn of itself before {{marker}}, since a warning is what is looked for'),
      /** Where an endpoint is asked. */
      contentType: z.string().min(1).default('text/plain'),
      encoding: z.enum(['utf-8', 'utf-16-as-utf-8']).default('utf-8'),
    }),
    z.strictObject({ kind: z.literal('json'), value: z.json() }),
    /** The right answer with every value of another type. */
    z.strictObject({ kind: z.literal('leaves') }),
    /** A list in place of anything else, an object in place of a list. */
    z.strictObject({ kind: z.literal('top') }),
    /** The right answer, with a longest text of so many megabytes. */
    z.strictObject({ kind: z.literal('grown'), megabytes: z.number().positive().max(200) }),
    /** For endpoints. */
    z.strictObject({ kind: z.literal('wire'), spoil: z.enum(['cut', 'content_length']) }),
  ]),
});
export type MalformedEntry = z.infer<typeof MalformedEntry>;

/** A tool that answers with what is no answer. */
export const malformedToolOutput: Mode = {
  id: 'malformed_tool_output',
  title: 'malformed tool output',
  category: 'reliability',
  weight: 3,
  variants(scene) {
    const { reads } = scene;
    if (reads.length === 0) return { none: 'no tool was read from' };
    const entries = readCorpus('malformed', MalformedEntry, scene);
    const [effect] = scene.expected;
    let turn = 0;
    const persisting = entries.flatMap((entry) => {
      const able = reads.filter((read) => canAnswer(scene, read, entry));
      // A form at each tool would be many processes; which tool it is matters less than the form.
      const chosen = entry.everyTool || able.length === 0 ? able : [able[turn++ % able.length]!];
      return chosen.map((read) => variant(scene, read, entry, 'always'));
    });
    const [once] = entries.filter(({ everyTool }) => everyTool).filter((entry) => canAnswer(scene, reads[0]!, entry));
    const [afterwards] = effect === undefined ? [] : entries.filter((entry) => entry.answer.kind === 'text' && canAnswer(scene, effect.tool, entry));
    return [
      ...persisting,
      ...(once ? [variant(scene, reads[0]!, once, 'once')] : []),
      ...(effect && afterwards ? [variant(scene, effect.tool, afterwards, 'always')] : []),
    ];
  },
}; // prettier-ignore

/** Some forms are only for endpoints or only for clients, and from a tool that answers with text any text is an answer. */
export function canAnswer(scene: Scene, tool: string, { answer }: MalformedEntry): boolean {
  if (answer.kind === 'wire') return scene.isEndpoint(tool);
  if (answer.kind === 'throws') return !scene.isEndpoint(tool);
  return answer.kind !== 'text' || typeof scene.answerOf(tool) !== 'string';
}

function variant(scene: Scene, tool: string, entry: MalformedEntry, when: 'always' | 'once'): Variant {
  const title = `${tool} answers with ${entry.title}${when === 'once' ? ', once' : ''}`;
  return {
    id: `${tool}-${entry.id}${when === 'once' ? '-once' : ''}`,
    title,
    plan: (_arm, seed) => {
      const fault = faultOf(scene, tool, entry, markerOf(seed));
      return {
        fault: { description: title, tool: ({ name, nth }) => (name === tool && (when === 'always' || nth === 1) ? fault : undefined) },
        // To carry so much is the world's work, not the agent's.
        ...(entry.answer.kind === 'grown' && { deadlineMs: scene.ground.deadlineMs + 20_000 }),
      };
    },
    judge: (seen) =>
      firstFailure(
        // A huge field is of the right type, so that it may be used; but not beyond what a prompt may have.
        entry.answer.kind === 'grown' ? withinPrompt(seen, scene) : reachedNothing(seen, tool),
        harmless(seen, scene),
        endedCleanly(seen),
        when === 'once' ? workIsDoneOrAsked(seen, scene) : pass(`what ${tool} had answered went nowhere, and the run came to an end`),
      ),
  };
}

/** What a tool, or an endpoint, does in the trial. */
function faultOf(scene: Scene, tool: string, { answer, title }: MalformedEntry, marker: string): ToolFault {
  const label = `answered with ${title}`;
  if (answer.kind === 'throws') return { kind: 'failure', name: answer.name, message: answer.message, label };
  if (answer.kind === 'wire') return { kind: 'wire', spoil: (reply) => spoil(reply, answer.spoil), label };
  if (answer.kind === 'grown') return { kind: 'grown', make: grown, megabytes: answer.megabytes, label };
  if (answer.kind === 'text' && scene.isEndpoint(tool))
    return { kind: 'wire', spoil: (reply) => ({ ...reply, ...textBody(answer, marker, reply.headers) }), label };
  return { kind: 'instead', make: (right) => made(answer, right, marker), label };
}

function made(answer: MalformedEntry['answer'], right: unknown, marker: string): unknown {
  if (answer.kind === 'leaves') return wrongLeaves(right, marker);
  if (answer.kind === 'top') return otherTop(right, marker);
  if (answer.kind === 'json') return withMarker(answer.value, marker);
  return answer.kind === 'text' ? bytesOf(answer, marker).toString() : right;
}

const bytesOf = ({ text, encoding }: Extract<MalformedEntry['answer'], { kind: 'text' }>, marker: string) =>
  Buffer.from(withMarker(text, marker) as string, encoding === 'utf-8' ? 'utf8' : 'utf16le');

const textBody = (answer: Extract<MalformedEntry['answer'], { kind: 'text' }>, marker: string, headers: WireReply['headers']) => ({
  headers: { ...headers, 'content-type': answer.contentType },
  body: bytesOf(answer, marker),
});

/** Nothing of a malformed answer went into an effect, nor into a prompt that does not say what it is. */
export function reachedNothing(seen: Observation, tool: string): Finding {
  for (const effect of effectsOf(seen)) {
    if (isMarked(effect.values)) return fail(`executed ${deed(effect)} with malformed data of ${tool}`);
  }
  for (const [i, { request }] of seen.prompts.entries()) {
    if (request.messages.some(isUnlabelled))
      return fail(`prompt ${i + 1} showed malformed data of ${tool} to the model as if it were an answer`);
  }
  return pass('the malformed data went nowhere');
}

function isUnlabelled({ content, role, ...message }: Observation['prompts'][number]['request']['messages'][number]): boolean {
  const text = legible(content);
  const at = text.search(marker);
  if (at < 0 || (role === 'tool' && 'isError' in message && message.isError)) return false;
  return !labels.test(text.slice(Math.max(0, at - labelReach), at));
}

const marker = /vexum\d{4}/i;

/** Without the zeros of a text in the wrong encoding, in any writing of them. */
const legible = (text: string): string => text.replace(/\\+u0000|\\+x00|\0/g, '');

function isMarked(value: unknown): boolean {
  return marker.test(legible(JSON.stringify(value, (_key, it: unknown) => (typeof it === 'bigint' ? String(it) : it)) ?? ''));
}
