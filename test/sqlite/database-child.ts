// A process of its own: does one thing to a database and says what came of it, as one line of JSON.
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, DurableFlowError } from 'durableflow';
import { repairDatabase } from '../../sdk/sqlite/repair-database.js';
import { Hoarder } from './hoarder.js';

const [what = '', file = ''] = process.argv.slice(2);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const codeOf = (error: unknown) => (error instanceof DurableFlowError ? error.code : String(error));

async function hoardingFlow(): Promise<DurableFlow> {
  const flow = await DurableFlow.open(file);
  return flow.register(Hoarder, () => new Hoarder());
}

const actions: Record<string, () => Promise<unknown>> = {
  /** Holds the lock until its stdin ends. */
  async lock() {
    const db = new Database(file);
    db.exec('BEGIN EXCLUSIVE');
    say('locked');
    await once(process.stdin.resume(), 'end');
    db.exec('ROLLBACK');
    return 'unlocked';
  },
  /** As nobody, where this process may choose: root ignores permissions. */
  async unprivileged() {
    if (process.getuid?.() === 0) {
      process.setgid!(65534);
      process.setuid!(65534);
    }
    const flow = await DurableFlow.open(file);
    await flow.close();
    return 'opened';
  },
  /** When its stdin ends, so that several can do so at once. */
  async openTogether() {
    say('ready');
    await once(process.stdin.resume(), 'end');
    return actions['open']!();
  },
  async open() {
    await (await DurableFlow.open(file)).close();
    return 'opened';
  },
  async repair() {
    return repairDatabase(file, `${file}.repaired`).runs;
  },
  async hoard() {
    const flow = await hoardingFlow();
    const run = await flow.start(Hoarder, 60, { id: 'r' });
    return run.result();
  },
  /** On a disk of its own: fills it up, makes room, and goes on in the same process. */
  async hoardAndMakeRoom() {
    const ballast = join(dirname(file), 'ballast');
    writeFileSync(ballast, Buffer.alloc(12 * 1024 * 1024));
    const flow = await hoardingFlow();
    const run = await flow.start(Hoarder, 60, { id: 'r' });
    const full = await run.result().catch(codeOf);
    const kept = flow.show('r').steps.length;
    rmSync(ballast);
    await flow.resume('r');
    const result = await run.result();
    await flow.close();
    return { full, kept, result, again: Hoarder.executed.length - 60 };
  },
};

try {
  say({ ok: await actions[what]!() });
} catch (error) {
  say({ code: codeOf(error) });
}
process.exit(0);
