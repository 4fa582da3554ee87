import { ModelError } from '../../errors/index.js';

/** `fetch`, but a body of more bytes than this breaks off: an endpoint must not be able to fill this process's memory. */
export function limitedFetch(maxBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body, headers } = response;
    if (!body) return response;
    const length = headers.get('content-length');
    // Only what its head says is whole and small enough may pass as it is.
    if (length !== null && Number(length) <= maxBytes && headers.get('content-encoding') === null) return response;
    return limited(response, body, maxBytes);
  };
}

/**
 * The response with its bytes counted, for the official clients, which read it by these three names. A stream through
 * another one would be the plain way; it takes half a millisecond a request, as much as all that the planner does itself.
 */
function limited(response: Response, body: ReadableStream<Uint8Array>, maxBytes: number): Response {
  const counted = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const chunk of body) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw new ModelError('malformed', `the answer has more than ${maxBytes} bytes`);
        yield chunk;
      }
    },
    cancel: (reason?: unknown) => body.cancel(reason),
  };
  const text = async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of counted) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  const json = async () => JSON.parse(await text()) as unknown;
  return Object.defineProperties(response, { body: { value: counted }, text: { value: text }, json: { value: json } });
}
