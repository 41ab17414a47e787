/**
 * Identity sources as administrators see and change them. Anyone who sets the address of a directory decides who its users are, so a source
 * can be changed only by those who have every right of every administrator that comes from it.
 */

import { X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  IdentitySource,
  SourceGroups,
  SourceInput,
  SourcePatch,
  SourcePlacement,
} from '@sower/api/identity-sources';
import { isoTime, MINUTE } from '@sower/api/time';
import { readText, type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { secretToRepeat } from '../../core/kept-secret.ts';
import {
  done,
  editedMeanwhile,
  invalidAt,
  type Outcome,
  type Refused,
  refused,
  refusedAt,
} from '../../core/outcome.ts';
import { itemFor, itemsFor, recordedRows } from '../../core/recorded.ts';
import { undo } from '../../core/transaction.ts';
import { said, type Unworded } from '../../core/unworded.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { certificateBlocks } from '../../keys/x509/pem.ts';
import { isFilter } from '../../ldap/filter.ts';
import { newId } from '../../store/db/ids.ts';
import { listGrantsThroughSource } from '../../store/directory/administrators.ts';
import { domainNamesOf } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { hasMark, type Marks, markOf } from '../../store/keys/marks.ts';
import type { Connection } from '../../store/schema/schema.ts';
import {
  countSourceUsers,
  findSource,
  hasSourceUsers,
  listSources,
  type SourceRow,
} from '../../store/sources/identity-sources.ts';
import { domainFor, holdNamed, type NamedDomain } from '../domains.ts';
import { grantAbove } from '../roles.ts';
import { starterColumns } from '../starter.ts';
import { groupsFor, placementFor, viewGroups, viewPlacement } from './placement.ts';
import { type SourceSettings, settingsOf } from './settings.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'databaseNow' | 'random' | 'onAlteredRow'>;

export type SourceView = Omit<IdentitySource, 'trouble' | 'notify'> & {
  readonly notify: readonly string[];
  readonly trouble?: Unworded<NonNullable<IdentitySource['trouble']>, 'detail'>;
};

const MAX_SOURCES = 50;

/** A source is late after this many intervals without a successful run, and never before this many minutes. */
const LATE_INTERVALS = 3;
const LATE_MINUTES = 30;

export function isLate(row: SourceRow, now: number): boolean {
  const { everyMinutes } = settingsOf(row).schedule;
  if (row.enabled !== 1 || everyMinutes === 0) return false;
  const minutes = Math.max(LATE_MINUTES, LATE_INTERVALS * everyMinutes);
  return now - Number(row.good_at ?? row.created_at) > minutes * MINUTE;
}

export const showSources = (context: Pick<ServerContext, 'db' | 'now'>, actor: Actor) =>
  itemsFor(actor, 'settings:edit', async () =>
    viewSources(context.db, context.now(), await listSources(context.db)),
  );

export const showSource = ({ db, now }: Pick<ServerContext, 'db' | 'now'>, actor: Actor, id: string) =>
  itemFor(
    actor,
    'settings:edit',
    async () => {
      const row = await findSource(db, id);
      return row && viewSource(db, now(), row);
    },
    noSuchSource,
  );

/** The source, if it has a valid mark, for whatever uses it. */
export async function sourceFor(context: Context, actor: Actor, id: string): Promise<Outcome<SourceRow>> {
  const found = await itemFor(actor, 'settings:edit', () => findSource(context.db, id), noSuchSource);
  return (found.ok && refusalAltered(context, found.value)) || found;
}

/** Nothing if the row has a valid mark. */
export const refusalAltered = (context: Marks, row: SourceRow): Refused | undefined =>
  hasMark('identity_sources', context, row)
    ? undefined
    : refused('wrong-state', text('source.altered', { source: row.name }));

/** One whose users the actor may view, or edit. */
export async function sourceOver(
  context: Context,
  actor: Actor,
  id: string,
  permission: 'users:view' | 'users:edit',
): Promise<Outcome<SourceRow>> {
  const denial = denied(actor, 'settings:edit') ?? denied(actor, permission);
  if (denial) return denial;
  const source = await sourceFor(context, actor, id);
  if (!source.ok) return source;
  return covers(actor, permission, source.value.domain)
    ? source
    : refused('not-permitted', text('source.other-domain', { source: source.value.name }));
}

export async function addSource(
  context: Context,
  actor: Actor,
  input: SourceInput,
): Promise<Outcome<SourceView>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const domain = await domainFor(context, actor, 'users:edit', input.securityDomain);
  if (!domain.ok) return domain;
  const placement = await placementFor(context, actor, input.placement);
  if (!placement.ok) return placement;
  const groups = await groupsFor(context, actor, input.groups);
  if (!groups.ok) return groups;
  const { name, kind, securityDomain: _, password, enabled, ...given } = input;
  const settings = { ...given, placement: placement.value.kept, groups: groups.value.kept };
  const problem = settingsProblem(settings);
  if (problem) return problem;
  const saver = starterColumns(actor);
  if (!saver.ok) return saver;
  const named = domainsNamed(domain.value, placement.value, groups.value);
  const present = await listSources(context.db);
  if (present.length >= MAX_SOURCES)
    return refused('wrong-state', text('source.too-many', { maximum: MAX_SOURCES }));
  const id = newId(context);
  const row = {
    id,
    name,
    name_key: userIdKey(name),
    kind,
    position: Math.max(-1, ...present.map((one) => one.position)) + 1,
    enabled: enabled ? (1 as const) : (0 as const),
    domain: domain.value.path,
    settings: JSON.stringify(settings),
    password: sealed(context, id, password ?? ''),
    ...saver.value,
    due_at: dueAt(settings, enabled, context.databaseNow()),
    version: 1,
    created_at: context.now(),
  };
  const mark = markOf('identity_sources', context, row);
  return sources.insert(
    context,
    actor,
    { ...row, mark },
    { action: 'source.add', first: (trx) => holdNamed(trx, named), ifTaken: nameTaken(name) },
  );
}

