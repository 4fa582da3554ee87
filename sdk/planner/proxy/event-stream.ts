import { streamSSE } from 'hono/streaming';
import type { Context } from 'hono';
import type { ChatChunk } from '../chat.js';
import type { OpenRequest } from './open-requests.js';
import { wireError, type WireError } from './proxy-error.js';

interface Streamed {
  /** The chunks, once a target is committed. */
  readonly chunks: Promise<AsyncIterable<ChatChunk>>;
  readonly open: OpenRequest;
  /** While nothing else comes, a comment this often, so that nobody between takes the connection for dead. */
  readonly keepAliveMs: number;
  /** What became of it; undefined if all is well. */
  readonly onEnd: (failure: WireError | undefined) => void;
}

/** The chunks as server-sent events. What goes wrong from here on is an event as well, which the official client throws as its error. */
export function eventStream(context: Context, { chunks, open, keepAliveMs, onEnd }: Streamed): Response {
  return streamSSE(context, async (sse) => {
    let failure: WireError | undefined;
    let commenting = false;
    const keepAlive = setInterval(() => {
      // A reader that takes nothing gets no more of them.
      if (commenting) return;
      commenting = true;
      void sse.write(': keep-alive\n\n').finally(() => (commenting = false));
    }, keepAliveMs);
    try {
      for await (const chunk of await chunks) {
        if (sse.aborted) break;
        await sse.writeSSE({ data: JSON.stringify(chunk) });
        keepAlive.refresh();
      }
      if (open.ended) throw open.ended;
      if (!sse.aborted) await sse.writeSSE({ data: '[DONE]' });
    } catch (error) {
      failure = wireError(open.ended ?? error);
      if (!sse.aborted) await sse.writeSSE({ data: JSON.stringify(failure.body) });
    } finally {
      clearInterval(keepAlive);
      open[Symbol.dispose]();
      onEnd(failure);
    }
  });
}
