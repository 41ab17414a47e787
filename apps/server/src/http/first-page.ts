/**
 * The first page, and the look that it shares with the consoles, the authenticator and the reference of the API: the mark, name and color of the organization, for
 * browsers that are not logged on. What is here is on every letter, so it is no secret.
 */
import { readFileSync } from 'node:fs';
import { PALETTE_SHEET } from '@sower/look/palette';
import type { ServerContext } from '../context.ts';
import { linesOf } from '../directory/organization-look.ts';
import { languageOf } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Routes } from '../web/routes.ts';
import { firstPage } from './first-page/page.ts';
import type { HostNames } from './host-names.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

export function firstPageRoutes(
  routes: Routes,
  context: Pick<ServerContext, 'settings'>,
  hosts: HostNames,
): void {
  // Which apps were built does not change while the server runs.
  const served = (path: string): boolean => routes.find('GET', path) !== undefined;
  routes.get('/', async (request, reply) => {
    const applications = {
      selfService: served('/self-service') && hosts.serves(request, '/self-service'),
      authenticator: served('/authenticator'),
      console: served('/console') && hosts.serves(request, '/console'),
    };
    // A name that users have nothing to look for at.
    if (!applications.selfService && applications.console) return reply.redirect('/console/', 302);
    const language = languageOf(request.headers['accept-language']);
    return reply
      .headers({ ...HEADERS, vary: 'accept-language', 'content-language': language })
      .type('text/html; charset=utf-8')
      .send(firstPage(await context.settings.current(), applications, language));
  });

  const file = (type: string, location: URL): ((reply: Reply) => Reply) => {
    const content = readFileSync(location, 'utf8');
    return (reply) => reply.headers(HEADERS).type(type).send(content);
  };
  const style = file('text/css; charset=utf-8', new URL('./first-page/first-page.css', import.meta.url));
  const sign = file('image/svg+xml', new URL('./first-page/sower.svg', import.meta.url));
  routes.get('/look/first-page.css', (_, reply) => style(reply));
  routes.get('/look/palette.css', (_, reply) =>
    reply.headers(HEADERS).type('text/css; charset=utf-8').send(PALETTE_SHEET),
  );
  routes.get('/look/sower.svg', (_, reply) => sign(reply));

  routes.get('/look/look.css', async (_, reply) => {
    const { 'organization.color': color } = await context.settings.current();
    return reply
      .headers(HEADERS)
      .type('text/css; charset=utf-8')
      .send(color === '' ? '' : `:root{--organization:${color}}`);
  });
  routes.get('/look/look.json', async (_, reply) => {
    const settings = await context.settings.current();
    return reply.headers(HEADERS).json({
      name: settings['organization.name'],
      mark: settings['organization.logo'] !== '',
      help: linesOf(settings['organization.helpText']),
      codesByTelephone: settings['organization.codesByTelephone'],
    });
  });
  routes.get('/look/mark', async (_, reply) => {
    const { 'organization.logo': logo } = await context.settings.current();
    const [, type, content] = /^data:(image\/(?:png|jpeg));base64,(.*)$/.exec(logo) ?? [];
    return type === undefined || content === undefined
      ? sign(reply)
      : reply.headers(HEADERS).type(type).send(Buffer.from(content, 'base64'));
  });
}
