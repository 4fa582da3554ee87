import type { PlannerTarget } from '../target.js';
import { anthropicUpstream } from './anthropic-upstream.js';
import { openAiUpstream } from './open-ai-upstream.js';
import type { Upstream, UpstreamOptions } from './upstream.js';

/** The way to a target, by what its endpoint speaks. */
export function upstreamOf(target: PlannerTarget, options: UpstreamOptions): Upstream {
  return target.api === 'anthropic' ? anthropicUpstream(target, options) : openAiUpstream(target, options);
}
