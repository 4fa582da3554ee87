import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** Larger requests are cut off: no agent under test sends this much. */
const largestBody = 256 * 1024 * 1024;

/** The body of a request as text. Throws if it is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > largestBody) throw new Error(`the request has more than ${largestBody} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  sendText(response, status, 'application/json', JSON.stringify(body), headers);
}

export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': contentType, ...headers });
  response.end(body);
}

/** Stands in a text for what `sendGrown` sends in its place. */
export const gap = 'gapinthetext';

const filler = '2026-03-01T06:25:24Z INFO cache warmed, nothing to report, next run in 300 s | '.repeat(4000);

/** Sends a text whose gap is filled with so many megabytes, piece by piece, so that others are answered meanwhile. */
export async function sendGrown(
  response: ServerResponse,
  text: string,
  megabytes: number,
  contentType = 'application/json',
): Promise<void> {
  const [head = '', tail = ''] = text.split(gap);
  response.writeHead(200, { 'content-type': contentType });
  response.write(head);
  const closed = new Promise((resolve) => response.once('close', resolve));
  for (let left = megabytes * 1_000_000; left > 0 && !response.destroyed; left -= filler.length) {
    if (!response.write(filler.slice(0, left))) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed]);
  }
  response.end(tail);
}

/** Begins an answer and goes on with a space a while, for ever: the connection looks alive. */
export async function trickle(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  while (!response.destroyed) {
    response.write(' ');
    await pause(50, undefined, { ref: false });
  }
}

/** Sends the first half of a text with the length of the whole, and cuts the connection. */
export function cutInHalf(response: ServerResponse, contentType: string, body: string): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, Math.ceil(body.length / 2)));
  setTimeout(() => response.destroy(), 10);
}
