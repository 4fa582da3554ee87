import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { crmClient } from '../../../examples/mcp-crm/agent/crm-client.js';
import { Child } from '../../../examples/mcp-crm/story/child.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('tells its story: killed between a credit and its confirmation, and given once', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'examples/mcp-crm/story.ts', tempFolder()]);
  expect(stdout).toContain('SIGKILL');
  expect(stdout).toMatch(/Credits in the CRM: 1\..*\n +Approved once, given once\./);
});

it.each(['stdio', 'http'])('is reached by %s', async (how) => {
  const folder = tempFolder();
  const script = fileURLToPath(new URL('../../../examples/mcp-crm/serve.ts', import.meta.url));
  const server = how === 'http' ? new Child('serve.ts', ['--http', '0', '--folder', folder]) : undefined;
  const crm = server
    ? crmClient({ url: await server.line((line) => line.startsWith('http')) })
    : crmClient({ stdio: { command: process.execPath, args: ['--import', 'tsx', script, '--folder', folder] } });
  const tools = await crm.tools({ scope: 's' });
  expect(tools.map(({ name }) => name)).toContain('crm_issue_credit');
  expect(await tools.find(({ name }) => name === 'crm_find_customer')!.call({ name: 'berg' })).toContain('count="2"');
  await crm.close();
  await server?.kill();
});
