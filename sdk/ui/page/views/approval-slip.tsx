import type { ApprovalCard, Signed } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { JsonView } from '../parts/json-view.js';
import { ModelAnswer } from '../parts/model-answer.js';
import { RunLink } from '../parts/run-link.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';
import type { Decision } from './decision-dialog.js';

const signedWords: Readonly<Record<Signed, string>> = {
  valid: 'signature valid',
  forged: 'signature does not hold: recorded past DurableFlow, or changed since',
  unsigned: 'not signed',
  unchecked: 'signature not checked: this process has no secret',
};

interface ApprovalSlipProps {
  readonly card: ApprovalCard;
  /** Without it the card is only shown. */
  readonly onDecide?: (decision: Decision) => void;
}

/** One approval: what will be done, with which arguments, by whom, since when, what the model said. */
export function ApprovalSlip({ card, onDecide }: ApprovalSlipProps) {
  const { canDecide } = useSession();
  const heading = `approval-${card.id}`;
  const open = card.verdict === null;
  const buttons = open && onDecide !== undefined;
  return (
    <article class={`slip ${card.verdict ?? 'open'}`} tabIndex={-1} aria-labelledby={heading}>
      <header>
        <p class="kicker">{open ? 'Asks to' : card.verdict}</p>
        <h2 id={heading}>
          <Text of={card.show} />
        </h2>
        <p class="dim">
          <span class="mono">{card.method}</span>, call {card.call} of <RunLink id={card.run} /> ({card.workflow}), asked{' '}
          <Ago at={card.requestedAt} />
          {open && card.expiresAt !== null && (
            <>
              , expires <Ago at={card.expiresAt} />
            </>
          )}
        </p>
      </header>
      <section>
        <h3>Exactly these arguments</h3>
        {card.args.length === 0 && <p class="dim">None.</p>}
        {card.args.map((argument, i) => (
          <JsonView value={argument} label={`Argument ${i + 1}`} />
        ))}
      </section>
      {card.edited !== null && (
        <section>
          <h3>Put in their place</h3>
          {card.edited.map((argument, i) => (
            <JsonView value={argument} label={`New argument ${i + 1}`} />
          ))}
        </section>
      )}
      {card.said.length > 0 && (
        <section>
          <h3>What the model said</h3>
          {card.said.map(({ call, method, model, value }) => (
            <div class="said">
              <p class="dim">
                <span class="mono">{method}</span>, call {call}, <Text of={model} />
              </p>
              <ModelAnswer value={value} />
            </div>
          ))}
        </section>
      )}
      <dl class="facts">
        {(card.quorum > 1 || card.votes.length > 0) && (
          <>
            <dt>Said yes</dt>
            <dd>
              {card.votes.length} of {card.quorum}
              {card.votes.map((vote) => (
                <span class="vote">
                  <Text of={vote.by} /> <Ago at={vote.at} />, <SignedWords signed={vote.signed} />
                </span>
              ))}
            </dd>
          </>
        )}
        {card.deciders !== null && (
          <>
            <dt>May decide</dt>
            <dd>
              <Text of={card.deciders.join(', ')} />
            </dd>
          </>
        )}
        {!open && (
          <>
            <dt>Decided</dt>
            <dd>
              {card.verdict}
              {card.by !== null && (
                <>
                  {' '}
                  by <Text of={card.by} />
                </>
              )}
              {card.decidedAt !== null && (
                <>
                  , <Ago at={card.decidedAt} />
                </>
              )}
              {card.signed !== null && (
                <>
                  , <SignedWords signed={card.signed} />
                </>
              )}
            </dd>
          </>
        )}
        {card.reason !== null && (
          <>
            <dt>Reason</dt>
            <dd>
              <Text of={card.reason} />
            </dd>
          </>
        )}
        <dt>Digest</dt>
        <dd class="mono digest">{card.digest}</dd>
      </dl>
      {buttons && card.barred !== null && (
        <p class="barred">
          <Text of={card.barred} />
        </p>
      )}
      {buttons && card.barred === null && canDecide && (
        <div class="buttons">
          <button type="button" class="strong go" aria-describedby={heading} onClick={() => onDecide('approve')}>
            Approve<kbd aria-hidden="true">a</kbd>
          </button>
          <button type="button" class="stop" aria-describedby={heading} onClick={() => onDecide('reject')}>
            Reject<kbd aria-hidden="true">r</kbd>
          </button>
        </div>
      )}
    </article>
  );
}

function SignedWords({ signed }: { signed: Signed }) {
  return <span class={signed === 'forged' ? 'wrong' : 'dim'}>{signedWords[signed]}</span>;
}
