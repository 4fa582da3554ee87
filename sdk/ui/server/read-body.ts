import { z } from 'zod';
import type { Context } from 'hono';
import { UiError } from './ui-error.js';

/** Larger bodies are not read. */
const mostBytes = 1024 * 1024;

const text = z.string().max(10_000);
const digest = z.string().min(1).max(200);

/** What may be sent, by route; what is more than that is refused, so that nobody believes it was heard. */
export const bodies = {
  open: z.strictObject({ token: z.string().max(200) }),
  approve: z.strictObject({ digest, reason: text.optional() }),
  reject: z.strictObject({ digest, reason: text.trim().min(1) }),
  resolve: z.strictObject({ happened: z.boolean(), value: z.json().optional(), intendedAt: z.iso.datetime().optional() }),
  cancel: z.strictObject({ reason: text.trim().min(1) }),
  signal: z.strictObject({ name: z.string().min(1).max(500), payload: z.json().optional() }),
};

/** The body as JSON of this form. Throws a 400, and a 415 for what a form or a simple request could send. */
export async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json(?:\s*;|$)/i.test(type)) throw new UiError(415, 'DF_UI_REQUEST', 'the body must be application/json');
  const sent = await textOf(context.req.raw.body);
  let given: unknown;
  try {
    given = JSON.parse(sent);
  } catch {
    throw new UiError(400, 'DF_UI_REQUEST', 'the body is no JSON');
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UiError(400, 'DF_UI_REQUEST', `the body is not as it must be: ${[...(issue?.path ?? []), issue?.message].join(': ')}`);
}

/** Counted as it comes, since who sends it need not say how long it is. */
async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    // To leave the loop is to read no more.
    if (size > mostBytes) throw new UiError(413, 'DF_UI_REQUEST', 'the body has more than 1 MB', { connection: 'close' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
