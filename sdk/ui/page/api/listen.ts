import type { Session } from '../../contract.js';
import { read, RequestFailed } from './request.js';
import { signIn } from './sign-in.js';

/** What is told while listening. */
export interface Listener {
  session(session: Session): void;
  open(): void;
  change(): void;
  /** The server is away; it is asked again. */
  lost(): void;
  /** There is no session, or no longer; nothing more is told. */
  refused(): void;
}

export interface Listening {
  stop(): void;
}

const firstPause = 250;
const longestPause = 5_000;

/** Makes or finds the session, then listens to the server's events until it is stopped. */
export function listen(listener: Listener): Listening {
  let events: EventSource | undefined;
  let timer: number | undefined;
  let pause = firstPause;
  let stopped = false;

  const later = () => {
    if (stopped) return;
    listener.lost();
    timer = window.setTimeout(() => void connect(), pause);
    pause = Math.min(pause * 2, longestPause);
  };

  const subscribe = () => {
    events = new EventSource('/api/events');
    events.addEventListener('open', () => {
      pause = firstPause;
      listener.open();
    });
    events.addEventListener('change', () => listener.change());
    events.addEventListener('error', () => {
      events?.close();
      later();
    });
  };

  const connect = async () => {
    try {
      const session = (await signIn(location.hash)) ?? (await read<Session>('/api/session'));
      if (stopped) return;
      listener.session(session);
      subscribe();
    } catch (error) {
      if (stopped) return;
      if (error instanceof RequestFailed && (error.status === 401 || error.status === 403)) listener.refused();
      else later();
    }
  };

  void connect();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      events?.close();
    },
  };
}
