import { Title } from '../parts/title.js';

/** Without a session there is nothing to see. */
export function SignedOut() {
  return (
    <main class="signed-out">
      <Title name="Open the link again" />
      <p>
        This page belongs to a link that <code>durableflow ui</code> prints in the terminal, and this browser has not opened it, or the
        server was started anew since. Open the newest link.
      </p>
      <p class="dim">Nothing was lost: everything is in the database file.</p>
    </main>
  );
}
