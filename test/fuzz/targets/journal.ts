import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, step, workflow } from 'durableflow';
import { decode } from '../../../sdk/journal/index.js';
import type { FuzzTarget } from '../fuzz-target.js';

@workflow({ name: 'fuzzed' })
class Fuzzed {
  async run() {
    const first = await this.first().catch((error: unknown) => String(error));
    await this.second();
    return first;
  }

  @step()
  async first(): Promise<unknown> {
    return { text: 'first', at: new Date(0) };
  }

  @step({ retry: { maxAttempts: 1 } })
  async second() {
    throw new TypeError('second', { cause: new Error('a cause') });
  }
}

/** A record of a run that has been written by somebody else: the run is read, exported, audited and taken up again. */
export const journal: FuzzTarget = {
  seeds: () => [
    '[{"text":1,"at":2},"first",["Date","1970-01-01T00:00:00.000Z"]]',
    '[{"class":1,"message":2,"fields":3},"TypeError","second",{"code":4},"E"]',
    '[{"class":1,"message":2,"cause":3},"DurableFlowError","m",{"value":4},7]',
    '["text"]',
  ],
  words: ['"class"', '"fields"', '"cause"', '"stack"', '"message"', '"DF_DIVERGED"', '"RunDiverged"', '"ModelError"', '"value"'],
  async open(folder) {
    const file = join(folder, 'journal.db');
    const flow = await DurableFlow.open(file, { durability: 'process-crash', guard: 'off' });
    flow.register(Fuzzed, () => new Fuzzed());
    await (await flow.start(Fuzzed, undefined, { id: 'r' })).settled();
    const db = new Database(file);
    const set = db.prepare('UPDATE journal SET value = ?, outcome = ? WHERE call = ?');
    const setOutcome = db.prepare('UPDATE runs SET outcome = ?');
    let forks = 0;
    return async (input) => {
      set.run(input, forks % 2 === 0 ? 'returned' : 'threw', 0);
      if (forks % 3 === 0) setOutcome.run(input);
      const read = [attempt(() => flow.show('r')), attempt(() => flow.audit('r')), attempt(() => flow.exportHistory('r')), attempt(() => flow.runs())];
      const again = await flow.fork('r', { fromCall: 1, id: `f${forks++}` });
      await again.settled();
      await flow.prune({ olderThan: 0, status: 'failed' }).catch(() => {});
      const fault = read.find((it) => it instanceof Error);
      // A damaged record is told by whoever reads it; it need not have a code if the codec says what is wrong.
      if (fault && isDecodable(input)) throw fault;
      return undefined;
    };
  },
}; // prettier-ignore

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

function isDecodable(text: string): boolean {
  try {
    decode(text);
    return true;
  } catch {
    return false;
  }
}
