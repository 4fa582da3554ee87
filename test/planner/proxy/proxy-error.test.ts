import { DurableFlowError } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { wireError } from '../../../sdk/planner/proxy/proxy-error.js';

const key = 'sk-stub-0123456789abcdefghij';

describe('wireError', () => {
  it('repeats no key, whatever an error quotes', () => {
    const attempts = [{ targetId: 'small', outcome: 'transport_error', detail: `401: bad key ${key}` }];
    const { body } = wireError(new DurableFlowError('DF_PLAN_FAILED', `no target answered: bad key ${key}`, { details: { attempts } }));
    expect(body.error).toMatchObject({ code: 'all_attempts_failed', attempts: [{ target: 'small', detail: '401: bad key [redacted]' }] });
    expect(JSON.stringify(body)).not.toContain(key);
    const rejected = { status: 400, error: { message: `Incorrect key ${key}`, code: 'x' } };
    expect(JSON.stringify(wireError(new DurableFlowError('DF_PLAN_REJECTED', 'no', { details: rejected })).body)).not.toContain(key);
  });

  it('tells nothing of what it does not know', () => {
    for (const error of [
      new Error(`at /home/ada/${key}`),
      key,
      undefined,
      new DurableFlowError('DF_STORE_CORRUPT', `the file of ${key}`),
    ]) {
      const { status, body } = wireError(error);
      expect([status, body.error.type, body.error.code]).toEqual([500, 'server_error', 'internal_error']);
      expect(JSON.stringify(body)).not.toContain(key);
    }
  });

  it('says what has happened, and nothing of a library that the client may not even know', () => {
    const { body } = wireError(
      new DurableFlowError('DF_PLAN_INFEASIBLE', 'no target has the tier frontier', { details: { attempts: [] } }),
    );
    expect(body.error.message).toBe('no target has the tier frontier.');
    expect(body.error).not.toHaveProperty('attempts');
  });

  it('asks the client to come again only where that may help', () => {
    const unhealthy = new DurableFlowError('DF_PLAN_INFEASIBLE', 'all are down', { details: { infeasible: { constraint: 'health' } } });
    expect(wireError(unhealthy)).toMatchObject({ status: 503, headers: { 'x-should-retry': 'true', 'retry-after': '1' } });
    for (const code of ['DF_PLAN_INFEASIBLE', 'DF_BUDGET_EXHAUSTED', 'DF_PLAN_FAILED', 'DF_PLAN_LATENCY', 'DF_PLAN_KEY_REUSED'] as const)
      expect([code, wireError(new DurableFlowError(code, 'no')).headers]).toEqual([code, { 'x-should-retry': 'false' }]);
  });

  it('gives a rejection its status, and nobody a 401 that is not about the token of this proxy', () => {
    const rejected = (status: unknown) =>
      wireError(new DurableFlowError('DF_PLAN_REJECTED', 'no', { details: { status, error: { message: 'm' } } }));
    expect([rejected(422), rejected(404), rejected(500), rejected(undefined), rejected(401)].map(({ status }) => status)).toEqual([
      422, 404, 400, 400, 400,
    ]);
  });
});
