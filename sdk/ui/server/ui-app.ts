import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Session } from '../contract.js';
import { apiRoutes } from './api-routes.js';
import { reportHeaders } from './answer-headers.js';
import { bodies, readBody } from './read-body.js';
import { assertFromPage, assertHost, assertSameOrigin, type Caller } from './request-source.js';
import type { UiSession } from './sessions.js';
import { answerTo, faultAnswer, UiError } from './ui-error.js';
import type { UiEnv, UiParts } from './ui-parts.js';

const callerOf = (context: Context): Caller => ({
  host: context.req.header('host'),
  origin: context.req.header('origin'),
  site: context.req.header('sec-fetch-site'),
});

/** Everything that is served: the page, which holds no data, and behind a session the data. */
export function uiApp(parts: UiParts): Hono<UiEnv> {
  const app = new Hono<UiEnv>();
  const { files, sessions, cookieName } = parts;

  app.use(async (context, next) => {
    assertHost(callerOf(context), parts.allowedHosts);
    await next();
  });
  app.use('/api/*', async (context, next) => {
    assertSameOrigin(callerOf(context));
    if (context.req.method !== 'GET') assertFromPage(callerOf(context));
    await next();
  });
  app.post('/api/session', async (context) => {
    const { token } = await readBody(context, bodies.open);
    const opened = sessions.open(token);
    if (!opened) throw new UiError(401, 'DF_UI_SESSION', 'this is not the link of this server');
    setCookie(context, cookieName, opened.cookie, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.json(sessionOf(parts, opened.session));
  });

  for (const path of ['/api/*', '/reports/*'])
    app.use(path, async (context, next) => {
      const session = sessions.find(getCookie(context, cookieName));
      if (!session) throw new UiError(401, 'DF_UI_SESSION', 'open the link that the terminal shows');
      context.set('session', session);
      if (context.req.method !== 'GET' && !sessions.carries(session, context.req.header('x-durableflow-csrf')))
        throw new UiError(403, 'DF_UI_REFUSED', 'the header x-durableflow-csrf is missing or wrong');
      await next();
    });

  app.get('/api/session', (context) => context.json(sessionOf(parts, context.get('session'))));
  app.delete('/api/session', (context) => {
    sessions.end(getCookie(context, cookieName)!);
    deleteCookie(context, cookieName, { path: '/' });
    return context.body(null, 204);
  });
  app.route('/api', apiRoutes(parts));
  app.all('/api/*', () => {
    throw new UiError(404, 'DF_UI_NOT_FOUND', 'there is no such data');
  });

  app.get('/reports/:id', (context) => {
    assertSameOrigin(callerOf(context));
    const page = parts.reports.page(context.req.param('id'));
    if (page === undefined) throw new UiError(404, 'DF_UI_NOT_FOUND', 'there is no such report any more');
    return context.html(page, 200, reportHeaders);
  });
  app.get('/assets/*', (context) => {
    const file = files.assets.get(context.req.path.slice('/assets/'.length));
    if (!file) throw new UiError(404, 'DF_UI_NOT_FOUND', 'the page has no such file');
    return context.body(file.bytes, 200, { 'content-type': file.type, 'cache-control': 'public, max-age=31536000, immutable' });
  });
  app.get('*', (context) => {
    if (/^\/(?:api|assets|reports)(?:\/|$)/.test(context.req.path)) throw new UiError(404, 'DF_UI_NOT_FOUND', 'there is nothing here');
    return context.html(files.shell);
  });
  app.all('*', () => {
    throw new UiError(405, 'DF_UI_REQUEST', 'this cannot be done here', { allow: 'GET, HEAD' });
  });

  app.onError((error, context) => {
    const answer = answerTo(error);
    if (!answer) return context.json(faultAnswer(parts.onFault(error)), 500);
    return context.json(answer.body, answer.status, error instanceof UiError ? error.headers : {});
  });
  return app;
}

const sessionOf = ({ about }: UiParts, { decider, csrf }: UiSession): Session => ({ decider, csrf, ...about });
