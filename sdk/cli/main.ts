#!/usr/bin/env node
import { processIo } from './process-io.js';
import { runCli } from './program.js';

const exitCode = await runCli(process.argv.slice(2), processIo());
// A module given with --app may hold the process open; the last bytes on a pipe must get out all the same.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
