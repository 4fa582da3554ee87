import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'durableflow';
import { storeConformance } from '../store/store-conformance.js';

storeConformance('SqliteStore on a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-test-'));
  return {
    open: () => new SqliteStore(join(folder, 'app.db')),
    shared: true,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
});

storeConformance("SqliteStore with durability: 'process-crash'", () => {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-test-'));
  return {
    open: () => new SqliteStore(join(folder, 'app.db'), { durability: 'process-crash' }),
    shared: true,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
});

storeConformance('SqliteStore in memory', () => ({ open: () => new SqliteStore(':memory:'), shared: false, dispose: () => {} }));
