import type { AnswerPart, ModelAnswer } from './model-call.js';

/** A recorded answer as the stream that it might have come in. */
export function streamOf(answer: ModelAnswer): ReadableStream<AnswerPart> {
  return new ReadableStream({
    start(controller) {
      for (const part of partsOf(answer)) controller.enqueue(part);
      controller.close();
    },
  });
}

function* partsOf({ content, warnings, response, usage, finishReason, providerMetadata }: ModelAnswer): Generator<AnswerPart> {
  yield { type: 'stream-start', warnings };
  if (response) yield { type: 'response-metadata', ...response };
  for (const [index, part] of content.entries()) {
    const id = String(index);
    const metadata = 'providerMetadata' in part && part.providerMetadata ? { providerMetadata: part.providerMetadata } : {};
    if (part.type === 'text' || part.type === 'reasoning') {
      yield { type: `${part.type}-start`, id, ...metadata };
      yield { type: `${part.type}-delta`, id, delta: part.text };
      yield { type: `${part.type}-end`, id };
    } else yield part;
  }
  yield { type: 'finish', usage, finishReason, ...(providerMetadata && { providerMetadata }) };
}
