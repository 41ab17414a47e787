/**
 * Who calls the validate API: an agent of that kind, by its key, or by a token that `POST /auth` gave for the key.
 *
 * The key comes in X-API-Key, as the password of HTTP's Basic scheme (which most clients take from their URL), or as a bearer token. A token
 * is a JWT (RFC 7519), signed with HMAC-SHA-256 (RFC 7515) under a key of its own; only the header that is written here is read, so no
 * other algorithm exists. It ends after an hour, with the agent, and when the agent's key changes.
 */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { AgentReader, KnownAgent } from '../clients/agents.ts';
import type { ServerContext } from '../context.ts';
import type { Request } from '../web/request.ts';

const LIFE_SECONDS = 3_600;
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const MAX_TOKEN = 2_000;

const claimsSchema = z.object({ sub: z.string(), key: z.string(), exp: z.number() });

export type CallerContext = Pick<ServerContext, 'sealing' | 'now'> & { readonly agents: AgentReader };

export const callerOf = (request: Request) => ({
  address: request.ip,
  userAgent: request.headers['user-agent'],
});

/** A change of the key ends the tokens that were given for the earlier one. */
const markOf = ({ keyHash }: KnownAgent): string => keyHash.slice(-12);

const signatureOf = ({ sealing }: Pick<ServerContext, 'sealing'>, signed: string): string =>
  sealing.keyedHash('agent-token', signed);

/** @returns the token, and when it ends, epoch seconds */
export function makeToken(context: CallerContext, agent: KnownAgent): { token: string; exp: number } {
  const iat = Math.floor(context.now() / 1000);
  const exp = iat + LIFE_SECONDS;
  const claims = JSON.stringify({ sub: agent.id, key: markOf(agent), role: 'admin', iat, exp });
  // One client reads the claims as plain base64: without > ? ~ and DEL, both alphabets write the same.
  const signed = `${HEADER}.${Buffer.from(claims).toString('base64url')}`;
  return { token: `${signed}.${signatureOf(context, signed)}`, exp };
}

async function byToken(
  context: CallerContext,
  token: string,
  request: Request,
): Promise<KnownAgent | undefined> {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (header !== HEADER || rest.length > 0) return undefined;
  const expected = Buffer.from(signatureOf(context, `${header}.${payload}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Written here, as the signature says.
  const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (claims.exp * 1000 <= context.now()) return undefined;
  const agent = await context.agents.byId('validate', claims.sub, callerOf(request));
  return agent && markOf(agent) === claims.key ? agent : undefined;
}

/** The key or token of a request; undefined if it has none. `X-API-Key: pi_ID_SECRET` is how plug-ins write one. */
function credentialOf({ headers }: Request): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return /^pi_[^_]*_(.+)$/.exec(key)?.[1] ?? key;
  const [written] = [headers['pi-authorization'] ?? headers.authorization ?? ''].flat();
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(written?.trim() ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString();
      return pair.slice(pair.indexOf(':') + 1);
    }
    case 'bearer':
      return value;
    default:
      return written === '' ? undefined : written;
  }
}

/** @returns `none` without a key or token; undefined if it is not known */
export async function agentOf(
  context: CallerContext,
  request: Request,
): Promise<KnownAgent | 'none' | undefined> {
  const credential = credentialOf(request);
  if (credential === undefined) return 'none';
  if (credential.length > MAX_TOKEN) return undefined;
  return credential.includes('.')
    ? byToken(context, credential, request)
    : context.agents.byKey('validate', credential, callerOf(request));
}
