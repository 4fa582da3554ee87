import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router';
import { useEffect } from 'preact/hooks';
import type { Overview } from '../contract.js';
import { ConnectionProvider, useConnection } from './api/connection.js';
import { useResource } from './api/use-resource.js';
import { Frame } from './frame.js';
import { SignedOut } from './views/signed-out.js';
import { Inbox } from './views/inbox.js';
import { Health } from './views/health.js';
import { Lineage } from './views/lineage.js';
import { NotFound } from './views/not-found.js';
import { Planner } from './views/planner.js';
import { Reports } from './views/reports.js';
import { Run } from './views/run.js';
import { Runs } from './views/runs.js';
import { Spend } from './views/spend.js';
import { Trace } from './views/trace.js';

/** The page: who is asked, what stands around every view, and which view an address is. */
export function App() {
  return (
    <LocationProvider>
      <ConnectionProvider>
        <Signed />
      </ConnectionProvider>
    </LocationProvider>
  );
}

function Signed() {
  const { state, session } = useConnection();
  const overview = useResource<Overview>(session ? '/api/overview' : null).data;
  if (state === 'signed-out') return <SignedOut />;
  if (!session) return <p class="opening">{state === 'lost' ? 'The server does not answer. Trying again …' : 'Opening …'}</p>;
  return (
    <Frame overview={overview} session={session} lost={state === 'lost'}>
      <Router>
        <Route path="/" component={Start} />
        <Route path="/inbox" component={Inbox} />
        <Route path="/runs" component={Runs} />
        <Route path="/runs/:id" component={Run} />
        <Route path="/runs/:id/lineage" component={Lineage} />
        <Route path="/spend" component={Spend} />
        <Route path="/planner" component={Planner} />
        <Route path="/planner/:id" component={Trace} />
        <Route path="/shown-reports" component={Reports} />
        <Route path="/health" component={Health} />
        <Route default component={NotFound} />
      </Router>
    </Frame>
  );
}

/** Where one starts: at what waits for a person, or at the runs. */
function Start() {
  const { route } = useLocation();
  const overview = useResource<Overview>('/api/overview').data;
  useEffect(() => {
    if (overview) route(overview.openApprovals + overview.doubts > 0 ? '/inbox' : '/runs', true);
  }, [overview]);
  return null;
}
