import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `durableflow ui` as a process of its own. */
export interface UiProcess extends AsyncDisposable {
  readonly url: string;
  /** By decider. */
  readonly links: Readonly<Record<string, string>>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const main = fileURLToPath(new URL('../../../sdk/cli/main.ts', import.meta.url));
const app = fileURLToPath(new URL('ui-app.ts', import.meta.url));

/** Serves the page over the file, executing what is approved, for ada and grace. */
export async function startUiProcess(file: string, options: readonly string[] = ['--port', '0', '--app', app]): Promise<UiProcess> {
  const argv = ['--import', 'tsx', main, '--db', file, '--json', 'ui', '--by', 'ada', '--by', 'grace', ...options];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const closed = once(child, 'close');
  const told = await new Promise<{ url: string; links: { decider: string; link: string }[] }>((resolve, reject) => {
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const line = out.split('\n')[0]!;
      if (out.includes('\n')) resolve(JSON.parse(line) as { url: string; links: { decider: string; link: string }[] });
    });
    void closed.then(() => reject(new Error(`durableflow ui has ended: ${out}${errors}`)));
  });
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await closed;
  };
  return {
    url: told.url,
    links: Object.fromEntries(told.links.map(({ decider, link }) => [decider, link])),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
