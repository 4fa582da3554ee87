import { approval, signal, step, workflow } from 'durableflow';
import { z } from 'zod';
import { stepText } from '../step-value.js';

/** A run that does so many steps, and then waits for a message. */
@workflow({ name: 'waits-for-signal' })
export class WaitsForSignal {
  async run(steps: number): Promise<number> {
    for (let i = 0; i < steps; i++) await this.work(i);
    return signal(z.number(), 'go');
  }

  @step()
  async work(i: number) {
    return { i, text: stepText };
  }
}

/** A run that waits for a yes. */
@workflow({ name: 'waits-for-approval' })
export class WaitsForApproval {
  run(cents: number): Promise<number> {
    return this.pay(cents);
  }

  @approval({ show: (cents) => `Pay ${cents / 100}` })
  @step()
  async pay(cents: number) {
    return cents;
  }
}
