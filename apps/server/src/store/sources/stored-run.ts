/** What runs of identity sources store as JSON: of each entry, and of the run as a whole. */
import { sourceChangeKinds, sourceExcessSchema } from '@sower/api/identity-sources';
import { z } from 'zod';
import { storedJson } from '../schema/stored-json.ts';

const names = z.array(z.string());

export const readLogOnNames = storedJson('source_entries.log_on_names', names);
export const readProtectedNames = storedJson('source_entries.protected_names', names);
export const readGroups = storedJson('source_entries.in_groups', names);

const changes = z.record(z.string(), z.tuple([z.unknown(), z.unknown()]));
/** Field, as it is, as it will be. */
export type Changes = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
const readStoredChanges = storedJson('source_entries.changes', changes);
export const readChanges = (text: string | null): Changes => (text === null ? {} : readStoredChanges(text));
export const readRoleChange = storedJson(
  'source_entries.changes',
  z.object({ roles: z.tuple([names, names]) }),
);

/** Why an entry is refused, also by a text that this version does not have. */
export const readRefusalCode = storedJson('source_entries.text', z.object({ code: z.string() }));

/** How many findings of each action. */
export const readCounts = storedJson('source_runs.counts', z.record(z.string(), z.number()));
/** How many users, by kind of change. */
export const readCountedChanges = storedJson(
  'source_runs.changes',
  z.partialRecord(z.enum(sourceChangeKinds), z.number()),
);
export const readExcesses = storedJson('source_runs.exceeds', z.array(sourceExcessSchema));
