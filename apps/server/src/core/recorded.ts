/**
 * The things that administrators add, edit and delete: rows with a version. Each change and its row of the audit trail are one transaction.
 * What a change takes beyond the right to make it is decided by the function that calls.
 */

import type { Permission } from '@sower/api/permissions';
import type { AuditAction } from '@sower/texts/tables/audit-actions';
import type { Reason } from '../store/db/reason.ts';
import {
  type Change,
  changeRow,
  deleteRow,
  findRow,
  insertRow,
  type VersionedTable,
} from '../store/db/rows.ts';
import type { Connection, Database, Row } from '../store/schema/schema.ts';
import { type Actor, denied } from './actor.ts';
import { done, editedMeanwhile, type Outcome, type Refused } from './outcome.ts';
import { record } from './record.ts';
import { allOrNothing } from './transaction.ts';

type Named = { readonly id: string; readonly version: number };

type RecordContext = Parameters<typeof record>[1] & { readonly db: Database };

/** Who may edit or delete one: by a permission, or by a rule of its own. */
type Present<T extends VersionedTable> =
  | {
      readonly permission: Permission;
      /** Where people may name one as well; otherwise by its ID. */
      readonly find?: (db: Connection, idOrName: string) => Promise<Row<T> | undefined>;
    }
  | { readonly present: (context: RecordContext, actor: Actor, id: string) => Promise<Outcome<Row<T>>> };

/** How things of one kind are kept, named and shown. */
type Kind<T extends VersionedTable, View> = Present<T> & {
  readonly table: T;
  readonly notFound: (id: string) => Refused;
  /** `kind:name`, as the audit trail names one. */
  readonly object: (row: Row<T>) => string;
  /** What the audit trail says of one that is added or edited, unless the change says it. */
  readonly reason?: (row: Row<T>) => Reason | undefined;
  readonly view: (db: Connection, row: Row<T>, context: RecordContext) => View | Promise<View>;
};

type Doing<T extends VersionedTable> = {
  readonly action: AuditAction;
  readonly reason?: Reason | undefined;
  /** In the transaction, ahead of the change: it may undo everything. */
  readonly first?: ((trx: Connection) => Promise<unknown>) | undefined;
  /** In the transaction, after the change. */
  readonly afterwards?: (trx: Connection, row: Row<T>) => Promise<unknown>;
  readonly ifTaken?: () => Refused;
};
/** What an edit comes to, once it has been examined. */
type Planned<T extends VersionedTable> = Omit<Doing<T>, 'action'> & { readonly columns: Change<T> };
type Deleting<T extends VersionedTable> = {
  readonly action: AuditAction;
  readonly reason?: (row: Row<T>) => Reason;
  /** In the transaction: it may undo everything. */
  readonly first?: (trx: Connection, row: Row<T>) => Promise<unknown>;
  readonly afterwards?: (trx: Connection) => Promise<unknown>;
};

/** Of the version that was looked at. */
export type Edit<Patch> = { readonly id: string; readonly version: number; readonly change: Patch };

/** All of a kind, for those who may see them. */
export async function itemsFor<Item>(
  actor: Actor,
  permission: Permission,
  list: () => Promise<Item[]>,
): Promise<Outcome<{ items: Item[] }>> {
  return denied(actor, permission) ?? done({ items: await list() });
}

/** One that is there, for those who may see it. */
export async function itemFor<Item>(
  actor: Actor,
  permission: Permission,
  find: () => Promise<Item | undefined>,
  notFound: () => Refused,
): Promise<Outcome<Item>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const item = await find();
  return item === undefined ? notFound() : done(item);
}

export function recordedRows<T extends VersionedTable, View>(kind: Kind<T, View>) {
  const { table, notFound } = kind;

  /** One that is there, for those who may change it. */
  const present = (context: RecordContext, actor: Actor, id: string): Promise<Outcome<Row<T>>> =>
    'present' in kind
      ? kind.present(context, actor, id)
      : itemFor(
          actor,
          kind.permission,
          () => (kind.find ? kind.find(context.db, id) : findRow(context.db, table, id)),
          () => notFound(id),
        );

  /** @param write gives nothing if someone else was faster */
  const recorded = (
    context: RecordContext,
    actor: Actor,
    write: (trx: Connection) => Promise<Row<T> | undefined>,
    { action, first, afterwards, ifTaken, ...said }: Doing<T>,
  ): Promise<Outcome<View>> =>
    allOrNothing(
      context.db,
      async (trx) => {
        await first?.(trx);
        const row = await write(trx);
        if (!row) return editedMeanwhile();
        await afterwards?.(trx, row);
        const reason = 'reason' in said ? said.reason : kind.reason?.(row);
        await record(trx, context, actor, { action, object: kind.object(row), reason });
        return done(await kind.view(trx, row, context));
      },
      ifTaken,
    );

  /** The right to edit it has been decided. @param of the version that was looked at */
  const change = (
    context: RecordContext,
    actor: Actor,
    of: Named,
    columns: Change<T>,
    doing: Doing<T>,
  ): Promise<Outcome<View>> => recorded(context, actor, (trx) => changeRow(trx, table, of, columns), doing);

  return {
    present,
    change,
    /** @param plan examines the change, before the transaction */
    async edit<Patch>(
      context: RecordContext,
      actor: Actor,
      { id, version, change: patch }: Edit<Patch>,
      action: AuditAction,
      plan: (present: Row<T>, patch: Patch) => Promise<Outcome<Planned<T>>>,
    ): Promise<Outcome<View>> {
      const found = await present(context, actor, id);
      if (!found.ok) return found;
      const { id: rowId, version: current } = found.value as Row<T> & Named;
      if (current !== version) return editedMeanwhile();
      const planned = await plan(found.value, patch);
      if (!planned.ok) return planned;
      const { columns, ...doing } = planned.value;
      return change(context, actor, { id: rowId, version }, columns, { action, ...doing });
    },
    /** The right to add one has been decided. */
    insert: (
      context: RecordContext,
      actor: Actor,
      row: Parameters<typeof insertRow<T>>[2],
      doing: Doing<T>,
    ): Promise<Outcome<View>> => recorded(context, actor, (trx) => insertRow(trx, table, row), doing),
    async remove(
      context: RecordContext,
      actor: Actor,
      id: string,
      { action, reason, first, afterwards }: Deleting<T>,
    ): Promise<Outcome<undefined>> {
      const found = await present(context, actor, id);
      if (!found.ok) return found;
      const { id: rowId } = found.value as Row<T> & Named;
      return allOrNothing(context.db, async (trx) => {
        await first?.(trx, found.value);
        const row = await deleteRow(trx, table, rowId);
        if (!row) return notFound(id);
        await afterwards?.(trx);
        await record(trx, context, actor, { action, object: kind.object(row), reason: reason?.(row) });
        return done(undefined);
      });
    },
  };
}

/** Only the fields that it has. */
export const withoutUndefined = <T extends object>(patch: T) =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
