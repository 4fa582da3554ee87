import { useState } from 'preact/hooks';
import type { DoubtCard, ResolveRequest } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { send } from '../api/request.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Field } from '../parts/field.js';
import { Text } from '../parts/text.js';
import { runPath } from '../parts/run-link.js';
import { jsonProblem, parseJson } from '../words/parse-json.js';
import { shownText } from '../words/shown-text.js';

interface ResolveDialogProps {
  readonly card: DoubtCard;
  readonly happened: boolean;
  readonly onClose: () => void;
  readonly onResolved: (words: string) => void;
}

/** Asks once more before the run goes on as if an effect had happened, or had not. */
export function ResolveDialog({ card, happened, onClose, onResolved }: ResolveDialogProps) {
  const { csrf, decider } = useSession();
  const [value, setValue] = useState('');
  const wrong = jsonProblem(value);
  const resolve = async () => {
    const given = parseJson(value);
    const request: ResolveRequest = {
      happened,
      intendedAt: card.intendedAt,
      ...(happened && given !== undefined && { value: given }),
    };
    await send(`/api${runPath(card.run)}/effects/${card.call}`, request, csrf);
    onResolved(`On record that ${shownText(card.method)} ${happened ? 'has happened' : 'has not happened, so it will be done'}.`);
  };
  return (
    <AskDialog
      title={happened ? 'It has happened?' : 'It has not happened?'}
      confirm={happened ? 'It has happened' : 'It has not happened'}
      tone="stop"
      onConfirm={resolve}
      onClose={onClose}
    >
      <p class="lead mono">
        <Text of={card.key} />
      </p>
      <p class="warning">
        {happened
          ? 'The run goes on without doing it. If it was in fact not done, nobody will do it.'
          : 'The run does it now. If it was in fact done, it is done twice.'}
      </p>
      <p>
        Recorded as <Text of={decider} />.
      </p>
      {happened && (
        <Field label="What the call returns" hint='As JSON, such as { "id": 7 }.' value={value} onInput={setValue} error={wrong} mono />
      )}
    </AskDialog>
  );
}
