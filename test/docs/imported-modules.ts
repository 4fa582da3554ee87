const refundAgent = `
import { sideEffect, workflow, type ModelClient } from 'durableflow';

export class Crm {
  async refund(ticket: number) {
    return { ticket };
  }
}

export const crm = new Crm();

@workflow({ name: 'refund-agent' })
export class RefundAgent {
  constructor(readonly deps: { models: ModelClient; crm: Crm }) {}

  async run({ ticket }: { ticket: number }) {
    return this.refund(ticket);
  }

  @sideEffect({ idempotencyKey: (ticket) => \`refund:\${ticket}\` })
  async refund(ticket: number) {
    return this.deps.crm.refund(ticket);
  }
}
`;

const order = `
import { sideEffect, workflow } from 'durableflow';

export class Shop {
  async charge(id: number) {
    return { id };
  }
}

@workflow({ name: 'order' })
export class Order {
  constructor(readonly shop: Shop) {}

  async run({ id }: { id: number }) {
    return this.charge(id);
  }

  @sideEffect({ idempotencyKey: (id) => \`charge:\${id}\` })
  async charge(id: number) {
    return this.shop.charge(id);
  }
}
`;

const reminder = `
import { sleep, workflow } from 'durableflow';

@workflow({ name: 'reminder' })
export class Reminder {
  async run() {
    await sleep('3d');
    return 'sent';
  }
}
`;

const nightlyReport = `
import { step, workflow } from 'durableflow';
import type { ArtifactSink } from 'durableflow/colony';

@workflow({ name: 'nightly-report' })
export class NightlyReport {
  constructor(readonly sink: ArtifactSink) {}

  async run(day: string) {
    return this.publish(await this.evaluate(await this.collect(day)));
  }

  @step()
  async collect(day: string) {
    return day;
  }

  @step()
  async evaluate(rows: string) {
    return rows;
  }

  @step()
  async publish(report: string) {
    return report;
  }
}
`;

/** The modules of its reader that a docstring imports, beside the file that it stands in; a document shows its own. */
export const importedModules: Readonly<Record<string, string>> = {
  'vitest-plugin/crash-at/order.ts': order,
  'vitest-plugin/describe/nightly-report.ts': nightlyReport,
  'vitest-plugin/describe/refund-agent.ts': refundAgent,
  'vitest-plugin/expect/refund-agent.ts': refundAgent,
  'vitest-plugin/virtual-test/reminder.ts': reminder,
  'readiness-suites/engine/restate/refund-agent.ts': refundAgent,
};