export async function editSource(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly version: number; readonly change: SourcePatch },
): Promise<Outcome<SourceView>> {
  const found = await editable(context, actor, input.id);
  if (!found.ok) return found;
  const present = found.value;
  if (present.version !== input.version) return editedMeanwhile();
  const { change } = input;
  const altered = refusalAltered(context, present);
  const unsaid = altered && refusalUnsaid(altered, present, change);
  if (unsaid) return unsaid;
  const domain =
    change.securityDomain === undefined
      ? undefined
      : await domainFor(context, actor, 'users:edit', change.securityDomain);
  if (domain && !domain.ok) return domain;
  const before = settingsOf(present);
  // From now on, its rules have the rights of the person who saves it.
  const placement = await placementFor(context, actor, change.placement ?? before.placement);
  if (!placement.ok) return placement;
  const groups = await groupsFor(context, actor, change.groups ?? before.groups);
  if (!groups.ok) return groups;
  const settings = {
    ...after(before, change),
    placement: placement.value.kept,
    groups: groups.value.kept,
  };
  const problem = settingsProblem(settings) ?? (await keyProblem(context.db, present, before, settings));
  if (problem) return problem;
  const repeat = secretToRepeat(
    { settings: destinationOf(before), secretStored: present.password !== null },
    destinationOf(settings),
    DESTINATION,
    change.password,
    text('source.password-for-other-server'),
  );
  if (repeat) return repeat;
  const saver = starterColumns(actor);
  if (!saver.ok) return saver;
  const enabled = change.enabled ?? present.enabled === 1;
  const isSame =
    !altered &&
    change.password === undefined &&
    (change.name ?? present.name) === present.name &&
    (change.position ?? present.position) === present.position &&
    (domain?.value.path ?? present.domain) === present.domain &&
    enabled === (present.enabled === 1) &&
    isDeepStrictEqual(settings, before) &&
    // Its runs have the rights of the administrator who saved it last.
    isDeepStrictEqual(saver.value, saverIn(present));
  // The same settings again are no change: a run that is being compared stays good.
  if (isSame) return done(await viewSource(context.db, context.now(), present));
  const read = ({ connection, search, mapping, placement, groups }: SourceSettings) =>
    JSON.stringify([connection.urls, search, mapping, placement, groups]);
  const columns = {
    ...(change.name === undefined ? {} : { name: change.name, name_key: userIdKey(change.name) }),
    ...(change.position === undefined ? {} : { position: change.position }),
    ...(domain ? { domain: domain.value.path } : {}),
    enabled: enabled ? (1 as const) : (0 as const),
    settings: JSON.stringify(settings),
    ...(change.password === undefined ? {} : { password: sealed(context, present.id, change.password) }),
    ...saver.value,
    due_at: dueAt(settings, enabled, context.databaseNow()),
    // What changed since is counted by each server and each filter for itself.
    ...(read(before) === read(settings) ? {} : { watermark: null, full_at: null }),
  };
  const row = { ...present, ...columns };
  const parts = [
    text('event.source-fields', { fields: Object.keys(change).filter((name) => name !== 'password') }),
    describe(row),
    ...(change.password === undefined
      ? []
      : [text(change.password === '' ? 'event.password-removed' : 'event.password-changed')]),
  ];
  const mark = markOf('identity_sources', context, row);
  const named = domainsNamed(domain?.value, placement.value, groups.value);
  return sources.change(
    context,
    actor,
    present,
    { ...columns, mark },
    {
      action: 'source.edit',
      reason: text('event.parts', { parts }),
      first: (trx) => holdNamed(trx, named),
      ifTaken: nameTaken(row.name),
    },
  );
}

