import { step, workflow } from 'durableflow';
import { stepText, type StepValue } from './step-value.js';

/** What most benches have done: so many steps one after another. The body takes the time where that is asked for. */
@workflow({ name: 'steps' })
export class Steps {
  constructor(private readonly body: (i: number) => StepValue = (i) => ({ i, text: stepText })) {}

  async run(steps: number): Promise<number> {
    let length = 0;
    for (let i = 0; i < steps; i++) length += (await this.work(i)).text.length;
    return length;
  }

  @step()
  async work(i: number) {
    return this.body(i);
  }
}
