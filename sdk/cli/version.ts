import { readFileSync } from 'node:fs';

/** The version of the package. */
export function version(): string {
  // Two folders up, both from sdk/cli and from dist/cli.
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
