import { afterEach, describe, expect, it, vi } from 'vitest';
import { step, workflow, type TelemetryEvent } from 'durableflow';
import { openFlow } from '../fixtures/open-flow.js';
import { redactSecrets } from '../../sdk/telemetry/redact-secrets.js';

afterEach(() => vi.unstubAllEnvs());

describe('redactSecrets', () => {
  it.each([
    ['401 from the CRM (Authorization: Bearer abcdef0123456789)', '401 from the CRM (Authorization: Bearer [redacted])'],
    ['Incorrect API key provided: sk-proj-0123456789abcdefXYZ.', 'Incorrect API key provided: [redacted].'],
    ['connect postgres://app:hunter22@db.local/shop failed', 'connect postgres://[redacted]@db.local/shop failed'],
    ['{"api_key":"a1b2c3d4e5","region":"eu"}', '{"api_key":"[redacted]","region":"eu"}'],
    ['GET /v1?access_token=a1b2c3d4&page=2', 'GET /v1?access_token=[redacted]&page=2'],
    ['password = correct-horse', 'password = [redacted]'],
    ['ghp_0123456789abcdefghij was revoked', '[redacted] was revoked'],
    ['AKIAIOSFODNN7EXAMPLE is unknown', '[redacted] is unknown'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl expired', 'jwt [redacted] expired'],
    ['-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY----- is bad', '[redacted] is bad'],
  ])('takes out what it knows: %s', (text, clean) => {
    expect(redactSecrets(text)).toBe(clean);
  });

  it.each([
    'TypeError: Cannot read properties of undefined',
    'Unexpected token } in JSON at position 4',
    'the prompt has 9000 tokens, of 8000 at the most',
    'no customer c-7 (https://crm.local:8080/customers/c-7)',
    'DF_STEP_TIMEOUT: findCustomer took longer than 4s',
  ])('leaves other words alone: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('knows the secrets of the environment, and only those of some length', () => {
    vi.stubEnv('PAYMENTS_TOKEN', 'correct horse battery');
    vi.stubEnv('SHORT_KEY', 'us');
    vi.stubEnv('GREETING', 'good morning');
    expect(redactSecrets('us: correct horse battery, good morning')).toBe('us: [redacted], good morning');
  });
});

@workflow({ name: 'quotes-its-key' })
class QuotesItsKey {
  run() {
    return this.work();
  }

  @step()
  async work() {
    throw new Error('401 for Bearer 0123456789abcdef');
  }
}

it('telemetry gets the text of an error without its secrets, and the journal all of it', async () => {
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event) });
  flow.register(QuotesItsKey, () => new QuotesItsKey());
  const run = await flow.start(QuotesItsKey, undefined, { id: 'r' });
  await run.settled();
  expect(events.find(({ event }) => event === 'attempt.failed')).toMatchObject({ error: 'Error: 401 for Bearer [redacted]', attempt: 1 });
  expect(String(flow.show('r').error)).toContain('0123456789abcdef');
  await flow.close();
});
