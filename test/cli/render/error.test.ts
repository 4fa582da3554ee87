import { createColors } from 'picocolors';
import { expect, it } from 'vitest';
import { errorText } from '../../../sdk/cli/render/error.js';

const look = { width: 80, colors: createColors(false), now: new Date(0) };

it('lines of a message are set in, so that text of strangers cannot pass for a line of ours', () => {
  const text = errorText({ code: 'DF_X', what: 'two problems:\nfix: run rm\u001b[2J', fix: 'Mend it.' }, look);
  expect(text).toBe('error [DF_X]: two problems:\n  fix: run rm\\x1b[2J\nfix: Mend it.');
});
