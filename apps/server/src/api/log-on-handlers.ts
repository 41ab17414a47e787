/** Sessions of administrators, and their own log-on. */

import type { OperationName } from '@sower/api/operations';
import { text } from '@sower/messages/outcomes';
import type { Actor } from '../core/actor.ts';
import { done, isGuess, type Outcome, refused } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
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
import type { ApiUses, Call, Handlers } from './call.ts';

export const LOG_ON_HANDLERS = {
  openSession: async (uses, call) =>
    begin(
      uses,
      call,
      await limited(uses, call, call.body.userName, () =>
        proveByPassword(uses, 'administrator.log-on', { ...call.body, source: call.source }),
      ),
    ),
  challengePasskeyLogOn: (uses) => challengePasskeyLogOn(uses),
  openPasskeySession: async (uses, call) =>
    begin(
      uses,
      call,
      await limitedPasskey(uses, call, () =>
        proveByPasskey(uses, 'administrator.log-on', { ...call.body, source: call.source }),
      ),
    ),
  getSession: async (_, { session }) => done(session === undefined ? null : viewSession(session)),
  closeSession: async (uses, { session, setSession }) => {
    if (session !== undefined) await closeSession(uses, session);
    setSession(undefined);
    return done(undefined);
  },

  // A proof is counted like a log-on: whoever found an open console must not guess at its owner's password with it.
  proveSession: async (uses, call) => {
    const { session, source } = call;
    if (session === undefined) return nobody();
    const userName = session.actor.name;
    const proved = await limited(uses, call, userName, () =>
      proveByPassword(uses, 'administrator.prove', { ...call.body, userName, source }),
    );
    return renew(uses, call, session, proved);
  },
  provePasskeySession: async (uses, call) => {
    const { session, source } = call;
    if (session === undefined) return nobody();
    const proved = await limitedPasskey(uses, call, () =>
      proveByPasskey(uses, 'administrator.prove', { ...call.body, source }),
    );
    return renew(uses, call, session, proved);
  },

  listOwnSessions: (uses, { actor }) => showOwnSessions(uses, actor),
  endOwnSession: (uses, { actor, params }) => endOwnSession(uses, actor, params.id),
  endOtherSessions: (uses, { actor }) => endOtherSessions(uses, actor),

  getOwnLogOn: (uses, { actor }) => showOwnLogOn(uses, actor),
  setOwnPassword: (uses, call) =>
    limited(uses, call, call.actor.name, () => setOwnPassword(uses, call.actor, call.body)),
  challengePasskey: (uses, { actor }) => challengePasskey(uses, actor),
  addPasskey: (uses, { actor, body }) => addPasskey(uses, actor, body),
  removePasskey: (uses, { actor, params }) => removePasskey(uses, actor, params.id),
  forgetPasskeys: (uses, { actor, params }) => forgetPasskeys(uses, actor, params.userId),
} satisfies Partial<Handlers>;

const nobody = () => refused('not-authenticated', text('log-on.administrator-required'));

const limited = <T>(
  uses: ApiUses,
  { source, knownBrowsers: marks }: Pick<Call<OperationName>, 'source' | 'knownBrowsers'>,
  userName: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  limitedLogOn(uses, { source, account: { kind: 'administrator', name: userName }, marks }, work);

/** A passkey names its account itself and cannot be guessed: counted by where it comes from alone. */
async function limitedPasskey<T>(
  uses: ApiUses,
  { source }: Pick<Call<OperationName>, 'source'>,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await uses.logOnLimit.guard(source, async () => {
    const value = await work();
    return { wrong: isGuess(value), value };
  });
  return outcome ?? refused('too-many-requests', text('log-on.too-many-from-address'));
}

async function begin<N extends OperationName>(uses: ApiUses, call: Call<N>, proved: Outcome<Proved>) {
  return proved.ok ? handOver(uses, call, await beginSession(uses, proved.value, call)) : proved;
}

async function renew<N extends OperationName>(
  uses: ApiUses,
  call: Call<N>,
  session: Session,
  proved: Outcome<Proved>,
) {
  if (!proved.ok) return proved;
  const renewed = await renewProof(uses, session, proved.value);
  return renewed.ok ? handOver(uses, call, renewed.value) : renewed;
}

/** Sets the cookies of somebody who has just proved who they are. */
function handOver<N extends OperationName>(uses: ApiUses, call: Call<N>, { id, session }: OpenedSession) {
  call.setSession(id);
  const account = { kind: 'administrator', name: session.actor.name } as const;
  call.rememberBrowser(browserMark(uses, account, call.knownBrowsers));
  return done(viewSession(session));
}

function viewSession({ actor, expiresAt }: { readonly actor: Actor; readonly expiresAt: number }) {
  return {
    userName: actor.name,
    permissions: [...new Set(actor.grants.flatMap(({ permissions }) => [...permissions]))],
    expiresAt: isoTime(expiresAt),
  };
}
