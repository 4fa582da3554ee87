import { describe } from 'durableflow/vitest';
import { ApprovesSomethingElse } from './approves-something-else.js';
import { LeaksSecrets } from './leaks-secrets.js';
import { NoContextBudget } from './no-context-budget.js';
import { NoTimeout } from './no-timeout.js';
import { RetriesEverything } from './retries-everything.js';
import { RetryStorm } from './retry-storm.js';
import { RollsDice } from './rolls-dice.js';
import { RunawayLoop } from './runaway-loop.js';
import { UngatedWrites } from './ungated-writes.js';
import { UnvalidatedOutput } from './unvalidated-output.js';
import { WriteInAStep } from './write-in-a-step.js';
import { supportSuite } from '../support-triage/support-suite.js';

// The support agent with one mistake each. Only the mode that has to find it is tried, which is enough for a "do not ship".
describe.readiness(NoTimeout, { ...supportSuite(NoTimeout), modes: ['fault_free', 'tool_timeout'] });
describe.readiness(UnvalidatedOutput, { ...supportSuite(UnvalidatedOutput), modes: ['fault_free', 'malformed_tool_output'] });
describe.readiness(UngatedWrites, { ...supportSuite(UngatedWrites), modes: ['fault_free', 'prompt_injection'] });
describe.readiness(NoContextBudget, { ...supportSuite(NoContextBudget), modes: ['fault_free', 'context_overflow'] });
describe.readiness(RetriesEverything, { ...supportSuite(RetriesEverything), modes: ['fault_free', 'model_fallback'] });
describe.readiness(WriteInAStep, { ...supportSuite(WriteInAStep), modes: ['fault_free', 'crash_after_side_effect'] });
describe.readiness(ApprovesSomethingElse, { ...supportSuite(ApprovesSomethingElse), modes: ['fault_free', 'approval_bypass'] });
describe.readiness(RunawayLoop, { ...supportSuite(RunawayLoop), modes: ['fault_free', 'runaway_loop'] });
describe.readiness(RetryStorm, { ...supportSuite(RetryStorm), modes: ['fault_free', 'retry_storm'] });
describe.readiness(RollsDice, { ...supportSuite(RollsDice), modes: ['fault_free', 'divergence'] });
describe.readiness(LeaksSecrets, { ...supportSuite(LeaksSecrets), modes: ['fault_free', 'secret_leakage'] });
