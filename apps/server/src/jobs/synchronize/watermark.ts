/**
 * Up to where changes were read. Active Directory counts them for each of its servers, so the number belongs to one server; others write
 * the time of a change into the entry, by their own clock, and a replica may receive it later, so changes from the last minutes are read
 * again.
 */

import { MINUTE } from '@sower/api/time';
import { z } from 'zod';
import { generalizedTime } from '../../directory/sources/entry.ts';
import { entryNamed, type LdapConnection, type LdapEntry } from '../../ldap/connection.ts';
import { LdapFailure } from '../../ldap/failure.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';

export type Watermark = {
  readonly attribute: 'uSNChanged' | 'modifyTimestamp';
  /** Changes from here on are of interest; undefined if only everything is. */
  readonly since: string | undefined;
  isLater(value: string, than: string): boolean;
  /** What is kept for the next run. @param greatest of the entries that were read, empty if there were none */
  upTo(greatest: string): Stored;
};

/** `groups`: the digest of who was in the groups of the rules. */
const storedSchema = z.object({ server: z.string(), value: z.string(), groups: z.string().optional() });
type Stored = Readonly<z.infer<typeof storedSchema>>;
const readWatermark = storedJson('identity_sources.watermark', storedSchema);

export const storedWatermark = ({ watermark }: Pick<SourceRow, 'watermark'>): Stored | undefined =>
  watermark === null ? undefined : readWatermark(watermark);

const OVERLAP_MILLISECONDS = 10 * MINUTE;

/** Undefined if a run for changes has nothing to begin from: a time far ahead of our clock would hide all changes until then. */
export function watermarkNow(source: Pick<SourceRow, 'kind' | 'watermark'>, now: number): Stored | undefined {
  const stored = storedWatermark(source);
  return stored && (source.kind === 'active-directory' || kindOf(stored.value, now) === 'past')
    ? stored
    : undefined;
}

export async function watermarkOf(
  connection: LdapConnection,
  source: SourceRow,
  mode: 'full' | 'delta',
  now: number,
): Promise<Watermark | undefined> {
  const stored = watermarkNow(source, now);
  // A full run has read everything, and what it read counts alone.
  if (source.kind !== 'active-directory') return byTime(mode === 'delta' ? stored : undefined, now);
  const root = await entryNamed(connection, '', 'highestCommittedUSN', 'dsServiceName');
  const [name, highest] = [textOf(root, 'dsservicename'), textOf(root, 'highestcommittedusn')];
  if (name === '' || !/^\d+$/.test(highest)) return undefined;
  // One that was restored from a backup counts on from what it had then, as another copy of the database ([MS-ADTS], invocationId).
  const copy = await entryNamed(connection, name, 'invocationId').catch(ifRefused);
  const server = [name, ...(copy?.attributes.get('invocationid') ?? []).map(hexOf)].join(' ');
  const isSame = mode === 'delta' && stored?.server === server && /^\d+$/.test(stored.value);
  return {
    attribute: 'uSNChanged',
    since: isSame ? String(BigInt(stored.value) + 1n) : undefined,
    isLater: () => false,
    // The value from before the search: what changes during it is read by the next run.
    upTo: () => ({ server, value: highest }),
  };
}

/** An account that may not read it goes without. */
function ifRefused(error: unknown): undefined {
  if (!(error instanceof LdapFailure) || (error.kind !== 'base' && error.kind !== 'access')) throw error;
}

const textOf = (entry: LdapEntry | undefined, name: string): string =>
  String(entry?.attributes.get(name)?.[0] ?? '');
const hexOf = (value: string | Buffer): string => Buffer.from(value as Uint8Array).toString('hex');

function byTime(before: Stored | undefined, now: number): Watermark {
  return {
    attribute: 'modifyTimestamp',
    since: before && earlier(before.value),
    isLater(value, than) {
      const [kind, other] = [kindOf(value, now), kindOf(than, now)];
      return kind === other ? kind !== 'none' && value > than : kind === 'past' || other === 'none';
    },
    upTo(greatest) {
      // If all are ahead, our clock is behind, and what it says is before them.
      const read = kindOf(greatest, now) === 'ahead' ? (before?.value ?? generalized(now)) : greatest;
      return { server: '', value: [read, before?.value ?? ''].sort().at(-1) ?? '' };
    },
  };
}

/** A server whose clock was ahead for a moment says nothing about what others change until then. */
function kindOf(value: string, now: number): 'none' | 'ahead' | 'past' {
  const time = /^\d{14}(?:\.\d+)?Z$/.test(value) ? generalizedTime(value) : undefined;
  if (time === undefined) return 'none';
  return time > now + OVERLAP_MILLISECONDS ? 'ahead' : 'past';
}

/** A generalized time, some minutes before another. */
function earlier(value: string): string | undefined {
  const time = generalizedTime(value);
  return time === undefined ? undefined : generalized(time - OVERLAP_MILLISECONDS);
}

const generalized = (time: number): string => new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '');
