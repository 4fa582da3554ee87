import { step, workflow } from 'durableflow';
import { stepText } from '../step-value.js';

/** The last step of each run is done by whoever has the run then. */
@workflow({ name: 'half-done' })
export class HalfDone {
  constructor(private readonly last: (steps: number) => Promise<string>) {}

  async run(steps: number): Promise<string> {
    for (let i = 1; i < steps; i++) await this.work(i);
    return this.end(steps);
  }

  @step()
  async work(i: number) {
    return { i, text: stepText };
  }

  @step()
  end(steps: number) {
    return this.last(steps);
  }
}
