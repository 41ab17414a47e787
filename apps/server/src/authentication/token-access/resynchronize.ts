/**
 * Resynchronizing a token whose clock or counter is off by more than is accepted: two successive tokencodes show where it is. They are
 * searched for 12 hours in either direction, and are used up like any others. The window does not become wider: the token is accepted from
 * the new position on.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { lookAt, STALE } from '../limits/keyed-mutex.ts';
import { hasFailed } from '../verify/accept-match.ts';
import type { Candidate } from '../verify/candidate.ts';
import { type Match, tokencodePosition } from '../verify/match.ts';
import { type AuthenticateContext, subjectOf } from '../verify/subject.ts';
import { intervalNow } from '../verify/window.ts';
import {
  type ActorOrUser,
  type AssignedTokenRow,
  assignedTokenFor,
  auditActorFor,
} from './assigned-token.ts';

const SEARCH_SECONDS = 12 * 3600;
/** Counters ahead: a device whose button was pressed a thousand times has been played with. */
const SEARCH_COUNTERS = 1000;

export async function resynchronizeToken(
  context: AuthenticateContext,
  who: ActorOrUser,
  input: { readonly serial: string; readonly first: string; readonly second: string },
): Promise<Outcome<undefined>> {
  const found = await assignedTokenFor(context, who, 'tokens:edit', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  const key = userIdKey(token.holder);
  return lookAt(context, key, () => look(context, key, who, token, input));
}

async function look(
  context: AuthenticateContext,
  key: string,
  who: ActorOrUser,
  token: AssignedTokenRow,
  input: Codes,
): Promise<Outcome<undefined> | typeof STALE> {
  const subject = await subjectOf(context, key);
  // An administrator can resynchronize a token that is held back, whatever others guess meanwhile.
  const seen = who.kind === 'user' ? subject.seen : null;
  const candidates = subject.candidates.filter(({ tokenId }) => tokenId === token.id);
  if (candidates.length === 0) {
    return refused('wrong-state', text('token.not-provisioned'));
  }
  const [reason] = candidates.flatMap(
    ({ barred, waits }) => barred ?? (who.kind === 'user' ? waits : undefined) ?? [],
  );
  if (reason) return refused('wrong-state', text('resynchronize.barred', { reason }));
  const event: Omit<AuditEvent, 'result'> = {
    actor: auditActorFor(who).name,
    action: 'token.resynchronise',
    object: `token:${token.serial}`,
    source: who.source,
  };
  const row = subject.rows[0];
  const userRow = row?.user_row ?? token.user_id;
  const match = findSuccessive(candidates, input, subject.now);
  if (!match) {
    const passcodes = shownWithPin(candidates, input, subject.now);
    const refusal = passcodes ? text('resynchronize.pin-included') : text('resynchronize.not-successive');
    const committed = await context.commit({
      kind: 'reject',
      userRow,
      seen,
      // Someone who enters passcodes with the right PIN is not guessing.
      countAgainst: who.kind === 'user' && !passcodes ? [token.id] : [],
      countUser: who.kind === 'user' && !passcodes,
      lockout: subject.policies.lockout,
      at: subject.now,
      audit: {
        ...event,
        result: 'refused',
        reason: passcodes ? text('event.passcodes-with-pin') : text('event.not-successive'),
      },
    });
    return committed === 'stale' ? STALE : refused('passcode-refused', refusal);
  }
  const { candidate, position } = match;
  const drift = candidate.algorithm === 'hotp' ? 0 : position - intervalNow(candidate, subject.now);
  const committed = await context.commit({
    kind: 'accept',
    userRow,
    seen,
    candidate,
    position,
    drift,
    lastAcceptedAt: subject.now,
    complete: true,
    failed: candidate.failures > 0 || hasFailed(row),
    audit: {
      ...event,
      result: 'success',
      reason:
        candidate.algorithm === 'hotp'
          ? text('event.counter', { position })
          : clockText(drift * candidate.intervalSeconds),
    },
    lost: { ...event, result: 'refused', reason: text('event.tokencodes-used') },
  });
  if (committed === 'stale') return STALE;
  return committed === 'done' ? done(undefined) : refused('passcode-refused', text('resynchronize.used'));
}

function clockText(seconds: number): Text {
  if (seconds === 0) return text('event.clock-right');
  const minutes = Math.round(Math.abs(seconds) / 6) / 10;
  return seconds > 0 ? text('event.clock-ahead', { minutes }) : text('event.clock-behind', { minutes });
}

type Codes = { readonly first: string; readonly second: string };
type Found = Pick<Match, 'candidate' | 'position'>;

/** The position of the second tokencode. The new seed comes before the old one. */
function findSuccessive(candidates: readonly Candidate[], codes: Codes, now: number): Found | undefined {
  const matches = candidates.flatMap((candidate) => {
    const position = successivePosition(candidate, codes, now);
    return position === undefined ? [] : [{ candidate, position }];
  });
  return matches.find(({ candidate }) => candidate.pending) ?? matches[0];
}

const shownWithPin = (candidates: readonly Candidate[], codes: Codes, now: number): boolean =>
  candidates.some(
    (candidate) =>
      candidate.authenticationType === 'pinpad' &&
      candidate.pin !== undefined &&
      successivePosition(candidate, codes, now, candidate.pin) !== undefined,
  );

/**
 * Every position of the first code is tried, nearest to now first: one six-digit code in a million is right by chance, and the search
 * covers thousands.
 */
function successivePosition(
  candidate: Candidate,
  { first, second }: Codes,
  now: number,
  pin?: string,
): number | undefined {
  const half = Math.floor(SEARCH_SECONDS / candidate.intervalSeconds);
  const present = intervalNow(candidate, now);
  const counter = candidate.position + 1;
  const whole =
    candidate.algorithm === 'hotp'
      ? { from: counter, to: counter + SEARCH_COUNTERS, expected: counter }
      : { from: present - half, to: present + half, expected: present };
  const ranges = [whole];
  // Each position that is right for the first code but not the second splits the range it was found in; more than a few are unlikely.
  for (let tries = 0; tries < 16; tries += 1) {
    const range = ranges.shift();
    if (!range) return undefined;
    const position = tokencodePosition(candidate, first, range, pin);
    if (position === undefined) continue;
    const next = position + 1;
    if (tokencodePosition(candidate, second, { from: next, to: next, expected: next }, pin) !== undefined) {
      return next;
    }
    if (position > range.from) ranges.push({ ...range, to: position - 1 });
    if (position < range.to) ranges.push({ ...range, from: position + 1 });
  }
  return undefined;
}
