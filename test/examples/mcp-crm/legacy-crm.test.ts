import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpClient } from 'durableflow/mcp';
import { describe, expect, it } from 'vitest';
import { crmServer } from '../../../examples/mcp-crm/crm/crm-server.js';
import { LegacyCrm } from '../../../examples/mcp-crm/crm/legacy-crm.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

const data = fileURLToPath(new URL('../../../examples/mcp-crm/data', import.meta.url));
const credit = { customerId: '000042', invoice: 'RE-1003', cents: 2490 };

describe('LegacyCrm', () => {
  it('reads fixed-width Latin-1 and decimal commas', async () => {
    const crm = new LegacyCrm(data, tempFolder());
    expect(await crm.findCustomers('ann berg')).toMatchObject([{ id: '000042', street: 'Møllegata 12', city: 'Oslo' }]);
    expect((await crm.invoices('000042'))[0]).toEqual({
      number: 'RE-1001',
      customerId: '000042',
      date: '2026-09-12',
      cents: 124900,
      state: 'paid',
    });
  });

  it('does a thing once a key, whoever asks, and refuses more than was invoiced', async () => {
    const folder = tempFolder();
    const [one, other] = [new LegacyCrm(data, folder), new LegacyCrm(data, folder)];
    await Promise.all([one.issueCredit(credit, 'k'), one.issueCredit(credit, 'k')]);
    expect(await other.issueCredit(credit, 'k')).toEqual(credit);
    await expect(other.issueCredit(credit, 'other')).rejects.toThrow('2490 are credited');
    expect(await other.credits()).toEqual([credit]);
    expect(await other.findOperation('k')).toEqual(credit);
  });

  it('is not confused by a line of a process that died while it wrote, nor by what looks like its separators', async () => {
    const folder = tempFolder();
    const crm = new LegacyCrm(data, folder);
    const address = { street: 'A "b"; c\nd', zip: '1', city: 'X' };
    await crm.changeAddress('000077', address, 'k;"1"');
    await appendFile(join(folder, 'operations.csv'), '"torn";"credit";"000042";"RE-1003"');
    await crm.issueCredit(credit, 'k2');
    expect(await crm.credits()).toEqual([credit]);
    expect(await crm.findOperation('k;"1"')).toMatchObject({ id: '000077', street: 'A "b"; c d' });
    expect((await readFile(join(folder, 'operations.csv'), 'utf8')).split('\n')).toHaveLength(4);
  });
});

describe('crmServer', () => {
  it('says of each tool whether it reads or writes', async () => {
    const transport = async () => {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await crmServer(new LegacyCrm(data, tempFolder())).connect(theirs);
      return ours;
    };
    const tools = await new McpClient({ name: 'crm', transport }).tools({ scope: 's' });
    expect(tools.map(({ name, access, openWorld }) => `${name} ${access} ${openWorld}`)).toEqual([
      'crm_find_customer read false',
      'crm_list_invoices read false',
      'crm_issue_credit write false',
      'crm_change_address write false',
      'crm_find_operation read false',
    ]);
    expect(await tools[0]!.call({ name: 'rossi' })).toContain('<customer id="000077" name="Rossi, Lea"');
    expect(await tools[1]!.call({ customerId: '000077' })).toMatchObject({ invoices: [{ number: 'RE-1005', cents: 8900 }] });
    // Outside the engine there is no gate; the refusal comes from the CRM itself.
    await expect(tools[2]!.call({ ...credit, cents: 1e9 })).rejects.toThrow('is over');
  });
});
