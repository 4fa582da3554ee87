import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { traceIdOf } from 'durableflow/otel';
import { expect, it } from 'vitest';
import { projectRoot } from '../docs/code-blocks.js';
import { eventually } from '../fixtures/eventually.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { attribute, otlpReceiver } from './otlp-receiver.js';

const agent = fileURLToPath(new URL('agent-process.ts', import.meta.url));

it('a run that is killed in a step and taken up by another process is one whole trace, nothing in it twice', async () => {
  const receiver = await otlpReceiver();
  const { spans } = receiver;
  const file = join(tempFolder(), 'flow.db');
  const begin = (...cut: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', agent, file, receiver.url, ...cut], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const kind = (name: string) => spans.filter((span) => attribute(span, 'durableflow.kind') === name);
  const chats = () => spans.filter(({ name }) => name === 'chat scripted');

  const first = begin('cut');
  await eventually(() => chats().length === 1);
  first.kill('SIGKILL');
  await once(first, 'exit');
  // The first process had only its finished work to tell of: the run, its second life and the step were open.
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['chat scripted', 'life triage', 'step classify', 'wait sleep']);

  const second = begin();
  let output = '';
  second.stdout.on('data', (text) => (output += String(text)));
  const [code] = (await once(second, 'exit')) as [number];
  expect([code, output]).toEqual([0, 'About Refund: done.\n']);
  expect(receiver.refused).toEqual([]);

  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf('ticket-17')]));
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  // The question was asked twice, and is told twice; all else was done once.
  expect(spans.map(({ name }) => name).toSorted()).toEqual([
    'chat scripted',
    'chat scripted',
    'life triage',
    'life triage',
    'life triage',
    'run triage',
    'step answer',
    'step classify',
    'wait sleep',
  ]);

  const [run] = kind('run');
  expect(run!.parentSpanId).toBeUndefined();
  const known = new Set(spans.map(({ spanId }) => spanId));
  expect(spans.filter((span) => span !== run && !known.has(span.parentSpanId!))).toEqual([]);
  // What the killed process has asked hangs below the step that another one has finished.
  const [answer] = spans.filter(({ name }) => name === 'step answer');
  expect(chats().map(({ parentSpanId }) => parentSpanId)).toEqual([answer!.spanId, answer!.spanId]);

  const lives = kind('life').toSorted((a, b) => Number(attribute(a, 'durableflow.epoch')) - Number(attribute(b, 'durableflow.epoch')));
  expect(lives.map((life) => attribute(life, 'durableflow.outcome'))).toEqual(['waiting', 'lost', 'completed']);
  expect(lives.map(({ parentSpanId }) => parentSpanId)).toEqual(lives.map(() => run!.spanId));
  expect(lives[2]!.links.map(({ spanId }) => spanId)).toEqual([lives[1]!.spanId]);
  expect(attribute(lives[2]!, 'durableflow.replayed')).toBe(2);
  expect(lives[1]!.status.code ?? 0).toBe(0);

  // Where it began and ended is told as it was, by whichever process.
  const lasted = ({ startTimeUnixNano: from, endTimeUnixNano: to }: (typeof spans)[number]) =>
    Number((BigInt(to) - BigInt(from)) / 1_000_000n);
  expect(lasted(kind('wait')[0]!)).toBe(300);
  expect(lasted(run!)).toBeGreaterThan(300 + lasted(answer!));
  expect(JSON.stringify(spans)).not.toMatch(/secret prompt|About Refund|my order/);
});
