import { describe } from 'durableflow/vitest';
import { SupportTriage } from './support-triage.js';
import { supportSuite } from './support-suite.js';

describe.readiness(SupportTriage, supportSuite(SupportTriage));
