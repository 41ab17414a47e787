/** Handlers of the Self-Service Console, and of what administrators set up for it. */

import { type SELF_SERVICE_OPERATIONS, selfServiceSwitches, type UserSession } from '@sower/api/self-service';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { resynchronizeToken } from '../authentication/token-access/resynchronize.ts';
import { showToken } from '../authentication/token-access/show-token.ts';
import { testToken } from '../authentication/token-access/test-token.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { browserMark, limitedLogOn } from '../log-on/log-on-limit.ts';
import { endOthers, endSession, showSessions } from '../log-on/own-sessions.ts';
import { openOwnActivation, watchActivation } from '../self-service/activation.ts';
import {
  closeActivationWindow,
  openActivationWindow,
  showSelfService,
} from '../self-service/activation-window.ts';
import { editOwnMail, showOwnMail } from '../self-service/mail.ts';
import { moveOwnToken } from '../self-service/move.ts';
import {
  listOwnTokens,
  renameOwnToken,
  replaceOwnPin,
  reportLost,
  setOwnPin,
  showOwnPinRules,
} from '../self-service/own-tokens.ts';
import { changeOwnPassword, removeUserPassword, setUserPassword } from '../self-service/password.ts';
import {
  closeUserSession,
  logOnUser,
  type OpenedSession,
  ownerOf,
  rotateSession,
} from '../self-service/session.ts';
import { holderOf, ownToken, type SignedInUser, switchedOff } from '../self-service/signed-in-user.ts';
import type { ApiContext, Call, Handlers } from './call.ts';

type Name = keyof typeof SELF_SERVICE_OPERATIONS;

async function viewSession(context: ApiContext, signedInUser: SignedInUser): Promise<UserSession> {
  const settings = await context.settings.current();
  return {
    userId: signedInUser.userId,
    firstName: signedInUser.firstName,
    method: signedInUser.method,
    mustChangePassword: signedInUser.mustChangePassword,
    expiresAt: isoTime(signedInUser.sessionExpiresAt),
    switchedOff: selfServiceSwitches.filter((name) => !settings[`selfService.${name}`]),
  };
}

const tooMany = () => refused('too-many-requests', text('log-on.too-many-attempts'));

/** What someone may be guessing at: refusals count against the source. */
async function guarded<T>(
  context: ApiContext,
  source: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await context.logOnLimit.guard(source, async () => {
    const value = await work();
    return { wrong: !value.ok && value.problem === 'passcode-refused', value };
  });
  return outcome ?? tooMany();
}

/** Sends the session ID to the browser. */
async function handOver(
  context: ApiContext,
  outcome: Outcome<OpenedSession>,
  call: Pick<Call<Name>, 'setUserSession'>,
): Promise<Outcome<UserSession>> {
  if (!outcome.ok) return outcome;
  call.setUserSession(outcome.value.id);
  return done(await viewSession(context, outcome.value.signedInUser));
}

