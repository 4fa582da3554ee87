import { describe } from 'durableflow/vitest';
import { refundDeskSuite } from './refund-desk-suite.js';
import { RefundDesk } from './refund-desk.js';

describe.readiness(RefundDesk, refundDeskSuite);
