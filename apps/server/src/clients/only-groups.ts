/**
 * What is limited to members of directory groups, such as clients, reply attributes, jobs and rules: these must be groups whose members an
 * identity source records.
 */
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { done, invalidAt, type Outcome } from '../core/outcome.ts';
import { keptGroups } from '../directory/sources/placement.ts';
import { settingsOf } from '../directory/sources/settings.ts';
import { keptName } from '../ldap/names.ts';
import type { Connection } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { listSources } from '../store/sources/identity-sources.ts';

/** As they are stored. @param pathOf the field of the request that each is in */
export async function groupsToKeep(
  db: Connection,
  groups: readonly string[],
  pathOf: (index: number) => string,
): Promise<Outcome<string[]>> {
  if (groups.length === 0) return done([]);
  const known = new Set((await listSources(db)).flatMap((row) => keptGroups(settingsOf(row))));
  const kept = groups.map(keptName);
  const unknown = kept.findIndex((name) => !known.has(name));
  return unknown < 0
    ? done([...new Set(kept)])
    : invalidAt(pathOf(unknown), text('client-group.not-kept', { name: groups[unknown] ?? '' }));
}

/** The same of one. */
export async function groupToKeep(db: Connection, group: string, path: string): Promise<Outcome<string>> {
  const kept = await groupsToKeep(db, [group], () => path);
  return kept.ok ? done(kept.value[0] ?? '') : kept;
}

const read = storedJson('radius_clients.only_groups', z.array(z.string()));

/** In the present spelling: rows of earlier versions escape fewer characters. */
export const onlyGroupsOf = (row: { readonly only_groups: string }): string[] =>
  read(row.only_groups).map(keptName);
