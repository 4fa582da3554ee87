import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Session } from '../../contract.js';
import { listen, type Listening } from './listen.js';

/** What the page knows of its server. */
export interface Connection {
  /** `lost`: it is asked again until it answers. */
  readonly state: 'opening' | 'open' | 'lost' | 'signed-out';
  /** The session, also while the connection is lost. */
  readonly session: Session | null;
  /** Grows with everything that changes in the file. */
  readonly change: number;
}

const opening: Connection = { state: 'opening', session: null, change: 0 };
const ConnectionContext = createContext<Connection>(opening);

export const useConnection = (): Connection => useContext(ConnectionContext);

/** The session of a part that is shown only while there is one. */
export function useSession(): Session {
  const { session } = useConnection();
  if (!session) throw new Error('shown without a session');
  return session;
}

/** Signs in, listens to what changes, and comes back by itself after the server was away. */
export function ConnectionProvider({ children }: { children: ComponentChildren }) {
  const [connection, setConnection] = useState(opening);
  useEffect(() => {
    let listening: Listening | undefined;
    const start = () => {
      listening?.stop();
      listening = listen({
        session: (session) => setConnection((was) => ({ ...was, session })),
        open: () => setConnection((was) => ({ ...was, state: 'open', change: was.change + 1 })),
        change: () => setConnection((was) => ({ ...was, change: was.change + 1 })),
        lost: () => setConnection((was) => ({ ...was, state: 'lost' })),
        refused: () => setConnection({ ...opening, state: 'signed-out' }),
      });
    };
    // A browser opens six connections to a server at most, over all tabs: one that nobody looks at listens to nothing.
    const onVisibility = () => (document.hidden ? listening?.stop() : start());
    // A link that is opened in this tab while the page is there.
    const onHash = () => location.hash.startsWith('#token=') && start();
    start();
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('hashchange', onHash);
    return () => {
      listening?.stop();
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('hashchange', onHash);
    };
  }, []);
  return <ConnectionContext.Provider value={connection}>{children}</ConnectionContext.Provider>;
}
