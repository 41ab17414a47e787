/** Handlers of the Self-Service Console, and of what administrators prepare for it. */

import type { OperationName, ResponseOf } from '@sower/api/operations';
import { type SELF_SERVICE_OPERATIONS, selfServiceSwitches, type UserSession } from '@sower/api/self-service';
import { text } from '@sower/messages/outcomes';
import { resynchroniseToken } from '../authentication/token-access/resynchronise.ts';
import { showToken } from '../authentication/token-access/show-token.ts';
import { testToken } from '../authentication/token-access/test-token.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { browserMark, limitedLogOn } from '../log-on/log-on-limit.ts';
import { openOwnActivation, watchActivation } from '../self-service/activation.ts';
import {
  closeActivationWindow,
  openActivationWindow,
  showSelfService,
} from '../self-service/activation-window.ts';
import { moveOwnToken } from '../self-service/move.ts';
import { endOtherSessions, endOwnSession, showOwnSessions } from '../self-service/own-sessions.ts';
import {
  listOwnTokens,
  renameOwnToken,
  replaceOwnPin,
  reportLost,
  setOwnPin,
  showOwnPinRules,
} from '../self-service/own-tokens.ts';
import { changeOwnPassword, removeUserPassword, setUserPassword } from '../self-service/password.ts';
import { holderOf, ownToken, type Person, switchedOff } from '../self-service/person.ts';
import { closeUserSession, logOnUser, type OpenedSession, rotateSession } from '../self-service/session.ts';
import type { ApiUses, Call } from './call.ts';

type Name = keyof typeof SELF_SERVICE_OPERATIONS & OperationName;
type Handlers = { readonly [N in Name]: (uses: ApiUses, call: Call<N>) => Promise<Outcome<ResponseOf<N>>> };

async function viewSession(uses: ApiUses, person: Person): Promise<UserSession> {
  const settings = await uses.settings.current();
  return {
    userId: person.userId,
    firstName: person.firstName,
    method: person.method,
    mustChangePassword: person.mustChangePassword,
    expiresAt: isoTime(person.sessionExpiresAt),
    switchedOff: selfServiceSwitches.filter((name) => !settings[`selfService.${name}`]),
  };
}

const nobody = () => refused('not-authenticated', text('session.ended'));
const tooMany = () => refused('too-many-requests', text('log-on.too-many-attempts'));

/** The routes let nobody else through; said once more where it matters. */
const forPerson =
  <N extends Name>(
    work: (uses: ApiUses, person: Person, call: Call<N>) => Promise<Outcome<ResponseOf<N>>>,
  ): ((uses: ApiUses, call: Call<N>) => Promise<Outcome<ResponseOf<N>>>) =>
  async (uses, call) =>
    call.person ? work(uses, call.person, call) : nobody();

/** What somebody may be guessing at: what was refused counts against where it comes from. */
async function guarded<T>(
  uses: ApiUses,
  source: string,
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await uses.logOnLimit.guard(source, async () => {
    const value = await work();
    return { wrong: !value.ok && value.problem === 'passcode-refused', value };
  });
  return outcome ?? tooMany();
}

/** Hands the browser the session's id. */
async function handOver(
  uses: ApiUses,
  outcome: Outcome<OpenedSession>,
  call: Pick<Call<Name>, 'setUserSession'>,
): Promise<Outcome<UserSession>> {
  if (!outcome.ok) return outcome;
  call.setUserSession(outcome.value.id);
  return done(await viewSession(uses, outcome.value.person));
}

