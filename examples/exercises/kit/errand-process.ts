// A process of its own that executes one run of a learner's class, as any worker would, and may be killed on the way.
import { pathToFileURL } from 'node:url';
import { DurableFlow, type WorkflowClass } from 'durableflow';
import { Outside } from './outside.js';
import { runId, type Errand } from './run-in-process.js';

const { file, className, world, db, log, input, death } = JSON.parse(process.argv[2]!) as Errand;
const exported = (await import(pathToFileURL(file).href)) as Record<string, new (...args: unknown[]) => object>;
const { world: make } = (await import(pathToFileURL(world).href)) as { world: (outside: Outside) => unknown };

const Learned = exported[className] as unknown as WorkflowClass<unknown>;
const Made = Learned as unknown as new (dependency: unknown) => never;
const flow = await DurableFlow.open(db);
flow.register(Learned, () => new Made(make(new Outside(log, death))));
const { status, output, error } = await (await flow.start(Learned, input, { id: runId })).settled();
await flow.close();
const words = error instanceof Error ? error.message : undefined;
// What the learner prints stands on lines of its own before this.
console.log(`\n${JSON.stringify({ status, output, error: words })}`);
