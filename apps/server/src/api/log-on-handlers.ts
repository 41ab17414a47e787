/** Sessions of administrators, and managing one's own logon. */

import type { OperationName } from '@sower/api/operations';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { scopesOf } from '../core/actor.ts';
import { done, isGuess, type Outcome, refused } from '../core/outcome.ts';
import {
  beginSession,
  closeSession,
  type OpenedSession,
  type Proved,
  proveByPassword,
  type Session,
} from '../log-on/log-on.ts';
import { browserMark, limitedLogOn } from '../log-on/log-on-limit.ts';
import { setOwnPassword, showOwnLogOn } from '../log-on/own-log-on.ts';
import { endOtherSessions, endOwnSession, showOwnSessions } from '../log-on/own-sessions.ts';
import {
  addPasskey,
  challengePasskey,
  challengePasskeyLogOn,
  forgetPasskeys,
  proveByPasskey,
  removePasskey,
} from '../log-on/passkeys.ts';
import { renewProof } from '../log-on/proof.ts';
import { decidersOf, lentPermissions } from '../requests/deciders.ts';
import type { ApiContext, Call, Handlers } from './call.ts';

export const LOG_ON_HANDLERS = {
  openSession: async (context, call) =>
    begin(
      context,
      call,
      await limited(context, call, call.body.userName, () =>
        proveByPassword(context, 'administrator.log-on', { ...call.body, source: call.source }),
      ),
    ),
  challengePasskeyLogOn: (context) => challengePasskeyLogOn(context),
  openPasskeySession: async (context, call) =>
    begin(
      context,
      call,
      await limitedPasskey(context, call, () =>
        proveByPasskey(context, 'administrator.log-on', { ...call.body, source: call.source }),
      ),
    ),
  getSession: async (context, { session }) =>
    done(session === undefined ? null : await viewSession(context, session)),
  closeSession: async (context, { session, setSession }) => {
    if (session !== undefined) await closeSession(context, session);
    setSession(undefined);
    return done(undefined);
  },

  // A proof is counted like a logon: someone who finds an open console must not use it to guess its owner's password.
  proveSession: async (context, call) => {
    const { session, source } = call;
    const userName = session.actor.name;
    const proved = await limited(context, call, userName, () =>
      proveByPassword(context, 'administrator.prove', { ...call.body, userName, source }),
    );
    return renew(context, call, session, proved);
  },
  provePasskeySession: async (context, call) => {
    const { session, source } = call;
    const proved = await limitedPasskey(context, call, () =>
      proveByPasskey(context, 'administrator.prove', { ...call.body, source }),
    );
    return renew(context, call, session, proved);
  },

  listOwnSessions: (context, { actor }) => showOwnSessions(context, actor),
  endOwnSession: (context, { actor, params }) => endOwnSession(context, actor, params.id),
  endOtherSessions: (context, { actor }) => endOtherSessions(context, actor),

  getOwnLogOn: (context, { actor }) => showOwnLogOn(context, actor),
  setOwnPassword: (context, call) =>
    limited(context, call, call.actor.name, () => setOwnPassword(context, call.actor, call.body)),
  challengePasskey: (context, { actor }) => challengePasskey(context, actor),
  addPasskey: (context, { actor, body }) => addPasskey(context, actor, body),
  removePasskey: (context, { actor, params }) => removePasskey(context, actor, params.id),
  forgetPasskeys: (context, { actor, params }) => forgetPasskeys(context, actor, params.userId),
} satisfies Partial<Handlers>;

const limited = <T>(
  context: ApiContext,
  { source, knownBrowsers: marks }: Pick<Call<OperationName>, 'source' | 'knownBrowsers'>,
  userName: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  limitedLogOn(context, { source, logOnName: { kind: 'administrator', name: userName }, marks }, work);

/** A passkey names its account itself and cannot be guessed: counted by source alone. */
async function limitedPasskey<T>(
  context: ApiContext,
  { source }: Pick<Call<OperationName>, 'source'>,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await context.logOnLimit.guard(source, async () => {
    const value = await work();
    return { wrong: isGuess(value), value };
  });
  return outcome ?? refused('too-many-requests', text('log-on.too-many-from-address'));
}

async function begin<N extends OperationName>(context: ApiContext, call: Call<N>, proved: Outcome<Proved>) {
  const begun = proved.ok ? await beginSession(context, proved.value, call) : proved;
  return begun.ok ? handOver(context, call, begun.value) : begun;
}

async function renew<N extends OperationName>(
  context: ApiContext,
  call: Call<N>,
  session: Session,
  proved: Outcome<Proved>,
) {
  if (!proved.ok) return proved;
  const renewed = await renewProof(context, session, proved.value);
  return renewed.ok ? handOver(context, call, renewed.value) : renewed;
}

/** Sets the cookies of someone who has just authenticated. */
async function handOver<N extends OperationName>(
  context: ApiContext,
  call: Call<N>,
  { id, session }: OpenedSession,
) {
  call.setSession(id);
  const logOnName = { kind: 'administrator', name: session.actor.name } as const;
  call.rememberBrowser(browserMark(context, logOnName, call.knownBrowsers));
  return done(await viewSession(context, session));
}

async function viewSession(
  context: ApiContext,
  { actor, expiresAt, mustChangePassword }: OpenedSession['session'],
) {
  const lent = mustChangePassword ? [] : lentPermissions(await decidersOf(context, actor));
  return {
    userName: actor.name,
    permissions: PERMISSION_NAMES.filter((name) => scopesOf(actor, name).length > 0 || lent.includes(name)),
    expiresAt: isoTime(expiresAt),
    mustChangePassword,
  };
}
