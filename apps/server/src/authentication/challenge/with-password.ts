/**
 * A password and a passcode, for clients that send both: one after the other, or in one field.
 *
 * No one learns which of the two was wrong. Both are always checked; the verdict on the password is kept until the passcode arrives, and
 * the question for it follows a wrong password or an unknown user just as it follows a right password. A passcode is not used up by a wrong
 * password.
 */

import { EMERGENCY_CODE_LENGTH } from '@sower/api/policies';
import { MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { checkPassword } from '../../directory/user-password.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { insertAudit } from '../../store/audit/rows.ts';
import { claimPasswordAttempt } from '../../store/authentication/attempts.ts';
import { insertExpiring } from '../../store/db/rows.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findUser, findUserByProtectedName, userIdKey } from '../../store/directory/users.ts';
import type { Row } from '../../store/schema/schema.ts';
import { storedJson, storedText } from '../../store/schema/stored-json.ts';
import { type Candidate, entersPinFirst } from '../verify/candidate.ts';
import { readEmergencyAccess } from '../verify/emergency-match.ts';
import { findMatch } from '../verify/match.ts';
import { type AuthenticateContext, eventOf, rowsFor, type Subject, subjectOf } from '../verify/subject.ts';
import { notTheirs } from './answer.ts';
import type { AttemptStep, Attempts, PasswordFault, RequestingClient } from './attempt.ts';
import { attemptHash } from './question.ts';

export type PasswordOutcome = 'right' | 'wrong' | 'refused' | 'unavailable';

const readFault: (text: string) => PasswordFault | null = storedJson(
  'password_attempts.found',
  z.object({ reason: storedText, guess: z.boolean() }).nullable(),
);

type Context = Omit<AuthenticateContext, 'commit' | 'inTurn'> &
  Parameters<typeof checkPassword>[0] & {
    readonly attempts: Attempts;
    /** For counting. */
    readonly observe: (outcome: PasswordOutcome) => void;
  };

type Request = RequestingClient & { readonly userId: string };

export type PasswordStep =
  | AttemptStep
  /** A password was sent, whether right or wrong. */
  | { readonly state: 'passcode'; readonly attempt: string; readonly expiresAt: number };

export type PasswordAttempts = {
  /** Both in one field, the passcode last. */
  both(request: Request & { readonly entered: string }): Promise<AttemptStep>;
  /** @returns always the question for the passcode */
  password(request: Request & { readonly password: string }): Promise<PasswordStep>;
  /** To the question for the passcode, or to any that came after it. */
  answer(request: Request & { readonly attempt: string; readonly answer: string }): Promise<AttemptStep>;
};

/** Tells the names of these attempts from those of others, which have no dot. */
const PREFIX = 'p.';
const MILLISECONDS = 5 * MINUTE;

export function passwordAttempts(context: Context): PasswordAttempts {
  /** By a name that the client may let in: users whom it may not authenticate do not exist. */
  async function find(request: Request): Promise<Row<'users'> | undefined> {
    const user = await (request.handsOn?.otherNames ? findUserByProtectedName : findUser)(
      context.db,
      request.userId,
    );
    const { rows } = await rowsFor(context.db, user?.user_id_key ?? userIdKey(request.userId), request);
    return rows.length > 0 ? user : undefined;
  }

  async function faultOf(
    user: Row<'users'> | undefined,
    password: string,
    source: string | undefined,
  ): Promise<PasswordFault | undefined> {
    // An empty password takes the same work, so that timing does not reveal the length of a passcode.
    const none = password === '' || password.includes('\u0000');
    const checked = await checkPassword(
      context,
      none ? undefined : user,
      none ? Buffer.from(context.random(16)).toString('hex') : password,
      source,
    );
    const { state } = checked;
    context.observe(none ? 'wrong' : state);
    if (none) return { guess: true, reason: text('event.wrong-password') };
    if (checked.state !== 'right') return { guess: checked.guess, reason: checked.reason };
    return checked.mustChange ? { guess: false, reason: text('event.password-change-owed') } : undefined;
  }

  const named = (request: Request, user: Row<'users'> | undefined): Request => ({
    ...request,
    userId: user?.user_id ?? request.userId,
  });

  return {
    async both({ entered, ...request }) {
      const user = await find(request);
      const who = named(request, user);
      const subject = await subjectOf(context, userIdKey(who.userId), request);
      const { password, passcode } = await split(context, subject, entered);
      const fault = await faultOf(user, password, request.source);
      return context.attempts.start({ ...who, passcode, fault });
    },

    async password({ password, ...request }) {
      const user = await find(request);
      const fault = await faultOf(user, password, request.source);
      const attempt = `${PREFIX}${Buffer.from(context.random(32)).toString('base64url')}`;
      const idHash = attemptHash(context, attempt);
      const now = context.now();
      const row = {
        id_hash: idHash,
        ...ownerOf(request),
        user_row: user?.id ?? null,
        found: context.sealing.seal(
          aadOf('password_attempts.found', idHash),
          Buffer.from(JSON.stringify(fault ?? null)),
        ),
        expires_at: now + MILLISECONDS,
      };
      await inTransaction(context.db, async (trx) => {
        await insertExpiring(trx, 'password_attempts', [row], now);
        await insertAudit(trx, context, {
          ...eventOf(request, user?.user_id ?? request.userId),
          action: 'authenticate.challenge',
          ...(fault
            ? { result: 'refused', reason: fault.reason }
            : { result: 'success', reason: text('event.password-right') }),
        });
      });
      return { state: 'passcode', attempt, expiresAt: row.expires_at };
    },

    async answer({ attempt, answer, ...request }) {
      const user = await find(request);
      const who = named(request, user);
      if (!attempt.startsWith(PREFIX)) return context.attempts.answer({ ...who, attempt, answer });
      const owner = ownerOf(request);
      const idHash = attemptHash(context, attempt);
      const row = await claimPasswordAttempt(context.db, {
        userKey: owner.user_key,
        client: owner.client,
        binding: owner.binding,
        idHash,
        now: context.now(),
      });
      if (!row) return notTheirs(context, request, 'password_attempts', idHash);
      const found = readFault(
        Buffer.from(context.sealing.open(aadOf('password_attempts.found', idHash), row.found)).toString(),
      );
      const fault =
        // The name belongs to another user by now.
        row.user_row === (user?.id ?? null)
          ? (found ?? undefined)
          : { guess: true, reason: text('event.no-such-user') };
      return context.attempts.start({ ...who, passcode: answer, fault, asked: true });
    },
  };
}

const ownerOf = ({ userId, client, binding = '' }: Request) => ({
  user_key: userIdKey(userId),
  client,
  binding,
});

/** For a user without a token. */
const USUAL_LENGTH = 8;

/**
 * Where the password ends: the user's tokens determine the length of the passcode. If there are several lengths, the one at which the
 * passcode is right is used, so that the directory is queried only once.
 */
async function split(
  context: Context,
  subject: Subject,
  entered: string,
): Promise<{ readonly password: string; readonly passcode: string }> {
  const at = (length: number) => ({
    password: entered.slice(0, Math.max(0, entered.length - length)),
    passcode: entered.slice(-length),
  });
  const lengths = [...new Set(subject.candidates.map(passcodeLength))];
  const emergency = await readEmergencyAccess(context, subject);
  // Codes are as long as the policy had it when they were made, whatever it says now.
  const inEmergency = emergency.pinLengths.flatMap((pin) => CODE_LENGTHS.map((length) => pin + length));
  let right: number | undefined;
  if (lengths.length + inEmergency.length > 1) {
    const { settings, candidates, now } = subject;
    for (const length of lengths)
      if (findMatch(candidates, at(length).passcode, settings, now, false)) right ??= length;
    // Shortest first: a dash before a code would match too, and may be the end of the password.
    for (const length of inEmergency.toSorted((a, b) => a - b))
      if (emergency.match(at(length).passcode)) right ??= length;
  }
  const [pin] = emergency.pinLengths;
  const usual = pin === undefined ? USUAL_LENGTH : pin + subject.policies.emergency.codeLength;
  return at(right ?? lengths[0] ?? usual);
}

const { min, max } = EMERGENCY_CODE_LENGTH;
const CODE_LENGTHS = Array.from({ length: max - min + 1 }, (_, index) => min + index);

function passcodeLength(candidate: Candidate): number {
  const { pin = '', digits } = candidate;
  return digits + (entersPinFirst(candidate) ? pin.length : 0);
}
