// The CRM as a process of its own: on its standard input and output, or with --http on a port of this machine.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { crmServer } from './crm/crm-server.js';
import { LegacyCrm } from './crm/legacy-crm.js';
import { serveHttp } from './crm/serve-http.js';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '.demo/crm' },
    http: { type: 'string' },
    'confirm-after': { type: 'string', default: '0' },
  },
});
mkdirSync(values.folder, { recursive: true });
const crm = new LegacyCrm(fileURLToPath(new URL('data', import.meta.url)), values.folder);
const makeServer = () => crmServer(crm, { confirmAfter: Number(values['confirm-after']) });
if (values.http === undefined) await makeServer().connect(new StdioServerTransport());
else process.stdout.write(`${(await serveHttp(makeServer, Number(values.http))).url}\n`);
