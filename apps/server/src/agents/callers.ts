/**
 * Who calls the agent API: an agent by its own key in `client-key`, or any agent with a credential that the agents of the deployment share, by
 * its access key in `client-key` or by a signature. A shared credential says nothing about which agent it is: `clientId` does.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { nameSchema } from '@sower/api/fields';
import { MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import {
  type CredentialReader,
  credentialActor,
  type KnownCredential,
} from '../clients/agent-credentials.ts';
import type { AgentReader, KnownAgent } from '../clients/agents.ts';
import type { ServerContext } from '../context.ts';
import { withinAny } from '../core/network.ts';
import { record } from '../core/record.ts';
import { userIdKey } from '../store/directory/users.ts';
import { readOctets } from '../web/body.ts';
import type { Request } from '../web/request.ts';

/**
 * Requests that an agent signs instead of sending its access key:
 *
 *   Authorization = base64 (HMAC-SHA-256 (access key, METHOD "\n" SHA-512 (body) "\n" path "\n" date "\n" access ID))
 *
 * Agents write SHA-512 (body) in hexadecimal or in base64: either is right, since both are under the MAC. The path is without a query, the
 * date as it is in its header. What is signed is good for five minutes; a copy within them gets no further than the passcode in it, which is
 * accepted once.
 */
const WINDOW_MILLISECONDS = 5 * MINUTE;

type Signed = {
  readonly method: string;
  readonly path: string;
  /** As in the header. */
  readonly date: string;
  readonly accessId: string;
  readonly body: Uint8Array;
};

/** Seconds or milliseconds since 1970, ISO 8601 (without a zone: in UTC) or RFC 9110 §5.6.7. NaN if it is none of these. */
function timeOf(date: string): number {
  if (/^\d{10}$/.test(date)) return Number(date) * 1000;
  if (/^\d{13}$/.test(date)) return Number(date);
  return Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(date) ? `${date}Z` : date);
}

/** @param signature of the header Authorization */
function isSigned(signed: Signed, key: Uint8Array, signature: string, now: number): boolean {
  const { method, path, date, accessId, body } = signed;
  const given = Buffer.from(signature, 'base64');
  const hash = createHash('sha512').update(body).digest();
  // Both, always: which of them was meant takes no less time.
  const fits = [hash.toString('hex'), hash.toString('base64')].map((written) => {
    const mac = createHmac('sha256', key).update([method, written, path, date, accessId].join('\n')).digest();
    return given.length === mac.length && timingSafeEqual(given, mac);
  });
  return fits.includes(true) && Math.abs(timeOf(date) - now) <= WINDOW_MILLISECONDS;
}

const KIND = 'authentication-api';
const NOTHING = Buffer.alloc(0);

export type CallerContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'settings'> & {
  readonly agents: AgentReader;
  readonly credentials: CredentialReader;
};

export type Caller = { readonly agent: KnownAgent } | { readonly credential: KnownCredential };
/** `octets`: the body, if it had to be read to know who calls. */
export type Authenticated = { readonly caller: Caller; readonly octets?: Buffer };

const from = (request: Request) => ({ address: request.ip, userAgent: request.headers['user-agent'] });

/** @returns `none` without a key or signature; undefined if it is not known */
export async function callerOf(
  context: CallerContext,
  request: Request,
  bodyLimit: number,
): Promise<Authenticated | 'none' | undefined> {
  const { 'client-key': key, 'x-access-id': accessId, authorization } = request.headers;
  if (typeof key === 'string') {
    const agent = await context.agents.byKey(KIND, key, from(request));
    if (agent) return { caller: { agent } };
    const credential = await context.credentials.byKey(key);
    return credential && { caller: { credential } };
  }
  if (typeof accessId !== 'string' || authorization === undefined) return 'none';
  const credential = await context.credentials.byAccessId(accessId);
  if (!credential) return undefined;
  const date = request.headers[(await context.settings.current())['agents.dateHeader']];
  if (typeof date !== 'string') return undefined;
  const bodyless = request.method === 'GET' || request.method === 'HEAD';
  const octets = bodyless ? NOTHING : await readOctets(request, bodyLimit);
  const signed = {
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    date,
    accessId,
    body: octets,
  };
  if (!isSigned(signed, credential.key, authorization, context.now())) return undefined;
  return { caller: { credential }, octets };
}

/** The agent that speaks, in a request that begins an attempt. What names another or none is a mistake that must be visible: it is recorded. */
export async function agentNamed(
  context: CallerContext,
  caller: Caller,
  named: { readonly clientId: string | null | undefined; readonly userId: string },
  request: Request,
): Promise<KnownAgent | undefined> {
  const clientId = named.clientId ?? '';
  const refuse = async (name: string, reason: Parameters<typeof record>[3]['reason']): Promise<undefined> => {
    const refusal = { action: 'authenticate', object: `user:${named.userId}`, result: 'refused' } as const;
    await record(context.db, context, { name, source: request.ip }, { ...refusal, reason });
    return undefined;
  };
  if ('agent' in caller) {
    const { agent } = caller;
    if (clientId === '' || userIdKey(clientId) === userIdKey(agent.name)) return agent;
    return refuse(`agent:${agent.name}`, text('event.agent-key-under-name', { agent: clientId }));
  }
  const agent =
    (await context.agents.byName(KIND, clientId, from(request))) ??
    (await registered(context, clientId, caller.credential, request));
  if (!agent)
    return refuse(credentialActor(caller.credential), text('event.unknown-agent', { agent: clientId }));
  await context.credentials.note(caller.credential, agent.id);
  return agent;
}

/** An agent that is not known yet, if agents may register themselves from there. */
async function registered(
  context: CallerContext,
  clientId: string,
  credential: KnownCredential,
  request: Request,
): Promise<KnownAgent | undefined> {
  const networks = (await context.settings.current())['agents.registerFrom'].split(' ').filter(Boolean);
  if (!withinAny(networks)(request.ip) || !nameSchema.safeParse(clientId).success) return undefined;
  await context.agents.register({
    name: clientId,
    networks,
    by: credentialActor(credential),
    source: request.ip,
  });
  return context.agents.byName(KIND, clientId, from(request));
}

/** Whether the caller may go on with an attempt of this agent. */
export async function agentOfAttempt(
  context: CallerContext,
  caller: Caller,
  agentId: string,
  request: Request,
): Promise<KnownAgent | undefined> {
  if ('agent' in caller) return caller.agent.id === agentId ? caller.agent : undefined;
  return context.agents.byId(KIND, agentId, from(request));
}
