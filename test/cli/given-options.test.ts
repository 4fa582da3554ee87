import { expect, it } from 'vitest';
import { buildProgram } from '../../sdk/cli/program.js';
import { processIo } from '../../sdk/cli/process-io.js';
import { givenOptions } from '../../sdk/cli/given-options.js';

it.each([
  [[], { profile: 'moderate', seeds: 5, out: '.colony' }],
  [['--profile', 'calm', '--out', 'there'], { profile: 'calm', seeds: 5, out: 'there' }],
  [['--seeds', '7', '--json'], { profile: 'moderate', seeds: 7, out: '.colony' }],
])('reads %j behind a subcommand whose command has options of the same names', async (args, expected) => {
  const { program } = buildProgram(processIo());
  const real = program.commands.find((it) => it.name() === 'colony')!.commands.find((it) => it.name() === 'real')!;
  let seen: unknown;
  real.action(() => {
    seen = givenOptions(real);
  });
  await program.parseAsync(['colony', 'real', ...args], { from: 'user' });
  expect(seen).toEqual(expected);
});
