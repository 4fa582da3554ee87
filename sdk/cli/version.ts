import { readFileSync } from 'node:fs';

/** The version of the package. */
export function version(): string {
  // Two folders up from sdk/cli, three from dist/sdk/cli.
  const file = new URL(import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
