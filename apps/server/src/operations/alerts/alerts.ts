/**
 * Raising and clearing alerts: both are recorded in the audit trail, which is forwarded to wherever the operator reads it; raising one is
 * also mailed. One server looks at the installation, and each at its own host, once a minute.
 */

import { hostname } from 'node:os';
import type { Alert } from '@sower/api/alerts';
import type { AlertKind } from '@sower/api/checks';
import { HOUR, isoTime } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, SYSTEM } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { itemsFor } from '../../core/recorded.ts';
import { saidIn, type Unworded } from '../../core/unworded.ts';
import { mailedAdministrators } from '../../mail/mailed-administrators.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findKeysSince } from '../../store/mail/queue.ts';
import { type AlertRow, clearAlert, listAlerts, raiseAlert } from '../../store/operations/alerts.ts';
import { type AlertScope, type Found, type LookContext, lookForAlerts, OF_HOST } from './look.ts';

type Context = LookContext &
  Pick<ServerContext, 'sealing' | 'onAlteredRow' | 'random' | 'queueMail' | 'publicUrl'>;

/** A host that has not reported for this long is gone. */
const UNSEEN_MILLISECONDS = 24 * HOUR;

const idOf = ({ kind, about }: Found): string => (about === undefined ? kind : `${kind}:${about}`);
const isOfHost = (row: AlertRow): boolean => OF_HOST.has(kindOf(row)) && row.id.includes(':');
const kindOf = ({ id }: AlertRow): AlertKind => id.split(':', 1)[0] as AlertKind;

/** Whether an alert that was not found has ended. */
function isSettledBy(scope: AlertScope, row: AlertRow, now: number): boolean {
  if (scope === 'host') return isOfHost(row) && row.id === `${kindOf(row)}:${hostname()}`;
  return !isOfHost(row) || Math.abs(now - Number(row.seen_at)) >= UNSEEN_MILLISECONDS;
}

export async function keepAlerts(context: Context, scope: AlertScope): Promise<void> {
  const { db } = context;
  const now = context.now();
  const looked = await lookForAlerts(context, scope);
  const found = new Map(looked.found.map((one) => [idOf(one), one]));
  const mail = (await context.settings.current())['alerts.mail'];
  for (const [id, one] of found)
    await inTransaction(db, async (trx) => {
      if (!(await raiseAlert(trx, { id, text: JSON.stringify(one.text), now }))) return;
      await record(trx, context, SYSTEM, {
        action: 'alert.raise',
        object: `alert:${id}`,
        result: 'failure',
        reason: one.text,
      });
      // When a run stops, those whom its source names get mail about it at once.
      if (!mail || one.kind === 'source-stopped') return;
      const all = await mailedAdministrators(context, trx, (actor) => covers(actor, 'settings:edit', '/'));
      // An alert that keeps coming and going is not mailed each time.
      const key = (name: string, hours: number): string =>
        `alert:${id}:${Math.floor(now / HOUR) - hours}:${name}`;
      const lately = await findKeysSince(
        trx,
        all.map(({ name }) => key(name, 1)),
        now - HOUR,
      );
      const to = all.filter(({ name }) => !lately.has(key(name, 1)));
      await context.queueMail(
        trx,
        ...to.map((address) => ({
          event: 'alert' as const,
          userRow: address,
          values: { reason: one.text, time: now, consoleUrl: `${context.publicUrl}/console/` },
          onceKey: key(address.name, 0),
        })),
      );
    });
  // In that case, an alert that was not found may still exist.
  if (looked.failed.length > 0) throw looked.failed[0];
  for (const row of await listAlerts(db)) {
    if (found.has(row.id) || !isSettledBy(scope, row, now)) continue;
    await inTransaction(db, async (trx) => {
      if (await clearAlert(trx, row.id))
        await record(trx, context, SYSTEM, { action: 'alert.clear', object: `alert:${row.id}` });
    });
  }
}

export const showAlerts = ({ db }: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor<Unworded<Alert, 'text'>>(actor, 'audit:view', async () => {
    const rows = await listAlerts(db);
    return rows.map((row) => {
      const { detail, ...data } = saidIn(row.text);
      return {
        id: row.id,
        kind: kindOf(row),
        text: detail ?? row.id,
        ...data,
        since: isoTime(Number(row.raised_at)),
      };
    });
  });
