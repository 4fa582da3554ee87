import { tellCrashStory } from '../shop/crash-story.js';

const worker = new URL('worker.ts', import.meta.url);
try {
  process.exitCode = (await tellCrashStory({
    name: 'vercel-ai',
    title: 'An agent of the Vercel AI SDK, four processes, two of them killed',
    worker,
  }))
    ? 0
    : 1;
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
