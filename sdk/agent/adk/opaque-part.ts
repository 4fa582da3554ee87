import type { LlmResponse } from '@google/adk';
import type { OpaqueParts } from '../../models/index.js';

type Part = NonNullable<NonNullable<LlmResponse['content']>['parts']>[number];

const mark = 'durableflow:';

/** What only the model's provider understands, as a part that ADK hands on without looking into it. */
export const encodeOpaque = (opaque: OpaqueParts): Part => ({
  thought: true,
  thoughtSignature: Buffer.from(mark + JSON.stringify(opaque)).toString('base64'),
});

/** The other way; undefined for any other part. */
export function decodeOpaque({ thoughtSignature }: Part): OpaqueParts | undefined {
  const text = thoughtSignature === undefined ? '' : Buffer.from(thoughtSignature, 'base64').toString();
  return text.startsWith(mark) ? (JSON.parse(text.slice(mark.length)) as OpaqueParts) : undefined;
}
