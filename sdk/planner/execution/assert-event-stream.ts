import { ModelError } from '../../errors/index.js';

/** The official clients read any text as a stream without events. Throws `malformed`. */
export function assertEventStream({ headers, body }: Response, at: { readonly provider: string; readonly model: string }): void {
  const type = headers.get('content-type') ?? 'nothing';
  if (type.includes('text/event-stream')) return;
  body?.cancel().catch(() => {});
  throw new ModelError('malformed', `${at.provider}: expected a stream of events, got ${type}`, at);
}
