import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FileSink } from '../../../colony/real/file-sink.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('takes a second delivery under the same key for the first one, and counts any other as made again', async () => {
  const file = `${tempFolder()}/sink.jsonl`;
  const [one, other] = [new FileSink(file), new FileSink(file)];
  expect(await one.find('job-1/data')).toBeUndefined();
  await one.put('job-1/data', 'first', { key: 'k1' });
  await other.put('job-1/data', 'again', { key: 'k1' });
  expect(await one.find('job-1/data')).toBe('first');
  expect(one.count()).toEqual({ keys: 1, duplicates: 0, mostOfOneKey: 1 });
  await other.put('job-1/data', 'from scratch', { key: 'k2' });
  await other.put('job-2/data', 'another', { key: 'k3' });
  expect(await one.find('job-1/data')).toBe('from scratch');
  expect(one.count()).toEqual({ keys: 2, duplicates: 1, mostOfOneKey: 2 });
  expect(one.deliveries()).toHaveLength(4);
});

it('is not led astray by a line that was cut short', async () => {
  const file = `${tempFolder()}/sink.jsonl`;
  const sink = new FileSink(file);
  await sink.put('a', '1', { key: 'k1' });
  appendFileSync(file, '{"name":"b","ke');
  await sink.put('c', '3', { key: 'k3' });
  expect(sink.deliveries().map(({ name }) => name)).toEqual(['a', 'c']);
});
