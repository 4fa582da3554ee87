import { Option } from 'commander';

/** `--app`, for the commands that execute runs. */
export const appOption = () => new Option('--app <module>', 'The module that registers the workflow classes.').makeOptionMandatory();

/** `--app`, for those that can do without. */
export const optionalAppOption = (meaning: string) => new Option('--app <module>', meaning);

/** What the module must look like. */
export const appHelp = `
The module:
  MODULE is a JavaScript file, or a TypeScript file if tsx is installed, that exports register(flow):

    import type { DurableFlow } from 'durableflow';
    import { RefundAgent } from './refund-agent.js';

    export function register(flow: DurableFlow) {
      flow.register(RefundAgent, () => new RefundAgent());
    }

  It may be async, and may be the default export. The module must use the same copy of durableflow as
  this command, so call the one that is installed in your project (npx durableflow).`;
