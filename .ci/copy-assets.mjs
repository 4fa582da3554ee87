// What the build needs beside what the compiler makes: plain JavaScript that runs before any loader, data, and the page of `durableflow ui`.
import { cpSync, statSync } from 'node:fs';

const asset = /\.(?:mjs|json)$/;
const page = /[\\/]ui[\\/](?:page|assets)$/;

for (const folder of ['sdk', 'vitest-plugin', 'readiness-suites', 'colony'])
  cpSync(folder, `dist/${folder}`, {
    recursive: true,
    filter: (path) => (statSync(path).isDirectory() ? !page.test(path) : asset.test(path)),
  });
cpSync('sdk/ui/assets', 'dist/sdk/ui/assets', { recursive: true });
