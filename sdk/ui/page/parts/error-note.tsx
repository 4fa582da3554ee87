import type { ErrorWords } from '../../contract.js';
import { shownText } from '../words/shown-text.js';

/** An error: what is the matter, what to do about it, its code. */
export function ErrorNote({ error, alert = false }: { error: ErrorWords; alert?: boolean }) {
  return (
    <div class="error-note" role={alert ? 'alert' : undefined}>
      <p>
        <strong>{shownText(error.what)}</strong>
      </p>
      {error.fix !== null && <p>{shownText(error.fix)}</p>}
      <p class="code">{shownText(error.code)}</p>
    </div>
  );
}
