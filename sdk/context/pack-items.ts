import { DurableFlowError } from '../errors/index.js';
import type { ContextItem } from './context-item.js';
import type { Rejection, RejectionReason } from './selection.js';

/** An item with what is known of it before packing. */
export interface Candidate {
  readonly item: ContextItem;
  /** Which of the offered lists it stands in. */
  readonly list: number;
  /** Its place in all lists together, as offered. */
  readonly index: number;
  readonly score: number;
  readonly tokens: number;
  readonly rank: number;
}

/** What became of a candidate; no rejection means it is in. */
export interface Verdict {
  readonly candidate: Candidate;
  readonly rejection: Rejection | undefined;
}

/** The rules of packing, every default filled in. */
export interface PackingRules {
  readonly maxTokens: number;
  readonly minScore: number;
  readonly itemShare: number;
}

/** Decides on candidates, the best-ranked first. Throws `DF_CONTEXT_OVER_BUDGET` if the pinned ones alone are too many. */
export function packItems(ranked: readonly Candidate[], { maxTokens, minScore, itemShare }: PackingRules): Verdict[] {
  const pinned = ranked.filter(({ item }) => item.pinned);
  let left = maxTokens - pinned.reduce((sum, { tokens }) => sum + tokens, 0);
  if (left < 0) {
    const tokens = maxTokens - left;
    throw new DurableFlowError('DF_CONTEXT_OVER_BUDGET', `the pinned items have ${tokens} tokens, there is room for ${maxTokens}`, {
      details: { tokens, maxTokens, pinned: pinned.map(({ item }) => item.id) },
    });
  }
  const largest = left * itemShare;
  const rejections = new Map<Candidate, Rejection>();
  const reject = (candidate: Candidate, reason: RejectionReason, duplicateOf?: string) => {
    const { item, tokens, score, rank } = candidate;
    rejections.set(candidate, { id: item.id, reason, tokens, score, rank, ...(duplicateOf !== undefined && { duplicateOf }) });
  };
  const texts = new Map(pinned.map(({ item }) => [sameText(item.text), item.id]));
  const place = (candidate: Candidate) => {
    const { item, tokens } = candidate;
    const twin = texts.get(sameText(item.text));
    if (twin !== undefined) reject(candidate, 'duplicate', twin);
    else if (tokens > left) reject(candidate, tokens > largest ? 'too_long' : 'over_budget');
    else {
      texts.set(sameText(item.text), item.id);
      left -= tokens;
    }
  };
  const offered = ranked.filter(({ item }) => !item.pinned);
  for (const candidate of offered) if (candidate.score < minScore) reject(candidate, 'not_relevant');
  const open = offered.filter((candidate) => !rejections.has(candidate));
  const matching = open.filter(({ score }) => score > 0);
  // A long item must not take the room of everything else that matches, nor what does not match the room of a long item.
  matching.filter(({ tokens }) => tokens <= largest).forEach(place);
  matching.filter(({ tokens }) => tokens > largest).forEach(place);
  open.filter(({ score }) => score <= 0).forEach(place);
  return ranked.map((candidate) => ({ candidate, rejection: rejections.get(candidate) }));
}

const sameText = (text: string) => text.trim().replace(/\s+/g, ' ');
