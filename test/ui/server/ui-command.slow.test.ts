import { beforeAll, expect, it } from 'vitest';
import { call } from '../../cli/terminal.js';
import { buildPage } from '../build-page.js';
import { servedUi } from './served-ui.js';

beforeAll(buildPage);

it('durableflow ui prints the links and what they may do, and stops when it is asked to', async () => {
  const { file } = await servedUi();
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  setTimeout(() => stop(), 1000);
  const { out, exit } = await call(['--db', file, 'ui', '--port', '0', '--by', 'ada', '--by', 'grace'], { stopped });
  expect(exit).toBe(0);
  expect(out).toMatch(/#token=[\w-]{43} {2}ada\n.*#token=[\w-]{43} {2}grace\n/);
  expect(out).toContain('DURABLEFLOW_APPROVAL_SECRET');
  expect(out.trimEnd().endsWith('Stopped.')).toBe(true);
});
