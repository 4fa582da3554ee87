import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Attempt, Claim } from '../kit/claim.js';

/** What the report says of one mode. */
interface Mode {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
}

const seconds = 300;
const tried = new Map<string, Promise<readonly Mode[]>>();

/** The modes of the learner's class, tried once for all claims. */
function modesOf(attempt: Attempt): Promise<readonly Mode[]> {
  let modes = tried.get(attempt.file);
  if (!modes) tried.set(attempt.file, (modes = tryModes(attempt)));
  return modes;
}

/** Runs the suite as one would by hand, and reads the report that it leaves. */
async function tryModes({ file, folder }: Attempt): Promise<readonly Mode[]> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  // This may be a test of the check, whose Vitest is none of that one's business.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|DURABLEFLOW_)/.test(name));
  const env = { ...Object.fromEntries(inherited), EXERCISE_FILE: file, EXERCISE_REPORT: relative(import.meta.dirname, folder), CI: '1' };
  const child = spawn(process.execPath, [vitest, 'run', '--root', import.meta.dirname], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  const report = await readFile(join(folder, 'readiness.json'), 'utf8').catch(() => undefined);
  if (report === undefined) throw new Error(`The suite left no report:\n${said.slice(-2000)}`);
  return (JSON.parse(report) as { suites: { modes: Mode[] }[] }).suites[0]!.modes;
}

async function mode(attempt: Attempt, id: string): Promise<Mode> {
  const found = (await modesOf(attempt)).find((it) => it.id === id);
  if (!found) throw new Error(`The report has no mode ${id}.`);
  return found;
}

/** A claim that a mode holds. */
async function holds(attempt: Attempt, ...ids: string[]): Promise<string | undefined> {
  for (const id of ids) {
    const { status, reason } = await mode(attempt, id);
    if (status !== 'passed') return `NO SHIP: ${reason}.`;
  }
  return undefined;
}

export const claims: readonly Claim[] = [
  {
    holds: 'it does its work, and wherever it is killed money moves once',
    hint: "A write is no @step: @sideEffect({ idempotencyKey: (customer) => `refund:${customer}`, reconcile: 'findRefund' }), effectKey() for the CRM, and findRefund(), which asks crm.findRefund(effectKey()).",
    test: (attempt) => holds(attempt, 'fault_free', 'crash_after_side_effect'),
    seconds,
  },
  {
    holds: 'a tool that hangs hangs nobody',
    hint: "timeout: '1s' on the step and on the side effect.",
    test: (attempt) => holds(attempt, 'tool_timeout'),
    seconds,
  },
  {
    holds: 'no money moves unless somebody has said yes to exactly that',
    hint: '@approval() above @sideEffect(…).',
    test: (attempt) => holds(attempt, 'approval_bypass'),
    seconds,
  },
];
