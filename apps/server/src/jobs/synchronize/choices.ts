/**
 * What happens to entries whose user ID someone else has: an administrator chooses, and the next run applies the choice. A choice is stored
 * under the key of the entry, so it still concerns the same person after names have changed.
 */

import {
  type ChooseInput,
  type Chosen,
  type ConflictChoice,
  conflictChoices,
  type SourceChoice,
} from '@sower/api/source-conflicts';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { type Actor, covers } from '../../core/actor.ts';
import { done, invalidAt, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { said } from '../../core/unworded.ts';
import { refusalAbove } from '../../directory/roles.ts';
import { sourceFor, sourceOver } from '../../directory/sources/sources.ts';
import { starterColumns } from '../../directory/starter.ts';
import { findUser } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import {
  type ChoiceRow,
  type ConflictEntry,
  countConflicts,
  deleteChoices,
  findChoices,
  keysOf,
  listChoices,
  listConflictEntries,
  listPromised,
  putChoice,
} from '../../store/sources/choices.ts';
import { noteRun, type SourceRow } from '../../store/sources/identity-sources.ts';
import type { SynchronizeContext } from './context.ts';
import { runFor } from './runs.ts';

type Context = SynchronizeContext;
type Refusal = { readonly number: number; readonly userId: string; readonly detail: Text };

const BATCH = 500;
const MAX_REFUSALS = 20;

/** For whom there is something to choose. */
const OPEN = new Set(['conflict', 'skipped', 'linked']);

export async function chooseForConflicts(
  context: Context,
  actor: Actor,
  input: ChooseInput & { readonly id: string; readonly run: string },
): Promise<Outcome<Omit<Chosen, 'refusals'> & { readonly refusals: readonly Refusal[] }>> {
  const found = await runFor(context, actor, input, 'users:edit');
  if (!found.ok) return found;
  const source = await sourceFor(context, actor, input.id);
  if (!source.ok) return source;
  const { choice, numbers, kind } = input;
  if ((numbers === undefined) === (kind === undefined))
    return invalidAt('numbers', text('source-choice.numbers-or-kind'));
  if ((choice === 'qualify') !== (input.suffix !== undefined))
    return invalidAt('suffix', text('source-choice.suffix'));
  const total = { chosen: 0, refused: 0, refusals: [] as Refusal[] };
  const choose = async (rows: readonly ConflictEntry[]): Promise<void> => {
    const refusals = await chooseBatch(context, actor, source.value, rows, input);
    total.chosen += rows.length - refusals.length;
    total.refused += refusals.length;
    total.refusals.push(...refusals.slice(0, MAX_REFUSALS - total.refusals.length));
  };
  if (numbers !== undefined) {
    const positions = [...new Set(numbers)].map((number) => number - 1);
    const rows = (await listConflictEntries(context.db, input.run, { positions })).filter(
      ({ action, source_key }) => OPEN.has(action ?? '') && source_key !== null,
    );
    if (rows.length < positions.length)
      return refusedAt('numbers', 'not-found', text('source-choice.no-conflict'));
    await choose(rows);
    return done(total);
  }
  const expected = (await countConflicts(context.db, input.run, input.id))[kind ?? 'entry'];
  if (input.count !== expected)
    return refusedAt('count', 'wrong-state', text('source-choice.count', { count: expected }));
  for (let after = -1; ; ) {
    const page = await listConflictEntries(context.db, input.run, { after, limit: BATCH });
    const last = page.at(-1);
    if (!last) return done(total);
    after = Number(last.position);
    const known = await findChoices(context.db, input.id, keysOf(page));
    await choose(page.filter((row) => row.kind === kind && !known.has(row.source_key ?? '')));
  }
}

/** In one transaction: possible choices are stored, and for the others, the reason is returned. */
async function chooseBatch(
  context: Context,
  actor: Actor,
  source: SourceRow,
  rows: readonly ConflictEntry[],
  input: ChooseInput,
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  if (rows.length === 0) return refusals;
  const outcome = await allOrNothing(
    context.db,
    async (trx) => {
      const starter = starterColumns(actor);
      if (!starter.ok) return starter;
      const before = await findChoices(trx, source.id, keysOf(rows));
      const holders = rows.flatMap(({ holder }) => holder ?? []);
      const promises = await listPromised(trx, holders);
      const promised = new Map(
        promises.map((row) => [row.user_row, entryKey(row.source_id, row.source_key)]),
      );
      const chosen: ConflictEntry[] = [];
      for (const row of rows) {
        const earlier = before.get(row.source_key ?? '');
        const against = await objection(trx, actor, source, { row, earlier }, promised, input);
        if (against)
          refusals.push({ number: Number(row.position) + 1, userId: row.user_id, ...said(against) });
        else {
          chosen.push(row);
          if (input.choice === 'link') promised.set(row.holder, entryKey(source.id, row.source_key));
        }
      }
      const { choice } = input;
      if (choice === 'none') await deleteChoices(trx, source.id, keysOf(chosen));
      else
        for (const row of chosen) {
          const key = row.source_key ?? '';
          await putChoice(trx, {
            source_id: source.id,
            source_key: key,
            choice,
            user_row: choice === 'link' ? row.holder : null,
            suffix: input.suffix ?? '',
            user_id: plainUserId(row, before.get(key)),
            name: row.name,
            ...starter.value,
            chosen_at: context.now(),
          });
        }
      if (chosen.length > 0) await noteChoices(trx, context, actor, source, input, chosen);
      return done(undefined);
    },
    () => refused('edited-meanwhile', text('source-choice.promised')),
  );
  if (outcome.ok) return refusals;
  // One of the users has been promised to another entry in the meantime: nothing of this batch was written.
  return rows.map((row) => ({
    number: Number(row.position) + 1,
    userId: row.user_id,
    ...said(outcome.detail),
  }));
}

/** Why it cannot be chosen for this entry. */
async function objection(
  trx: Connection,
  actor: Actor,
  source: SourceRow,
  { row, earlier }: { readonly row: ConflictEntry; readonly earlier: ChoiceRow | undefined },
  promised: ReadonlyMap<string | null, string>,
  input: ChooseInput,
): Promise<Text | undefined> {
  if (input.choice === 'qualify') {
    const wanted = `${plainUserId(row, earlier)}${input.suffix}`;
    const other = await findUser(trx, wanted);
    const own = other !== undefined && other.id === row.target;
    return other && !own ? text('user.exists', { user: wanted }) : undefined;
  }
  if (input.choice !== 'link') return undefined;
  if (!choicesFor(row).includes('link') || row.holder === null) return text('source-choice.not-linkable');
  const promise = promised.get(row.holder);
  if (promise !== undefined && promise !== entryKey(source.id, row.source_key))
    return text('source-choice.promised');
  if (!covers(actor, 'users:edit', row.holder_domain ?? '')) return text('source-choice.other-domain');
  return (await refusalAbove(trx, actor, 'users:edit', row.holder))?.detail;
}

const entryKey = (sourceId: string, key: string | null): string => `${sourceId} ${key}`;

/** As in the directory, without the suffix of an earlier choice. */
function plainUserId(row: ConflictEntry, before: ChoiceRow | undefined): string {
  const suffix = before?.suffix ?? '';
  return suffix !== '' && row.user_id.endsWith(suffix) ? row.user_id.slice(0, -suffix.length) : row.user_id;
}

/** A user who comes from no directory, or is gone from theirs, can be linked to an entry that has no user yet. */
export const choicesFor = ({ kind, target }: ConflictEntry): ConflictChoice[] =>
  conflictChoices.filter(
    (choice) => choice !== 'link' || ((kind === 'internal' || kind === 'gone') && target === null),
  );

async function noteChoices(
  trx: Connection,
  context: Context,
  actor: Actor,
  source: SourceRow,
  { choice, suffix = '' }: Pick<ChooseInput, 'choice' | 'suffix'>,
  rows: readonly ConflictEntry[],
): Promise<void> {
  // Entries that have not changed are in a full run alone.
  await noteRun(trx, source.id, { full_at: null });
  await record(
    trx,
    context,
    actor,
    ...rows.map((row) => ({
      action: 'source.choose' as const,
      object: `source:${source.name}`,
      reason: text(`event.source-choice-${choice}`, {
        entry: row.name,
        user: choice === 'link' ? (row.holder_user_id ?? '') : `${row.user_id}${suffix}`,
      }),
    })),
  );
}

/** What was chosen for the entries of a source. */
export async function showChoices(context: Context, actor: Actor, id: string, limit: number, after: string) {
  const source = await sourceOver(context, actor, id, 'users:view');
  return source.ok ? done(await listChoices(context.db, id, limit, after)) : source;
}

export async function forgetChoice(
  context: Context,
  actor: Actor,
  { id, key }: { readonly id: string; readonly key: string },
): Promise<Outcome<undefined>> {
  const source = await sourceOver(context, actor, id, 'users:edit');
  if (!source.ok) return source;
  return allOrNothing(context.db, async (trx) => {
    const [row] = await deleteChoices(trx, id, [key]);
    if (!row) return refused('not-found', text('source-choice.not-found'));
    await noteRun(trx, id, { full_at: null });
    await record(trx, context, actor, {
      action: 'source.choose',
      object: `source:${source.value.name}`,
      reason: text('event.source-choice-none', { entry: row.name, user: row.user_id }),
    });
    return done(undefined);
  });
}

export const viewChoice = (row: ChoiceRow): SourceChoice => ({
  key: row.source_key,
  choice: row.choice,
  userId: row.user_id,
  entry: row.name,
  ...(row.suffix === '' ? {} : { suffix: row.suffix }),
  chosenBy: row.actor_name,
  chosenAt: isoTime(row.chosen_at),
});
