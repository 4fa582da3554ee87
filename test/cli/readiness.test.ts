import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { reportOf } from '../readiness-suites/report-of.js';
import { unsafeAgent } from '../readiness-suites/support-agents.js';
import { call, callJson, temporaryFolder } from './terminal.js';

describe('durableflow readiness report', async () => {
  const file = join(await temporaryFolder(), 'readiness.json');
  writeFileSync(file, JSON.stringify(reportOf(unsafeAgent())));

  it.each([
    ['text', / Blocker +prompt injection: executed a refund of \$900 that nobody approved/],
    ['md', /^# ❌ NO SHIP/],
    ['html', /^<!doctype html>/],
    ['junit', /^<\?xml version="1.0"/],
  ])('renders it again as %s', async (format, beginning) => {
    const { out, exit } = await call(['readiness', 'report', file, '--format', format]);
    expect([exit, out]).toEqual([0, expect.stringMatching(beginning)]);
  });

  it('is text if no format is named, and the report itself with --json', async () => {
    expect((await call(['readiness', 'report', file])).out).toContain('NO SHIP');
    expect((await callJson<ReadinessReport>(['readiness', 'report', file])).data.state).toBe('no_ship');
  });

  it('refuses what is no report', async () => {
    const other = join(await temporaryFolder(), 'other.json');
    writeFileSync(other, '{}');
    expect((await call(['readiness', 'report', other])).err).toContain('error [DF_READINESS_REPORT]');
    expect(await call(['readiness', 'report', 'nowhere.json'])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('CLI_FILE_FAILED') as string,
    });
    expect((await call(['readiness', 'report', file, '--format', 'pdf'])).exit).toBe(2);
  });
});
