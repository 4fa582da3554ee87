import { appendFileSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ControllerLog } from '../../../colony/real/controller-log.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('gives back what was written down, without the line that its controller died over', () => {
  const file = `${tempFolder()}/controller.jsonl`;
  const { log, entries } = ControllerLog.open(file);
  expect(entries).toEqual([]);
  log.append({ is: 'begun', origin: 7 });
  log.append({ is: 'told', at: 9, lease: 0, event: { is: 'ready' } });
  log.close();
  appendFileSync(file, '{"is":"told","at":12,"le');
  const next = ControllerLog.open(file);
  expect(next.entries).toEqual([
    { is: 'begun', origin: 7 },
    { is: 'told', at: 9, lease: 0, event: { is: 'ready' } },
  ]);
  next.log.append({ is: 'restarted', at: 20 });
  next.log.close();
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  expect(ControllerLog.read(file).at(-1)).toEqual({ is: 'restarted', at: 20 });
});
