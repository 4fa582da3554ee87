import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import type { TelemetrySink } from './telemetry.js';

/** More than this waiting to be written is dropped, so that a stuck disk or pipe cannot fill the memory. */
const maxBufferedBytes = 8 * 1024 * 1024;

/**
 * A sink that writes one JSON object a line, to a file (appended) or a stream.
 *
 * @example
 * ```ts
 * import { DurableFlow, jsonLines } from 'durableflow';
 * const flow = await DurableFlow.open(':memory:', { telemetry: jsonLines(process.stderr) });
 * await flow.close();
 * ```
 */
export function jsonLines(target: string | Writable): TelemetrySink {
  const stream = typeof target === 'string' ? createWriteStream(target, { flags: 'a' }) : target;
  if (typeof target === 'string') stream.on('error', () => {});
  return (event) => {
    if (stream.writableLength < maxBufferedBytes) stream.write(`${JSON.stringify(event)}\n`);
  };
}
