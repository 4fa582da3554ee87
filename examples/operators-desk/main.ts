// `npm run ui`: the page of `durableflow ui` over runs that the engine makes on the first start. `-- --fresh` makes them anew; other options go to the command.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coloursFor } from '../inbox-triage/cli/terminal.js';
import { deskFile } from './desk-app.js';
import { fillDesk } from './fill-desk.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { dim, bold, red } = coloursFor(process.stderr);
const say = (what: string) => void process.stderr.write(`${dim(`… ${what}`)}\n`);

async function main(given: readonly string[]): Promise<number> {
  const isFresh = given.includes('--fresh');
  const folder = dirname(deskFile);
  const begun = `${folder}/unfinished`;
  say('the page is built');
  const built = spawnSync('npm', ['run', '--silent', 'build:page'], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (built.status !== 0) throw new Error('the page could not be built; npm run build:page says why');
  // What was not made to the end is made anew.
  if (isFresh || !existsSync(deskFile) || existsSync(begun)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(begun, { recursive: true });
    await fillDesk(say);
    await rename(begun, `${folder}/finished`);
  } else say(`the runs of last time, in ${deskFile}; npm run ui -- --fresh makes them anew`);
  if (!existsSync('examples/.readiness')) say('no readiness report is there; npm run readiness makes one');
  if (!existsSync('.colony')) say('no Colony report is there; npm run colony makes one');
  process.stderr.write(`${bold('Two links, for two deciders: payments to suppliers need both.')}\n`);
  const command = ['--import', 'tsx', here('../../sdk/cli/main.ts'), '--db', deskFile, 'ui', '--app', here('desk-app.ts')];
  const others = given.filter((it) => it !== '--fresh');
  const server = spawn(process.execPath, [...command, '--by', 'ada', '--by', 'grace', ...others], { stdio: 'inherit' });
  // Ctrl-C reaches it as well; this process stays until it has closed the file.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => signal === 'SIGTERM' && server.kill(signal));
  const [code] = (await once(server, 'exit')) as [number | null];
  return code ?? 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
