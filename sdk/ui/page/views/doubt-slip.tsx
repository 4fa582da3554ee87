import type { DoubtCard } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { RunLink } from '../parts/run-link.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';

interface DoubtSlipProps {
  readonly card: DoubtCard;
  readonly onResolve: (happened: boolean) => void;
}

/** An effect that has perhaps happened: what to look for outside, and the two answers. */
export function DoubtSlip({ card, onResolve }: DoubtSlipProps) {
  const { canDecide } = useSession();
  const heading = `doubt-${card.call}-${card.run}`;
  return (
    <article class="slip doubt" tabIndex={-1} aria-labelledby={heading}>
      <header>
        <p class="kicker">Perhaps it has happened</p>
        <h2 id={heading}>
          <span class="mono">{card.method}</span>
        </h2>
        <p class="dim">
          call {card.call} of <RunLink id={card.run} /> ({card.workflow}), begun <Ago at={card.intendedAt} />
        </p>
      </header>
      <p>
        The process died after it began this call and before the answer was on record. Look outside whether it was done, under this key:
      </p>
      <pre class="value">
        <Text of={card.key} />
      </pre>
      {canDecide && (
        <div class="buttons">
          <button type="button" aria-describedby={heading} onClick={() => onResolve(true)}>
            It has happened
          </button>
          <button type="button" aria-describedby={heading} onClick={() => onResolve(false)}>
            It has not happened
          </button>
        </div>
      )}
    </article>
  );
}
