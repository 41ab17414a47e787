/**
 * Lending: a token is a user's until a day, and is then unassigned. A token of the user's own can be disabled meanwhile, such as one that was
 * left at home; however the loan ends, it is enabled again (releaseToken).
 */

import { DAY, dayOf } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, auditActorOf } from '../../core/actor.ts';
import { eachInTurn, pagesOf } from '../../core/each.ts';
import { invalidAt, type Outcome, type Refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { lockUser } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { type LentToken, listEndedLoans, listEndingLoans, reminderKey } from '../../store/tokens/expiring.ts';
import {
  changeToken,
  findToken,
  lockToken,
  oldestValidDay,
  type TokenRow,
} from '../../store/tokens/tokens.ts';
import { assignToken, releaseToken } from './assign.ts';
import { barToToken, barWords, refusalOf } from './eligibility.ts';
import { endItsSessions } from './enable.ts';
import { changing } from './token-for.ts';

type Context = Pick<ServerContext, 'db' | 'settings' | 'now' | 'random' | 'sealing'>;

const MAX_DAYS = 365;

export type Loan = {
  /** The last day, in UTC and half a day longer. */
  readonly until: string;
  /** Serial number of a token of the same user, which is disabled meanwhile. */
  readonly instead?: string | undefined;
};

/** @param userId who borrows it; absent: the user who has it, whose loan begins or gets another last day */
export async function lendToken(
  context: Context,
  actor: Actor,
  { serial, userId, ...loan }: Loan & { readonly serial: string; readonly userId?: string | undefined },
): Promise<Outcome<unknown>> {
  const wrong = wrongDay(loan.until, context.now());
  if (wrong) return wrong;
  if (userId !== undefined)
    return assignToken(context, actor, { serial, userId }, (trx, token) =>
      beginLoan(trx, context, actor, token, loan),
    );
  const lend = async (trx: Connection, token: TokenRow) => {
    await beginLoan(trx, context, actor, token, loan);
    return [];
  };
  return changing(context, actor, 'tokens:assign', serial, lend, true);
}

function wrongDay(until: string, now: number): Refused | undefined {
  if (until < dayOf(now)) return invalidAt('until', text('loan.past'));
  if (until > dayOf(now + MAX_DAYS * DAY))
    return invalidAt('until', text('loan.too-far', { days: MAX_DAYS }));
  return undefined;
}

/** @param token as it is with its user, whose row is locked */
async function beginLoan(
  trx: Connection,
  context: Context,
  actor: Actor,
  token: TokenRow,
  { until, instead }: Loan,
): Promise<void> {
  const bar = refusalOf(barToToken(token, context.now()), barWords(token, text('loan.not-assigned')));
  if (bar) undoWith(bar);
  if (until > token.expires_on)
    undoWith(refusedAt('until', 'wrong-state', text('loan.expires', { date: token.expires_on })));
  if (instead !== undefined && instead !== token.lent_instead)
    await putAside(trx, context, actor, token, instead);
  await changeToken(trx, token.id, {
    lent_until: until,
    ...(instead === undefined ? {} : { lent_instead: instead }),
  });
  await record(trx, context, auditActorOf(actor), {
    action: 'token.lend',
    object: `token:${token.serial}`,
    reason: text('event.lent', { name: token.holder ?? '', date: until }),
  });
}

async function putAside(
  trx: Connection,
  context: Context,
  actor: Actor,
  token: TokenRow,
  instead: string,
): Promise<void> {
  if (token.lent_instead !== null)
    undoWith(refusedAt('instead', 'wrong-state', text('loan.instead-of', { serial: token.lent_instead })));
  const found = await findToken(trx, instead);
  const own = found && (await lockToken(trx, found.id));
  if (!own || own.id === token.id || own.user_id !== token.user_id || own.lent_until !== null)
    undoWith(refusedAt('instead', 'not-found', text('loan.not-theirs', { serial: instead })));
  if (own.enabled !== 1) undoWith(refusedAt('instead', 'wrong-state', text('token.disabled')));
  await changeToken(trx, own.id, { enabled: 0 });
  await endItsSessions(trx, actor, own);
  await record(trx, context, auditActorOf(actor), {
    action: 'token.disable',
    object: `token:${own.serial}`,
    reason: text('event.lent-another', { serial: token.serial }),
  });
}

/** The token stays with its user, without a last day. One that was disabled meanwhile stays disabled. */
export const keepToken = (context: Context, actor: Actor, { serial }: { readonly serial: string }) =>
  changing(context, actor, 'tokens:assign', serial, async (trx, token) => {
    if (token.lent_until === null) undo('wrong-state', text('loan.none'));
    await changeToken(trx, token.id, { lent_until: null, lent_instead: null });
    return [{ action: 'token.keep' }];
  });

type LoansContext = Omit<Context, 'settings'> & Pick<ServerContext, 'mailSettings' | 'queueMail'>;

const BATCH = 200;
/** Of one round: a server that stops waits for its end. The next is five minutes later. */
const MAX_ENDED = 2_000;
/** Days before the last one. */
const REMIND_DAYS = 1;
const ACTOR: Actor = { kind: 'system', name: 'loan', grants: [] };

/** Takes back what was lent until a day that has passed, and reminds the users of loans that end soon. */
export async function endLoans(context: LoansContext): Promise<void> {
  const { settings } = await context.mailSettings.current(context.db);
  const mails = settings.enabled;
  const before = oldestValidDay(context.now());
  const due = pagesOf<LentToken>((after) => listEndedLoans(context.db, before, BATCH, after));
  let ended = 0;
  const end = () =>
    eachInTurn(
      due,
      async (loan) => {
        await endLoan(context, loan, before, mails);
        ended += 1;
      },
      () => ended === MAX_ENDED,
    );
  await eachInTurn(mails ? [() => remind(context), end] : [end], (part) => part());
}

function endLoan(context: LoansContext, { id, user_id }: LentToken, before: string, mails: boolean) {
  return inTransaction(context.db, async (trx) => {
    // The user before the token, as everywhere.
    const user = await lockUser(trx, user_id);
    const token = await lockToken(trx, id);
    if (!user || token?.user_id !== user_id || token.lent_until === null || token.lent_until >= before)
      return;
    await releaseToken(trx, context, ACTOR, token);
    await endItsSessions(trx, ACTOR, token);
    if (mails && user.email !== '')
      await context.queueMail(trx, {
        event: 'loan-ended',
        userRow: user_id,
        values: { serial: token.serial },
        bulk: true,
      });
  });
}

async function remind(context: LoansContext): Promise<void> {
  const now = context.now();
  const until = dayOf(now + REMIND_DAYS * DAY);
  await inTransaction(context.db, async (trx) => {
    const ending = await listEndingLoans(trx, now, until, BATCH);
    await context.queueMail(
      trx,
      ...ending.map((loan) => ({
        event: 'loan-ending' as const,
        userRow: loan.user_id,
        values: { serial: loan.serial, expires: { date: loan.lent_until } },
        onceKey: reminderKey('loan-ending', loan.id, loan.lent_until),
        bulk: true as const,
      })),
    );
  });
}
