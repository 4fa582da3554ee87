import { fail, pass, type Mode } from '../mode.js';
import { calm } from '../world/fault.js';

/** With nothing going wrong, the work is done. Without this, an agent that does nothing would pass most other modes. */
export const faultFree: Mode = {
  id: 'fault_free',
  title: 'does its work',
  category: 'reliability',
  weight: 2,
  notes: ({ notes }) => notes,
  variants: (scene) => [
    {
      id: 'calm',
      title: 'nothing goes wrong',
      plan: () => ({ fault: calm }),
      observed: (arm) => scene.control[arm],
      fired: () => true,
      judge: (seen) => {
        const failure = scene.controlFailure(seen.arm);
        return failure === undefined ? pass('the work was done') : fail(failure);
      },
    },
  ],
};
