// What the build needs beside what the compiler makes: plain JavaScript that runs before any loader, and data.
import { cpSync, statSync } from 'node:fs';

const asset = /\.(?:mjs|json)$/;

for (const folder of ['sdk', 'vitest-plugin', 'readiness-suites', 'colony'])
  cpSync(folder, `dist/${folder}`, { recursive: true, filter: (path) => statSync(path).isDirectory() || asset.test(path) });
