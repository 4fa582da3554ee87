// `npm run planner`: five requests, five plans. The proxy and its client are real, the three models are stubs.
import { coloursFor } from '../inbox-triage/cli/terminal.js';
import { tellStory } from './story.js';

try {
  process.exitCode = (await tellStory(process.stdout)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
