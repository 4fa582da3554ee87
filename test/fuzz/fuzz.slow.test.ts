import { describe, expect, it } from 'vitest';
import { brokenTargets } from './broken-targets.js';
import { fuzz } from './fuzz.js';
import { targets } from './targets.js';

const seed = 1;

describe('hostile input', () => {
  it.each(Object.keys(targets))('does no harm to %s', async (target) => {
    const { findings, inputs } = await fuzz({ target, seed, milliseconds: 1500 });
    expect(findings).toEqual([]);
    expect(inputs).toBeGreaterThan(1);
  });

  it.each(Object.keys(brokenTargets))('that does harm is found: %s', async (kind) => {
    const { findings } = await fuzz({ target: kind, seed, milliseconds: 5000 });
    expect(findings.map((it) => it.kind)).toContain(kind);
  });
});
