/** Stores what was read as rows of the run, each with what it changes about a user. */

import { userNameSchema } from '@sower/api/fields';
import { text } from '@sower/texts/outcomes';
import { userIdKey } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { type ChoiceRow, findChoices } from '../../store/sources/choices.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import { namesOfStaged, type ReadEntry, stageEntries } from '../../store/sources/runs.ts';
import { compareEntries } from './compare.ts';
import type { SynchronizeContext } from './context.ts';
import { entryMark } from './rule-roles.ts';

/** @param rows follow those that are staged */
export async function stage(
  context: SynchronizeContext,
  trx: Connection,
  jobId: string,
  source: SourceRow,
  rows: readonly ReadEntry[],
): Promise<void> {
  const apart = await withKeysApart(trx, jobId, rows);
  const choices = await findChoices(
    trx,
    source.id,
    apart.flatMap(({ source_key }) => source_key ?? []),
  );
  const entries = qualified(context, apart, choices);
  await stageEntries(trx, await compareEntries(context, trx, jobId, source, entries, choices));
}

/** Two entries with one key are two people, and it is unclear which of them it identifies: the second is refused. */
async function withKeysApart(
  trx: Connection,
  jobId: string,
  rows: readonly ReadEntry[],
): Promise<ReadEntry[]> {
  const keys = rows.flatMap(({ source_key }) => source_key ?? []);
  const names = await namesOfStaged(trx, jobId, keys);
  return rows.flatMap((row) => {
    const name = row.source_key === null ? undefined : names.get(row.source_key);
    if (row.source_key !== null && name === undefined) names.set(row.source_key, row.name);
    if (name === undefined) return row;
    // An entry that was changed during the search may be in two pages.
    return name === row.name
      ? []
      : { ...row, source_key: null, text: JSON.stringify(text('source-entry.same-key')) };
  });
}

/** An administrator has chosen a suffix for the user IDs of some. */
function qualified(
  context: SynchronizeContext,
  rows: readonly ReadEntry[],
  choices: ReadonlyMap<string, ChoiceRow>,
): readonly ReadEntry[] {
  if (choices.size === 0) return rows;
  return rows.map((row) => {
    const suffix = row.text === null ? choices.get(row.source_key ?? '')?.suffix : undefined;
    if (!suffix) return row;
    const userId = `${row.user_id}${suffix}`;
    const read = userNameSchema.safeParse(userId);
    const renamed = { ...row, user_id: userId, user_id_key: userIdKey(userId) };
    return read.success
      ? { ...renamed, mark: row.mark === null ? null : entryMark(context, renamed) }
      : { ...row, text: JSON.stringify(text('source-entry.qualified-too-long', { suffix })) };
  });
}
