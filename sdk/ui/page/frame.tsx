import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { useEffect, useState } from 'preact/hooks';
import type { Overview, Session } from '../contract.js';
import { KeysDialog } from './parts/keys-dialog.js';
import { useKeys } from './parts/keys.js';
import { Text } from './parts/text.js';
import { applyTheme, chosenTheme, type Theme } from './theme.js';
import { countText } from './words/amounts.js';

interface FrameProps {
  readonly overview: Overview | undefined;
  readonly session: Session;
  readonly lost: boolean;
  readonly children: ComponentChildren;
}

/** What stands around every view: where one can go, what waits, who one is. */
export function Frame({ overview, session, lost, children }: FrameProps) {
  const { route } = useLocation();
  const [help, setHelp] = useState(false);
  useKeys({
    '?': () => setHelp(true),
    '/': () => {
      const search = document.querySelector<HTMLInputElement>('input[type="search"]');
      if (search) search.focus();
      else route('/runs?find=');
    },
  });
  const waiting = overview ? overview.openApprovals + overview.doubts : 0;
  const findings = overview?.findings.filter(({ severity }) => severity !== 'note').length ?? 0;
  return (
    <>
      <a class="skip" href="#view" onClick={(event) => skip(event)}>
        Skip to the view
      </a>
      <header class="rail">
        <p class="brand">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M5 9h12M5 16h22M5 23h8" />
            <circle cx="23" cy="23" r="3.5" />
          </svg>
          <span>DurableFlow</span>
        </p>
        <nav aria-label="Views">
          <ul>
            <Place href="/inbox" name="Inbox" count={waiting} urgent />
            <Place href="/runs" name="Runs" />
            <Place href="/spend" name="Spend" />
            <Place href="/planner" name="Planner" />
            <Place href="/shown-reports" name="Reports" />
            <Place href="/health" name="Health" count={findings} urgent />
          </ul>
        </nav>
        <div class="who">
          <p>
            <span class="dim">You decide as</span>{' '}
            <strong>
              <Text of={session.decider} />
            </strong>
            {!session.canDecide && <span class="dim"> (only looking)</span>}
          </p>
          <p class="dim">
            <Text of={session.file} /> · {session.version}
          </p>
          <ThemeSwitch />
        </div>
      </header>
      <div class="lost-line" role="status">
        {lost && <p class="lost">The server does not answer; what you see may be old. Trying again …</p>}
      </div>
      <main id="view" tabIndex={-1}>
        {children}
      </main>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
      <DocumentBadge count={waiting} />
    </>
  );
}

/** A fragment is the link's token and no place on the page, so the address stays as it is. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#view')?.focus();
}

function Place({ href, name, count = 0, urgent = false }: { href: string; name: string; count?: number; urgent?: boolean }) {
  const { path } = useLocation();
  const here = path === href || path.startsWith(`${href}/`);
  return (
    <li>
      <a href={href} aria-current={here ? 'page' : undefined}>
        {name}
        {count > 0 && (
          <span class={urgent ? 'badge' : 'count'}>
            {countText(count)}
            <span class="unseen"> waiting</span>
          </span>
        )}
      </a>
    </li>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <label class="theme">
      <span class="dim" aria-hidden="true">
        Theme
      </span>
      <select
        aria-label="Theme"
        value={theme}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Theme;
          applyTheme(chosen);
          setTheme(chosen);
        }}
      >
        <option value="system">as the system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

/** Says on the tab how much waits. */
function DocumentBadge({ count }: { count: number }) {
  useEffect(() => {
    const bare = document.title.replace(/^\(\d+\) /, '');
    document.title = count > 0 ? `(${count}) ${bare}` : bare;
  });
  return null;
}
