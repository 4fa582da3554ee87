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
    let bytes = 0;
    const counted = body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          if (bytes <= maxBytes) controller.enqueue(chunk);
          else controller.error(new ModelError('malformed', `the answer has more than ${maxBytes} bytes`));
        },
      }),
    );
    return new Response(counted, response);
  };
}
