/** What a row of the audit trail says about a logon: its channel, how it ended, and why it was refused. */

import type { LogOnOutcome, LogOnWay, RefusalReason } from '@sower/api/figures';
import { jsonIn } from '@sower/api/json';
import { isLogOnAction, LOG_ON_ACTIONS, type LogOnAction } from '../../store/audit/log-on-actions.ts';
import type { Row } from '../../store/schema/schema.ts';

type AuditRow = Pick<Row<'audit'>, 'actor' | 'action' | 'result' | 'reason' | 'text'>;

export type LogOn = {
  readonly way: LogOnWay;
  readonly outcome: LogOnOutcome;
  readonly reason?: RefusalReason;
  /** The client by whose name it came; a console has none. */
  readonly client?: string;
};

const REASONS: Readonly<Record<string, RefusalReason>> = {
  'event.wrong-passcode': 'wrong-passcode',
  'event.rejected': 'wrong-passcode',
  'event.next-tokencode-wrong': 'wrong-passcode',
  'event.pin-set-passcode-wrong': 'wrong-passcode',
  'event.tokencode-used': 'used',
  'event.emergency-fixed-used': 'used',
  'event.emergency-set-used': 'used',
  'event.wrong-password': 'wrong-password',
  'event.no-password': 'wrong-password',
  'event.directory-no-entry': 'no-user',
  'event.no-such-user': 'no-user',
  'event.no-such-administrator': 'no-user',
  'event.no-provisioned-token': 'no-token',
  'event.directory-tries': 'held-back',
  'event.directory-locked': 'held-back',
  'barred.user-locked': 'held-back',
  'barred.held-back': 'held-back',
  'event.disabled': 'disabled',
  'barred.user-disabled': 'disabled',
  'barred.token-disabled': 'disabled',
  'event.directory-disabled': 'disabled',
  'barred.token-lost': 'lost',
  'barred.token-expired': 'expired',
  'event.temporary-password-expired': 'expired',
  'event.password-change-owed': 'expired',
  'event.directory-expired': 'expired',
  'event.directory-password-expired': 'expired',
  'event.directory-must-change': 'expired',
  'event.outside': 'outside',
  'event.name-not-handed-on': 'outside',
  'event.user-id-contested': 'outside',
  'barred.emergency-open': 'emergency',
  'barred.emergency': 'emergency',
  'event.emergency-not-here': 'emergency',
  'event.emergency-old-pin': 'emergency',
  'event.pins-refused': 'pin',
  'event.pin-not-taken': 'pin',
  'event.given-up': 'given-up',
};

/** Reasons that contain the reason, by the name of the value that does. */
const AROUND: Readonly<Record<string, string>> = {
  'event.token': 'reason',
  'event.method': 'reason',
  'event.wrong-passcode-and': 'reason',
  'event.password-and-passcode-were': 'password',
};

/** As words, in rows whose reason is no text. */
const WORDS: Readonly<Record<string, RefusalReason>> = { disabled: 'disabled', rejected: 'wrong-passcode' };

function reasonIn(text: unknown, depth = 0): RefusalReason {
  if (typeof text === 'string') return WORDS[text] ?? 'other';
  if (typeof text !== 'object' || text === null || depth > 3) return 'other';
  const { code, values } = text as { code?: unknown; values?: Readonly<Record<string, unknown>> };
  if (typeof code !== 'string') return 'other';
  const inner = AROUND[code];
  return inner === undefined ? (REASONS[code] ?? 'other') : reasonIn(values?.[inner], depth + 1);
}

const reasonOf = ({ reason, text }: AuditRow): RefusalReason =>
  reasonIn(text === null ? reason : jsonIn(text));

/** Consoles ask for a passcode too, and write a row of their own when they know how the logon ended. */
const OF_A_CONSOLE = /^(log-on:|user:|self-service$)/;

function wayOf(action: LogOnAction, actor: string): LogOnWay | undefined {
  if (action === 'administrator.log-on') return 'console';
  if (action === 'user.log-on') return 'self-service';
  if (OF_A_CONSOLE.test(actor)) return undefined;
  if (actor.startsWith('radius:')) return 'radius';
  return /^agent(?:-credential)?:/.test(actor) ? 'agent' : 'rest';
}

/** @returns undefined for a row about something else, and if no old server answered: nothing is decided by that */
export function logOnIn(row: AuditRow): LogOn | undefined {
  const { action, actor, result } = row;
  const way = isLogOnAction(action) ? wayOf(action, actor) : undefined;
  if (way === undefined || (action === 'authenticate.forward' && result === 'failure')) return undefined;
  const client = way === 'console' || way === 'self-service' ? {} : { client: actor };
  // A question, or a PIN that was refused and has to be entered again: nothing is decided yet.
  if (LOG_ON_ACTIONS[action as LogOnAction] === 'asks') return { way, outcome: 'asked', ...client };
  if (result === 'success') return { way, outcome: 'accepted', ...client };
  return { way, outcome: 'refused', reason: reasonOf(row), ...client };
}
