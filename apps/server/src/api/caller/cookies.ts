/** The cookies of both consoles. Sessions of administrators and users have different names, so that one is never taken for the other. */
import '@fastify/cookie';
import type { OperationName } from '@sower/api/operations';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from '../call.ts';

export const SESSION_COOKIE = '__Host-sower-session';
export const USER_SESSION_COOKIE = '__Host-sower-user';
/** Marks of accounts that have logged on in this browser; several people may share it. */
const BROWSER_COOKIE = '__Host-sower-known';
const MAX_MARKS = 8;
const YEAR_SECONDS = 365 * 86_400;

const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' as const };

function set(reply: FastifyReply, name: string, value: string | undefined): void {
  if (value === undefined) reply.clearCookie(name, COOKIE);
  else reply.setCookie(name, value, COOKIE);
}
export const setSessionCookie = (reply: FastifyReply, id: string | undefined): void =>
  set(reply, SESSION_COOKIE, id);
export const setUserSessionCookie = (reply: FastifyReply, id: string | undefined): void =>
  set(reply, USER_SESSION_COOKIE, id);

export function browserMarks(
  request: FastifyRequest,
  reply: FastifyReply,
): Pick<Call<OperationName>, 'knownBrowsers' | 'rememberBrowser'> {
  const knownBrowsers = (request.cookies[BROWSER_COOKIE] ?? '')
    .split('.')
    .filter(Boolean)
    .slice(0, MAX_MARKS);
  return {
    knownBrowsers,
    rememberBrowser(mark) {
      const marks = [mark, ...knownBrowsers.filter((known) => known !== mark)].slice(0, MAX_MARKS);
      reply.setCookie(BROWSER_COOKIE, marks.join('.'), { ...COOKIE, maxAge: YEAR_SECONDS });
    },
  };
}