export const removeSource = (context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> =>
  sources.remove(context, actor, id, {
    action: 'source.delete',
    first: async (trx) => {
      if (await hasSourceUsers(trx, id)) undo('in-use', text('source.has-users'));
      if ((await listGrantsThroughSource(trx, id)).length > 0)
        undo('in-use', text('source.has-administrators'));
    },
  });

/** One that the actor may change: with every right of those who log on through it. */
export async function editable(
  context: Pick<Context, 'db'>,
  actor: Actor,
  id: string,
): Promise<Outcome<SourceRow>> {
  const denial = denied(actor, 'settings:edit') ?? denied(actor, 'users:edit');
  if (denial) return denial;
  const row = await findSource(context.db, id);
  if (!row) return noSuchSource();
  if (!covers(actor, 'users:edit', row.domain))
    return refused('not-permitted', text('source.other-domain', { source: row.name }));
  return grantAbove(actor, await listGrantsThroughSource(context.db, id))
    ? refused('not-permitted', text('source.above-you', { source: row.name }))
    : done(row);
}

/** What the mark covers and an edit can change. */
const MARKED = [
  'securityDomain',
  'enabled',
  'connection',
  'search',
  'mapping',
  'stop',
  'logOn',
  'schedule',
  'placement',
  'groups',
  'notify',
] as const satisfies (keyof SourcePatch)[];

/**
 * An edit makes a new mark, and must not make one for what it takes over from a row that was altered in the database: all of that is given
 * again, and the password as well, because it was entered for servers that are not known any more.
 */
function refusalUnsaid(altered: Refused, row: SourceRow, change: SourcePatch): Refused | undefined {
  if (MARKED.some((name) => change[name] === undefined)) return altered;
  return row.password !== null && change.password === undefined
    ? invalidAt('password', text('source.password-of-altered'))
    : undefined;
}

function after(before: SourceSettings, change: SourcePatch): Omit<SourceSettings, 'placement' | 'groups'> {
  const { connection, search, mapping, stop, logOn, schedule, notify } = change;
  return {
    connection: connection ?? before.connection,
    search: search ?? before.search,
    mapping: mapping ?? before.mapping,
    stop: stop ?? before.stop,
    logOn: logOn ?? before.logOn,
    schedule: schedule ?? before.schedule,
    notify: notify ?? before.notify,
  };
}

/** All domains that a source names: none of them is deleted before it is stored. */
const domainsNamed = (
  own: NamedDomain[0] | undefined,
  ...kept: readonly { readonly named: readonly NamedDomain[] }[]
): NamedDomain[] => [
  ...(own ? [[own, 'securityDomain'] as const] : []),
  ...kept.flatMap(({ named }) => named),
];

/** Where the password is sent, and how it is protected in transit. */
const DESTINATION = ['urls', 'startTls', 'plain', 'certificateAuthority', 'bindName'] as const;
const destinationOf = ({ connection }: SourceSettings) => ({
  ...connection,
  urls: connection.urls.join(' '),
});

export function settingsProblem({
  connection,
  search,
}: Pick<SourceSettings, 'connection' | 'search'>): Refused | undefined {
  const plain = connection.urls.findIndex((url) => /^ldap:/.test(url));
  if (plain >= 0 && !connection.startTls && !connection.plain)
    return invalidAt(`connection.urls.${plain}`, text('source.plain'));
  if (!isAuthority(connection.certificateAuthority))
    return invalidAt('connection.certificateAuthority', text('source.authority'));
  if (!isFilter(search.filter)) return invalidAt('search.filter', text('source.filter-syntax'));
  if (search.groupFilter !== '' && !isFilter(search.groupFilter))
    return invalidAt('search.groupFilter', text('source.filter-syntax'));
  return undefined;
}

function isAuthority(pem: string): boolean {
  if (pem.trim() === '') return true;
  try {
    return certificateBlocks(pem).map((block) => new X509Certificate(block.pem)).length > 0;
  } catch {
    return false;
  }
}

/** With another key, every user would count as someone else. */
async function keyProblem(
  db: Connection,
  row: SourceRow,
  before: SourceSettings,
  now: SourceSettings,
): Promise<Refused | undefined> {
  if (before.mapping.key.toLowerCase() === now.mapping.key.toLowerCase()) return undefined;
  return (await hasSourceUsers(db, row.id))
    ? refusedAt('mapping.key', 'in-use', text('source.key-in-use'))
    : undefined;
}

const sealed = (context: Pick<Context, 'sealing'>, id: string, password: string): string | null =>
  password === ''
    ? null
    : context.sealing.seal(aadOf('identity_sources.password', id), Buffer.from(password));

/** Soon after it was saved, and then at its interval. */
const dueAt = ({ schedule }: Pick<SourceSettings, 'schedule'>, enabled: boolean, now: number) =>
  enabled && schedule.everyMinutes > 0 ? now + schedule.everyMinutes * MINUTE : null;

const saverIn = ({ actor_kind, actor_id, actor_name }: SourceRow) => ({ actor_kind, actor_id, actor_name });

const noSuchSource = () => refused('not-found', text('source.not-found'));
const sources = recordedRows<'identity_sources', SourceView>({
  table: 'identity_sources',
  notFound: noSuchSource,
  present: editable,
  object: ({ name }) => `source:${name}`,
  reason: describe,
  view: (db, row, { now }) => viewSource(db, now(), row),
});

const nameTaken = (name: string) => () =>
  refusedAt('name', 'already-exists', text('source.exists', { source: name }));

function describe(row: SourceRow): Text {
  const { connection, search } = settingsOf(row);
  const enabled = text(row.enabled === 1 ? 'event.enabled' : 'event.disabled');
  return text('event.parts', { parts: [...connection.urls, search.base, enabled] });
}

async function viewSource(db: Connection, now: number, row: SourceRow): Promise<SourceView> {
  return (await viewSources(db, now, [row]))[0] as SourceView;
}

async function viewSources(db: Connection, now: number, rows: readonly SourceRow[]): Promise<SourceView[]> {
  const names = await domainNamesOf(db, rows);
  const users = rows.length === 0 ? new Map() : await countSourceUsers(db);
  const placements = await Promise.all(rows.map((row) => viewPlacement(db, settingsOf(row).placement)));
  const groups = await Promise.all(rows.map((row) => viewGroups(db, settingsOf(row).groups)));
  return rows.map((row, index) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    ...settingsOf(row),
    placement: placements[index] as SourcePlacement,
    groups: groups[index] as SourceGroups,
    securityDomain: names.get(row.domain) ?? '',
    passwordSet: row.password !== null,
    enabled: row.enabled === 1,
    position: row.position,
    users: users.get(row.id) ?? { all: 0, disabled: 0, gone: 0 },
    ...(row.good_at === null ? {} : { goodAt: isoTime(Number(row.good_at)) }),
    late: isLate(row, now),
    ...(row.certificate_until === null ? {} : { certificateUntil: isoTime(Number(row.certificate_until)) }),
    ...troubleOf(row),
    createdAt: isoTime(row.created_at),
    version: row.version,
  }));
}

function troubleOf({ trouble, trouble_at: at }: SourceRow): Pick<SourceView, 'trouble'> {
  const detail = trouble === null ? undefined : readText(trouble);
  return detail ? { trouble: { at: isoTime(Number(at)), ...said(detail) } } : {};
}
