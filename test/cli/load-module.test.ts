import { expect, it, vi } from 'vitest';
import { loadModule } from '../../sdk/cli/load-module.js';

vi.mock('tsx/esm/api', () => {
  throw new Error('Cannot find package');
});

it('says what to install if a TypeScript module is given and tsx is not there', async () => {
  await expect(loadModule('/app.ts')).rejects.toMatchObject({
    code: 'CLI_TSX_MISSING',
    fix: expect.stringContaining('npm install') as string,
  });
});
