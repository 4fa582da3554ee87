import { DurableFlowError } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../sdk/cli/cli-error.js';
import { describeError } from '../../sdk/cli/describe-error.js';

describe('describeError', () => {
  it('parts what is wrong from what to do', () => {
    expect(describeError(new DurableFlowError('DF_CLOSED', 'the flow is closed'))).toEqual({
      code: 'DF_CLOSED',
      what: 'the flow is closed.',
      fix: 'Open it again with DurableFlow.open().',
    });
    expect(describeError(new CliError('CLI_NO_DATABASE', 'none'))).toMatchObject({
      code: 'CLI_NO_DATABASE',
      what: 'none',
      fix: expect.stringContaining('--db') as string,
    });
  });

  it('reads an error that a newer version has recorded', () => {
    const error = Object.assign(new DurableFlowError('DF_CLOSED', 'x'), { code: 'DF_FROM_THE_FUTURE' });
    expect(describeError(error)).toMatchObject({ code: 'DF_FROM_THE_FUTURE', fix: undefined });
  });

  it.each([
    [new TypeError('no'), { code: 'TypeError', what: 'no' }],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), { code: 'ECONNREFUSED', what: 'refused' }],
    [new RangeError(), { code: 'RangeError', what: 'RangeError' }],
    ['thrown text', { code: 'Error', what: 'thrown text' }],
    [undefined, { code: 'Error', what: 'undefined' }],
  ])('reads %s', (error, expected) => {
    expect(describeError(error)).toEqual({ ...expected, fix: undefined });
  });
});
