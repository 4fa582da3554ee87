import { join } from 'node:path';
import { seconds, type Micros } from 'durableflow/colony';
import { Narrator } from './eviction/narrator.js';
import { prepareStage, runWithOneLoss, type LossStory } from './eviction/one-loss.js';
import { promisesOf, stagesOfTheJob } from './eviction/promises.js';

/** One job, whose machine is killed in the middle of a stage: from scratch, and durably. Its argument is the folder for its files. */
async function story(folder: string): Promise<boolean> {
  const began = performance.now();
  const narrator = new Narrator();
  narrator.title('One job, one lost machine: what a record is worth');
  narrator.say(`A machine is a process; it is ended by SIGKILL in the fourth of five shards. A job has ${stagesOfTheJob} stages.`);
  const code = await prepareStage(folder);
  const run = (arm: 'scratch' | 'durable') => runWithOneLoss(join(folder, arm), arm, code, (moment) => narrator.moment(moment));
  narrator.chapter('From scratch', 'the plain class; whoever takes the job up begins it');
  const scratch = await run('scratch');
  narrator.chapter('Durably', 'the same class, by the engine; whoever takes the job up goes on');
  const durable = await run('durable');

  narrator.chapter('What the loss has cost');
  const both = [scratch, durable];
  narrator.row('', 'from scratch', 'durably');
  narrator.row('until the job was done', ...both.map(({ outcome }) => span(outcome.run.jobs[0]?.doneAt)));
  narrator.row('  of that, machines were starting', ...both.map(({ outcome }) => span(outcome.run.billed.provision)));
  narrator.row('until the loss was known', ...both.map((it) => span(lossOf(it)?.detect)));
  narrator.row('until another machine worked', ...both.map((it) => span(lossOf(it)?.recover)));
  narrator.row('until the job was as far again', ...both.map((it) => span(lossOf(it)?.regain)));
  narrator.row('work that was lost', ...both.map((it) => span(lossOf(it)?.lostWork)));
  narrator.row('stages done again', ...both.map(({ stagesBegun }) => String(stagesBegun - stagesOfTheJob)));
  narrator.row('artifacts in the sink', ...both.map(({ outcome }) => String(outcome.run.effects.keys)));
  narrator.row('delivered again', ...both.map(({ outcome }) => String(outcome.run.effects.duplicates)));

  narrator.chapter('What was promised');
  const promises = promisesOf(scratch, durable);
  for (const { kept, text } of promises) narrator.check(kept, text);
  narrator.say(`\nIt took ${((performance.now() - began) / 1000).toFixed(1)} s. What the processes wrote is in ${folder}.`);
  narrator.say('Next: npm run readiness:colony, the verdict on this class; npm run colony, the benchmark.');
  return promises.every(({ kept }) => kept);
}

const lossOf = ({ outcome }: LossStory) => outcome.run.recoveries[0];

const span = (micros: Micros | undefined) => (micros === undefined ? 'never' : `${seconds(micros).toFixed(2)} s`);

try {
  process.exitCode = (await story(process.argv[2] ?? '.demo/eviction')) ? 0 : 1;
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
