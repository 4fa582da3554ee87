import { openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { TelemetrySink } from './telemetry.js';

/** More than this waiting to be written is dropped, so that a stuck pipe cannot fill the memory. */
const maxBufferedBytes = 8 * 1024 * 1024;

/**
 * A sink that writes one JSON object a line, to a file (appended) or a stream. What it writes to a file is there when the
 * process is killed a moment later, since it waits for nothing; lines for a stream wait in the process until it is drained.
 *
 * @example
 * ```ts
 * import { DurableFlow, jsonLines } from 'durableflow';
 * const flow = await DurableFlow.open(':memory:', { telemetry: jsonLines(process.stderr) });
 * await flow.close();
 * ```
 */
export function jsonLines(target: string | Writable): TelemetrySink {
  return typeof target === 'string' ? toFile(target) : toStream(target);
}

/**
 * Each line is handed to the operating system at once: some 5 µs, where a stream takes 1 to 3 and loses with the process
 * what led to its death.
 */
function toFile(path: string): TelemetrySink {
  let file: number | undefined;
  return (event) => {
    file ??= openSync(path, 'a');
    writeSync(file, `${JSON.stringify(event)}\n`);
  };
}

function toStream(stream: Writable): TelemetrySink {
  return (event) => {
    if (stream.writableLength < maxBufferedBytes) stream.write(`${JSON.stringify(event)}\n`);
  };
}
