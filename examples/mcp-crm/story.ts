// A clerk with an old CRM is killed between a credit and its confirmation, and goes on without giving it twice.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { coloursFor } from '../inbox-triage/cli/terminal.js';
import { doubleInvoice } from './agent/request.js';
import { Child } from './story/child.js';

const folder = join(process.argv[2] ?? '.demo', 'mcp');
const db = join(folder, 'clerk.db');
const colours = coloursFor(process.stdout);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const chapter = (title: string, pid?: number) => say(`\n${colours.bold(title)}${pid === undefined ? '' : colours.dim(` (pid ${pid})`)}`);

async function story(): Promise<boolean> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  say(colours.bold('DurableFlow and MCP: one credit, three processes, one of them killed'));
  const server = new Child('serve.ts', ['--http', '0', '--folder', folder, '--confirm-after', '1500']);
  const url = await server.line((line) => line.startsWith('http://'));
  chapter('The old CRM, as an MCP server', server.pid);
  say(`  ${url}`);

  const first = new Child('story/clerk-process.ts', [db, url]);
  chapter('A clerk begins', first.pid);
  say(`  ${doubleInvoice.text}`);
  await first.ended();
  say(`  It has asked for: ${methods(first).join(', ')}.`);

  chapter('An operator says yes', process.pid);
  await approve();

  const second = new Child('story/clerk-process.ts', [db, url]);
  chapter('A second process gives the credit', second.pid);
  await second.line((line) => line.includes('"effect.intended"'));
  while ((await credits()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await second.kill();
  say(colours.red('  SIGKILL: the credit stands in the CRM, and its confirmation never came.'));
  say(`  In the CRM: ${(await credits()).join(' | ')}`);

  const third = new Child('story/clerk-process.ts', [db, url]);
  chapter('A third process goes on', third.pid);
  await third.ended();
  say(
    third.lines.some((line) => line.includes('"source":"reconcile"'))
      ? '  It asked the CRM what was done under the key, and found it.'
      : '',
  );

  chapter('What was promised');
  const given = await credits();
  const { output, status } = await outcome();
  const kept = given.length === 1 && status === 'completed' && third.lines.some((line) => line.includes('"source":"reconcile"'));
  say(`  Credits in the CRM: ${given.length}. The clerk says: ${String(output)}`);
  say(kept ? colours.green('  Approved once, given once.') : colours.red('  A promise was broken.'));
  await server.kill();
  return kept;
}

/** The methods whose bodies a process has begun. */
const methods = (child: Child) =>
  child.lines.flatMap((line) => {
    const event = JSON.parse(line) as { event: string; method?: string };
    return event.event === 'attempt.started' ? [event.method] : [];
  });

/** One line a credit, as the CRM keeps them. */
async function credits(): Promise<string[]> {
  const text = await readFile(join(folder, 'operations.csv'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.includes('"credit"'));
}

async function approve(): Promise<void> {
  const flow = await DurableFlow.open(db);
  try {
    for (const { id, digest, show } of flow.approvals()) {
      say(show.replace(/^/gm, '  '));
      await flow.approve(id, { by: 'story', digest });
    }
  } finally {
    await flow.close();
  }
}

async function outcome() {
  const flow = await DurableFlow.open(db);
  try {
    return flow.show(doubleInvoice.id);
  } finally {
    await flow.close();
  }
}

try {
  process.exitCode = (await story()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
