import { useState } from 'preact/hooks';
import type { CancelRequest, RunPage } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { send } from '../api/request.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Field } from '../parts/field.js';
import { runPath } from '../parts/run-link.js';
import { Text } from '../parts/text.js';

export interface RunDialogProps {
  readonly run: RunPage;
  readonly onClose: () => void;
  readonly onDone: (after: RunPage, words: string) => void;
}

/** Asks why before a run is cancelled. */
export function CancelDialog({ run, onClose, onDone }: RunDialogProps) {
  const { csrf } = useSession();
  const [reason, setReason] = useState('');
  const cancel = async () => {
    const request: CancelRequest = { reason: reason.trim() };
    onDone(await send<RunPage>(`/api${runPath(run.id)}/cancel`, request, csrf), 'On record: the run is to be cancelled.');
  };
  return (
    <AskDialog title="Cancel this run?" confirm="Cancel the run" tone="stop" onConfirm={cancel} onClose={onClose}>
      <p class="lead mono">
        <Text of={run.id} />
      </p>
      <p class="warning">It does nothing further, and undoes what its class can undo. It cannot be taken up again.</p>
      <Field label="Reason" value={reason} onInput={setReason} required />
    </AskDialog>
  );
}
