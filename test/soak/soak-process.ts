import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { createLogUpdate } from 'log-update';
import { positiveInteger, positiveNumber, wholeNumber } from '../../sdk/cli/arguments.js';
import { printSoak } from './soak-report.js';
import { soakSvg } from './soak-svg.js';
import { soak, type SoakOptions } from './soak.js';

const { json, picture, ...options } = new Command('npm run soak --')
  .description(
    'Real processes on one file, killed and stopped all the while; every order must come to its end, and every effect happen once.',
  )
  .option('--minutes <n>', 'how long orders come in', positiveNumber, 60)
  .option('--processes <n>', 'how many workers; the first one is never killed', atLeastTwo, 4)
  .option('--kill-every <seconds>', 'between two kills or stops, on average', positiveNumber, 3)
  .option('--rate <n>', 'orders a second', positiveNumber, 4)
  .option('--seed <n>', 'what the orders and disturbances are drawn from', wholeNumber, 1)
  .option('--json <file>', 'where the figures are written')
  .option('--picture <file>', 'where memory and file are drawn over time, as SVG')
  .addOption(new Option('--without <protection>', 'a store that lacks a protection').choices(['intents', 'records']))
  .parse()
  .opts<SoakOptions & { readonly json?: string; readonly picture?: string }>();

const lineEvery = 10_000;
const redraw = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;
let lineAt = 0;

function tell(line: string): void {
  if (redraw) return redraw(line);
  if (Date.now() < lineAt) return;
  lineAt = Date.now() + lineEvery;
  process.stderr.write(`${line}\n`);
}

const report = await soak(options, tell);
redraw?.done();
printSoak(report);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
if (picture !== undefined) writeFileSync(picture, soakSvg(report));
if (report.broken.length > 0) process.exitCode = 1;

function atLeastTwo(text: string): number {
  return Math.max(2, positiveInteger(text));
}