export const SELF_SERVICE_HANDLERS: Handlers = {
  getSelfService: (uses, { actor, params }) => showSelfService(uses, actor, 'users:view', params.userId),
  setUserPassword: (uses, { actor, params, body }) => setUserPassword(uses, actor, { ...params, ...body }),
  removeUserPassword: (uses, { actor, params }) => removeUserPassword(uses, actor, params.userId),
  openActivationWindow: async (uses, { actor, params }) => {
    const opened = await openActivationWindow(uses, actor, params.userId);
    return opened.ok ? showSelfService(uses, actor, 'users:activation-window', params.userId) : opened;
  },
  closeActivationWindow: (uses, { actor, params }) => closeActivationWindow(uses, actor, params.userId),

  openUserSession: async (uses, call) => {
    const { body, source } = call;
    const account = { kind: 'user', name: body.userId } as const;
    const outcome = await limitedLogOn(uses, { source, account, marks: call.knownBrowsers }, () =>
      logOnUser(uses, body, call),
    );
    if (outcome.ok) call.rememberBrowser(browserMark(uses, account, call.knownBrowsers));
    return handOver(uses, outcome, call);
  },
  getUserSession: async (uses, { person }) => (person ? done(await viewSession(uses, person)) : nobody()),
  closeUserSession: async (uses, { person, setUserSession }) => {
    if (person) await closeUserSession(uses, person);
    setUserSession(undefined);
    return done(undefined);
  },
  proveToken: forPerson<'proveToken'>(async (uses, person, call) => {
    const { body, source } = call;
    const answer = await uses.logOnLimit.guard(source, async () => {
      const { userId } = person;
      const value = await showToken(uses.attempts, {
        tokenOnly: true,
        ...body,
        userId,
        asker: `user:${userId}`,
        binding: person.session,
        source,
      });
      return { wrong: value.ok && !value.value, value };
    });
    if (!answer) return tooMany();
    if (!answer.ok) return answer;
    if (!answer.value) {
      return refused('log-on-failed', text('passcode.not-accepted-here'));
    }
    return handOver(uses, await rotateSession(uses, person, 'passcode'), call);
  }),
  changeOwnPassword: forPerson<'changeOwnPassword'>(async (uses, person, call) => {
    const account = { kind: 'user', name: person.userId } as const;
    const outcome = await limitedLogOn(
      uses,
      { source: call.source, account, marks: call.knownBrowsers },
      () => changeOwnPassword(uses, person, call.body),
    );
    return handOver(uses, outcome, call);
  }),

  listOwnUserSessions: forPerson<'listOwnUserSessions'>((uses, person) => showOwnSessions(uses, person)),
  endOwnUserSession: forPerson<'endOwnUserSession'>((uses, person, { params }) =>
    endOwnSession(uses, person, params.id),
  ),
  endOtherUserSessions: forPerson<'endOtherUserSessions'>((uses, person) => endOtherSessions(uses, person)),

  listOwnTokens: forPerson<'listOwnTokens'>((uses, person) => listOwnTokens(uses, person)),
  renameOwnToken: forPerson<'renameOwnToken'>((uses, person, { params, body }) =>
    renameOwnToken(uses, person, { ...params, ...body }),
  ),
  testOwnToken: forPerson<'testOwnToken'>(async (uses, person, call) => {
    const { params, body, source, inWords } = call;
    const outcome = await uses.logOnLimit.guard(source, async () => {
      const value = await testToken(uses, holderOf(person), { ...params, ...body });
      return { wrong: value.ok && value.value.result === 'rejected', value };
    });
    if (!outcome) return tooMany();
    // Whose passcode was accepted holds a token: the session is worth more from here on.
    if (outcome.ok && outcome.value.complete && person.method !== 'passcode') {
      const rotated = await rotateSession(uses, person, 'passcode');
      if (!rotated.ok) return rotated;
      call.setUserSession(rotated.value.id);
    }
    return outcome.ok
      ? done({ result: outcome.value.result, detail: inWords(outcome.value.detail) })
      : outcome;
  }),
  /** Two bare tokencodes show no PIN: the session is worth no more by them. */
  resynchroniseOwnToken: forPerson<'resynchroniseOwnToken'>(async (uses, person, call) => {
    const { params, body, source } = call;
    const owned = await ownToken(uses, person, params.serial);
    const off = owned.ok ? await switchedOff(uses, 'resynchronise') : owned;
    if (off) return off;
    const outcome = await uses.logOnLimit.guard(source, async () => {
      const value = await resynchroniseToken(uses, holderOf(person), { ...params, ...body });
      return { wrong: !value.ok, value };
    });
    return outcome ?? tooMany();
  }),
  getOwnPinRules: forPerson<'getOwnPinRules'>((uses, person, { params }) =>
    showOwnPinRules(uses, person, params.serial),
  ),
  setOwnPin: forPerson<'setOwnPin'>((uses, person, { params, body }) =>
    setOwnPin(uses, person, { ...params, ...body }),
  ),
  replaceOwnPin: forPerson<'replaceOwnPin'>((uses, person, { params, body, source }) =>
    guarded(uses, source, () => replaceOwnPin(uses, person, { ...params, ...body })),
  ),
  reportLost: forPerson<'reportLost'>((uses, person, { params }) => reportLost(uses, person, params.serial)),
  moveOwnToken: forPerson<'moveOwnToken'>((uses, person, { params, body, source }) =>
    guarded(uses, source, () => moveOwnToken(uses, person, { ...params, ...body })),
  ),
  watchActivation: forPerson<'watchActivation'>((uses, person, { params }) =>
    watchActivation(uses, person, params.serial),
  ),
  openOwnActivation: forPerson<'openOwnActivation'>((uses, person, { params }) =>
    openOwnActivation(uses, person, params.serial),
  ),
  getComparisonNumber: forPerson<'getComparisonNumber'>((uses, person, { params }) =>
    uses.comparison(person, params.serial),
  ),
};
