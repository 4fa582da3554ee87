import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { checkFile } from './kit/check-file.js';
import { Desk } from './kit/desk.js';
import { allExercises, type Exercise } from './kit/exercise.js';

const usage = `npm run exercise                   what there is, and what is solved
npm run exercise 1                 the task, and the check of your file
npm run exercise 1 -- --solution   the check of the model answer
npm run exercise 1 -- --reset      begins anew; your file is kept beside it`;

const colours = pc.createColors(process.stdout.isTTY && !process.env['NO_COLOR']);
const say = (line = '') => void process.stdout.write(`${line}\n`);
// Tests have a desk of their own.
const desk = new Desk(process.env['EXERCISES_DESK']);

/** Lists the exercises, with a tick for each that is solved. */
async function list(exercises: readonly Exercise[]): Promise<number> {
  const solved = await desk.solved();
  say(colours.bold('Exercises'));
  for (const { number, name, title } of exercises)
    say(` ${solved.includes(name) ? colours.green('✔') : ' '} ${String(number).padStart(2)}  ${title}`);
  const next = exercises.find(({ name }) => !solved.includes(name));
  say(`\n${solved.length} of ${exercises.length} solved.${next ? ` Next: npm run exercise ${next.number}` : ''}`);
  return 0;
}

async function check(exercise: Exercise, solution: boolean): Promise<number> {
  const laidOut = !solution && (await desk.layOut(exercise));
  const path = solution ? 'the model answer' : desk.pathOf(exercise);
  if (!solution) say(`${exercise.task.replace(/^# (.*)/, (_, title: string) => colours.bold(`${exercise.number}  ${title}`)).trim()}\n`);
  say(`${colours.dim('Checking')} ${path}${laidOut ? colours.dim(', which was just laid out for you to edit') : ''}`);
  const { held, notYet } = await checkFile(await exercise.claims(), solution ? exercise.solution : desk.fileOf(exercise), (holds) =>
    say(` ${colours.green('✔')} ${holds}`),
  );
  if (!solution) await desk.note(exercise, notYet === undefined);
  if (notYet) {
    say(` ${colours.red('✗')} Not yet: ${notYet.holds}`);
    say(`   ${notYet.words.replaceAll('\n', '\n   ')}`);
    say(`   ${colours.cyan('Hint:')} ${notYet.hint}`);
    if (!solution) say(`\nEdit ${path}, then: npm run exercise ${exercise.number}`);
    return 1;
  }
  say(
    `\n${colours.green(colours.bold('Solved.'))} ${held.length} of ${held.length} hold.${solution ? '' : ` One way to do it: ${exercise.name}/solution.ts`}`,
  );
  return 0;
}

async function reset(exercise: Exercise): Promise<number> {
  const kept = await desk.reset(exercise);
  say(`${desk.pathOf(exercise)} is as in the beginning.${kept ? ` What you had is in ${kept}.` : ''}`);
  return 0;
}

function wrong(what: string): number {
  process.stderr.write(`${what}\n\n${usage}\n`);
  return 2;
}

async function main(): Promise<number> {
  const exercises = await allExercises();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { solution: { type: 'boolean' }, reset: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const [number, ...more] = positionals;
  if (more.length > 0) return wrong('One exercise at a time.');
  if (number === undefined) return values.solution || values.reset ? wrong('Say which exercise, by its number.') : list(exercises);
  const exercise = exercises.find((it) => it.number === Number(number) || it.name === number);
  if (!exercise) return wrong(`There is no exercise ${number}; there are 1 to ${exercises.length}.`);
  return values.reset ? reset(exercise) : check(exercise, values.solution ?? false);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = wrong(error instanceof Error ? error.message : String(error));
}
