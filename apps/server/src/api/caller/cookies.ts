/** The cookies of both consoles. Sessions of administrators and users have different names, so that one is never taken for the other. */
import type { OperationName } from '@sower/api/operations';
import type { Reply } from '../../web/reply.ts';
import type { Request } from '../../web/request.ts';
import type { Call } from '../call.ts';

export const SESSION_COOKIE = '__Host-sower-session';
export const USER_SESSION_COOKIE = '__Host-sower-user';
/** Marks of accounts that have logged on in this browser; several people may share it. */
const BROWSER_COOKIE = '__Host-sower-known';
const MAX_MARKS = 8;
const YEAR_SECONDS = 365 * 86_400;

const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' as const };

export const setSessionCookie = (reply: Reply, id: string | undefined): Reply =>
  reply.cookie(SESSION_COOKIE, id, COOKIE);
export const setUserSessionCookie = (reply: Reply, id: string | undefined): Reply =>
  reply.cookie(USER_SESSION_COOKIE, id, COOKIE);

export function browserMarks(
  request: Request,
  reply: Reply,
): Pick<Call<OperationName>, 'knownBrowsers' | 'rememberBrowser'> {
  const knownBrowsers = (request.cookies[BROWSER_COOKIE] ?? '')
    .split('.')
    .filter(Boolean)
    .slice(0, MAX_MARKS);
  return {
    knownBrowsers,
    rememberBrowser(mark) {
      const marks = [mark, ...knownBrowsers.filter((known) => known !== mark)].slice(0, MAX_MARKS);
      reply.cookie(BROWSER_COOKIE, marks.join('.'), { ...COOKIE, maxAge: YEAR_SECONDS });
    },
  };
}
