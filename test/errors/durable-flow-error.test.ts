import { ApprovalExpired, ApprovalRejected, DurableFlowError, errorCodes, RunCancelled, StepTimeout, type ErrorCode } from 'durableflow';
import { describe, expect, it } from 'vitest';

describe('an engine error', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('%s says what happened and what to do', (code) => {
    const { meaning, fix } = errorCodes[code];
    const error = new DurableFlowError(code, 'this happened', { details: { at: 1 }, cause: 'why' });
    expect(error.message).toBe(`this happened. ${fix}`);
    expect(error).toMatchObject({ code, fix, name: 'DurableFlowError', details: { at: 1 }, cause: 'why' });
    for (const sentence of [meaning, fix]) expect(sentence).toMatch(/^\S.*\.$/s);
  });

  it('does not end a sentence twice', () => {
    expect(new DurableFlowError('DF_CLOSED', 'really?').message).toMatch(/^really\? [A-Z]/);
  });

  it('has a class of its own where one catches it', () => {
    expect(new ApprovalExpired('late')).toBeInstanceOf(ApprovalRejected);
    expect([new ApprovalRejected('a').code, new ApprovalExpired('b').code, new RunCancelled('c').code, new StepTimeout('d').code]).toEqual([
      'DF_APPROVAL_REJECTED',
      'DF_APPROVAL_EXPIRED',
      'DF_CANCELLED',
      'DF_STEP_TIMEOUT',
    ]);
    expect(new ApprovalRejected('a', { details: { by: 'ann', reason: 'no' } })).toMatchObject({
      by: 'ann',
      reason: 'no',
      name: 'ApprovalRejected',
    });
  });
});