export const SELF_SERVICE_HANDLERS: Handlers<Name> = {
  getSelfService: (context, { actor, params }) =>
    showSelfService(context, actor, 'users:view', params.userId),
  setUserPassword: (context, { actor, params, body }) =>
    setUserPassword(context, actor, { ...params, ...body }),
  removeUserPassword: (context, { actor, params }) => removeUserPassword(context, actor, params.userId),
  openActivationWindow: async (context, { actor, params }) => {
    const opened = await openActivationWindow(context, actor, params.userId);
    return opened.ok ? showSelfService(context, actor, 'users:activation-window', params.userId) : opened;
  },
  closeActivationWindow: (context, { actor, params }) => closeActivationWindow(context, actor, params.userId),

  openUserSession: async (context, call) => {
    const { body, source } = call;
    const logOnName = { kind: 'user', name: body.userId } as const;
    const outcome = await limitedLogOn(context, { source, logOnName, marks: call.knownBrowsers }, () =>
      logOnUser(context, body, call),
    );
    if (outcome.ok) call.rememberBrowser(browserMark(context, logOnName, call.knownBrowsers));
    return handOver(context, outcome, call);
  },
  getUserSession: async (context, { signedInUser }) =>
    signedInUser
      ? done(await viewSession(context, signedInUser))
      : refused('not-authenticated', text('session.ended')),
  closeUserSession: async (context, { signedInUser, setUserSession }) => {
    if (signedInUser) await closeUserSession(context, signedInUser);
    setUserSession(undefined);
    return done(undefined);
  },
  proveToken: async (context, call) => {
    const { body, source, signedInUser } = call;
    const answer = await context.logOnLimit.guard(source, async () => {
      const { userId } = signedInUser;
      const value = await showToken(context.attempts, {
        tokenOnly: true,
        ...body,
        userId,
        client: `user:${userId}`,
        binding: signedInUser.session,
        source,
      });
      return { wrong: value.ok && !value.value, value };
    });
    if (!answer) return tooMany();
    if (!answer.ok) return answer;
    if (!answer.value) {
      return refused('log-on-failed', text('passcode.not-accepted-here'));
    }
    return handOver(context, await rotateSession(context, signedInUser, 'passcode'), call);
  },
  changeOwnPassword: async (context, call) => {
    const { signedInUser } = call;
    const logOnName = { kind: 'user', name: signedInUser.userId } as const;
    const outcome = await limitedLogOn(
      context,
      { source: call.source, logOnName, marks: call.knownBrowsers },
      () => changeOwnPassword(context, signedInUser, call.body),
    );
    return handOver(context, outcome, call);
  },

  getOwnMail: (context, { signedInUser }) => showOwnMail(context, signedInUser),
  editOwnMail: (context, { signedInUser, body }) => editOwnMail(context, signedInUser, body),

  listOwnUserSessions: (context, { signedInUser }) => showSessions(context, ownerOf(context, signedInUser)),
  endOwnUserSession: (context, { signedInUser, params }) =>
    endSession(context, ownerOf(context, signedInUser), params.id),
  endOtherUserSessions: (context, { signedInUser }) => endOthers(context, ownerOf(context, signedInUser)),

  listOwnTokens: (context, { signedInUser }) => listOwnTokens(context, signedInUser),
  renameOwnToken: (context, { signedInUser, params, body }) =>
    renameOwnToken(context, signedInUser, { ...params, ...body }),
  testOwnToken: async (context, call) => {
    const { params, body, source, signedInUser } = call;
    const outcome = await context.logOnLimit.guard(source, async () => {
      const value = await testToken(context, holderOf(signedInUser), { ...params, ...body });
      return { wrong: value.ok && value.value.result === 'rejected', value };
    });
    if (!outcome) return tooMany();
    // A user whose passcode was accepted has a token: the session is upgraded.
    if (outcome.ok && outcome.value.complete && signedInUser.method !== 'passcode') {
      const rotated = await rotateSession(context, signedInUser, 'passcode');
      if (!rotated.ok) return rotated;
      call.setUserSession(rotated.value.id);
    }
    return outcome;
  },
  /** Two tokencodes alone do not prove the PIN: the session is not upgraded. */
  resynchronizeOwnToken: async (context, call) => {
    const { params, body, source, signedInUser } = call;
    const owned = await ownToken(context, signedInUser, params.serial);
    const off = owned.ok ? await switchedOff(context, 'resynchronise') : owned;
    if (off) return off;
    const outcome = await context.logOnLimit.guard(source, async () => {
      const value = await resynchronizeToken(context, holderOf(signedInUser), { ...params, ...body });
      return { wrong: !value.ok, value };
    });
    return outcome ?? tooMany();
  },
  getOwnPinRules: (context, { signedInUser, params }) =>
    showOwnPinRules(context, signedInUser, params.serial),
  setOwnPin: (context, { signedInUser, params, body }) =>
    setOwnPin(context, signedInUser, { ...params, ...body }),
  replaceOwnPin: (context, { signedInUser, params, body, source }) =>
    guarded(context, source, () => replaceOwnPin(context, signedInUser, { ...params, ...body })),
  reportLost: (context, { signedInUser, params }) => reportLost(context, signedInUser, params.serial),
  moveOwnToken: (context, { signedInUser, params, body, source }) =>
    guarded(context, source, () => moveOwnToken(context, signedInUser, { ...params, ...body })),
  watchActivation: (context, { signedInUser, params }) =>
    watchActivation(context, signedInUser, params.serial),
  openOwnActivation: (context, { signedInUser, params }) =>
    openOwnActivation(context, signedInUser, params.serial),
  getComparisonNumber: (context, { signedInUser, params }) => context.comparison(signedInUser, params.serial),
};
