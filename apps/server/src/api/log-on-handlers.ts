/** Sessions of administrators, and their own log-on. */
import type { OperationName } from '@sower/api/operations';
import type { Actor } from '../identity/actor.ts';
import { closeSession, type OpenedSession, openSession } from '../identity/log-on.ts';
import { browserMark, limitedLogOn } from '../identity/log-on-limit.ts';
import { setOwnPassword, showOwnLogOn } from '../identity/own-log-on.ts';
import {
  addPasskey,
  challengePasskey,
  challengePasskeyLogOn,
  forgetPasskeys,
  openPasskeySession,
  removePasskey,
} from '../identity/passkeys.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { isoTime } from '../provisioning/distribution-view.ts';
import type { ApiUses, Call, Handlers } from './call.ts';

export const LOG_ON_HANDLERS = {
  openSession: async (uses, call) =>
    begin(
      uses,
      call,
      await limitedLogOn(
        uses,
        {
          source: call.source,
          account: { kind: 'administrator', name: call.body.userName },
          marks: call.knownBrowsers,
        },
        () => openSession(uses, { ...call.body, source: call.source }),
      ),
    ),
  challengePasskeyLogOn: (uses) => challengePasskeyLogOn(uses),
  openPasskeySession: async (uses, call) => {
    const outcome = await uses.logOnLimit.guard(call.source, async () => {
      const value = await openPasskeySession(uses, { ...call.body, source: call.source });
      return { wrong: !value.ok, value };
    });
    return begin(
      uses,
      call,
      outcome ?? refused('too-many-requests', 'Too many failed log-ons from this address. Wait a minute.'),
    );
  },
  getSession: async (_, { actor, sessionExpiresAt }) =>
    done(sessionExpiresAt === undefined ? null : viewSession(actor, sessionExpiresAt)),
  closeSession: async (uses, { actor, sessionId, setSession }) => {
    if (sessionId !== undefined) await closeSession(uses, sessionId, actor);
    setSession(undefined);
    return done(undefined);
  },

  getOwnLogOn: (uses, { actor }) => showOwnLogOn(uses, actor),
  setOwnPassword: (uses, { actor, body, sessionId }) =>
    setOwnPassword(uses, actor, { ...body, sessionId: sessionId ?? '' }),
  challengePasskey: (uses, { actor, body }) => challengePasskey(uses, actor, body.password),
  addPasskey: (uses, { actor, body }) => addPasskey(uses, actor, body),
  removePasskey: (uses, { actor, params, body }) => removePasskey(uses, actor, { ...params, ...body }),
  forgetPasskeys: (uses, { actor, params }) => forgetPasskeys(uses, actor, params.userId),
} satisfies Partial<Handlers>;

/** Sets the cookies of somebody who has just logged on. */
function begin<N extends OperationName>(uses: ApiUses, call: Call<N>, outcome: Outcome<OpenedSession>) {
  if (!outcome.ok) return outcome;
  const { id, session } = outcome.value;
  call.setSession(id);
  const account = { kind: 'administrator', name: session.actor.name } as const;
  call.rememberBrowser(browserMark(uses, account, call.knownBrowsers));
  return done(viewSession(session.actor, session.expiresAt));
}

function viewSession(actor: Actor, expiresAt: number) {
  return {
    userName: actor.name,
    permissions: [...new Set(actor.grants.flatMap(({ permissions }) => [...permissions]))],
    expiresAt: isoTime(expiresAt),
  };
}
