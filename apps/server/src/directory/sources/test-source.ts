/** The test of a source: one step after another and, for a step that fails, what to do. Changes no user. */

import type { SourceTest, SourceTestStep } from '@sower/api/identity-sources';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { said } from '../../core/unworded.ts';
import {
  connectTo,
  entryNamed,
  type LdapConnection,
  type LdapServer,
  reach,
  resolveHost,
} from '../../ldap/connection.ts';
import { failureOf, failureText } from '../../ldap/failure.ts';
import { noteRun } from '../../store/sources/identity-sources.ts';
import { attributesOf, type MappedEntry, mapEntry, type ShownEntry, viewEntry } from './entry.ts';
import { askSource, type DirectoryAnswer } from './log-on.ts';
import { type Found, findByName, groupNamesOf } from './look-up.ts';
import { type SourceSettings, serverOf, settingsOf } from './settings.ts';
import { editable, settingsProblem, sourceOver } from './sources.ts';

type Context = Pick<
  ServerContext,
  'db' | 'sealing' | 'now' | 'databaseNow' | 'random' | 'onAlteredRow' | 'ldapServers'
>;

type Step = Omit<SourceTest['steps'][number], 'detail'> & { readonly detail: Text };
type TestOutcome = Omit<SourceTest, 'steps' | 'entries'> & {
  readonly steps: readonly Step[];
  readonly entries: readonly ShownEntry[];
};

const SHOWN = 10;

type Input = {
  readonly id: string;
  /** Someone to look up, by any name that they log on with. */
  readonly find?: string | undefined;
  /** Of the person to look up: whether the directory accepts it. Neither kept nor shown. */
  readonly password?: string | undefined;
  /** Replaces the saved settings, to preview them. The address of the directory stays as saved, so that its password goes nowhere else. */
  readonly search?: SourceSettings['search'] | undefined;
  readonly mapping?: SourceSettings['mapping'] | undefined;
};

export async function testSource(
  context: Context,
  actor: Actor,
  input: Input,
): Promise<Outcome<TestOutcome>> {
  // It shows personal data.
  const found = await sourceOver(context, actor, input.id, 'users:view');
  if (!found.ok) return found;
  const source = found.value;
  const saved = settingsOf(source);
  const settings = {
    ...saved,
    search: input.search ?? saved.search,
    mapping: input.mapping ?? saved.mapping,
  };
  if (input.search || input.mapping) {
    // It shows whatever attributes it names, of anyone it finds, so it is only for those who could save it.
    const allowed = await editable(context, actor, input.id);
    if (!allowed.ok) return allowed;
    const problem = settingsProblem(settings);
    if (problem) return problem;
  }
  const test = await walk(context, serverOf(context, source), settings, input, (key) =>
    askSource(context, source, { sourceId: source.id, key }, input.password ?? '', actor.source),
  );
  const passed = test.steps.every(({ state }) => state !== 'failed');
  const ends = test.certificates.map(({ validTo }) => Date.parse(validTo));
  if (ends.length > 0) await noteRun(context.db, source.id, { certificate_until: Math.min(...ends) });
  const failed = test.steps.find(({ state }) => state === 'failed');
  await record(context.db, context, actor, {
    action: 'source.test',
    object: `source:${source.name}`,
    result: passed ? 'success' : 'failure',
    reason: failed?.detail ?? test.steps.find(({ step }) => step === 'log-on')?.detail,
  });
  return done({ passed, ...test });
}

async function walk(
  context: Context,
  server: LdapServer,
  settings: SourceSettings,
  input: Pick<Input, 'find' | 'password'>,
  logOn: (key: string) => Promise<DirectoryAnswer>,
): Promise<Omit<TestOutcome, 'passed'>> {
  const steps: Step[] = [];
  const certificates: SourceTest['certificates'] = [];
  let at = context.now();
  const add = (step: SourceTestStep, state: Step['state'], detail: Text, url?: string): void => {
    const now = context.now();
    steps.push({
      step,
      state,
      ...said(detail),
      ...(url === undefined ? {} : { url }),
      milliseconds: Math.max(0, now - at),
    });
    at = now;
  };
  const fail = (step: SourceTestStep, error: unknown, url: string): void =>
    add(step, 'failed', failureText(failureOf(error, url)), url);

  let connection: LdapConnection | undefined;
  try {
    for (const url of server.urls) {
      const opened = await openServer(server, url, add, fail, certificates);
      // Every server is tried; the first that answers gets the remaining steps.
      if (connection) await opened?.close();
      else connection = opened;
    }
    if (!connection) {
      for (const step of ['base', 'filter', 'entries', 'groups'] as const)
        add(step, 'skipped', text('source-test.no-server'));
      return { steps, certificates, entries: [] };
    }
    const { entries, person } = await look(context, connection, settings, input.find, add);
    if (input.password !== undefined)
      add(
        'log-on',
        ...(person?.key === undefined ? NO_ONE : logOnSaid(person.name, await logOn(person.key))),
      );
    return { steps, certificates, entries };
  } finally {
    await connection?.close();
  }
}

const NO_ONE: [Step['state'], Text] = ['skipped', text('source-test.log-on-no-one')];

function logOnSaid(name: string, answer: DirectoryAnswer): [Step['state'], Text] {
  return answer.kind === 'right'
    ? ['passed', text('source-test.log-on', { name })]
    : ['failed', text('source-test.log-on-refused', { name, reason: answer.reason })];
}

type Add = (step: SourceTestStep, state: Step['state'], detail: Text, url?: string) => void;
type Fail = (step: SourceTestStep, error: unknown, url: string) => void;

async function openServer(
  server: LdapServer,
  url: string,
  add: Add,
  fail: Fail,
  certificates: SourceTest['certificates'],
): Promise<LdapConnection | undefined> {
  let step: SourceTestStep = 'name';
  let connection: LdapConnection | undefined;
  try {
    add('name', 'passed', text('source-test.addresses', { addresses: await resolveHost(url) }), url);
    step = 'connect';
    await reach(url, server.connectMilliseconds);
    add('connect', 'passed', text('source-test.reached'), url);
    step = 'tls';
    const withTls = url.startsWith('ldaps:') || server.startTls;
    if (withTls) await showChain(server, url, certificates);
    connection = await connectTo(server, url);
    if (withTls) add('tls', 'passed', text('source-test.trusted'), url);
    else add('tls', 'warning', text('source-test.plain'), url);
    step = 'bind';
    if (server.bindName === '') add('bind', 'warning', text('source-test.anonymous'), url);
    else {
      await connection.bind(server.bindName, server.password);
      add('bind', 'passed', text('source-test.bound', { name: server.bindName }), url);
    }
    return connection;
  } catch (error) {
    fail(step, error, url);
    await connection?.close();
    return undefined;
  }
}

/** Also for a server that is not trusted: its certificate is what the administrator has to look at. */
async function showChain(
  server: LdapServer,
  url: string,
  certificates: SourceTest['certificates'],
): Promise<void> {
  const connection = await connectTo(server, url, {
    unverified: true,
    onChain: (chain) =>
      certificates.push(
        ...chain.map(({ validTo, ...rest }) => ({ url, validTo: isoTime(validTo), ...rest })),
      ),
  });
  await connection.close();
}

async function look(
  context: Context,
  connection: LdapConnection,
  settings: SourceSettings,
  find: string | undefined,
  add: Add,
): Promise<{ readonly entries: ShownEntry[]; readonly person?: MappedEntry | undefined }> {
  const { search, mapping } = settings;
  const now = context.now();
  let step: SourceTestStep = 'base';
  try {
    await entryNamed(connection, search.base, '1.1');
    add('base', 'passed', text('source-test.base', { base: search.base }));
    step = 'filter';
    const found = await connection.search({
      base: search.base,
      filter: search.filter,
      attributes: attributesOf(mapping),
      most: SHOWN,
    });
    if (found.length === 0) {
      add('filter', 'failed', text('source-test.nobody'));
      for (const left of ['entries', 'groups'] as const) add(left, 'skipped', text('source-test.nobody'));
      return { entries: [] };
    }
    add('filter', ...(await counted(context, connection, settings)));
    step = 'entries';
    const mapped = found.map((entry) => mapEntry(entry, mapping, now));
    const person =
      find === undefined ? undefined : await findByName(connection, { search, mapping }, find, now);
    addEntries(mapped, find, person, add);
    step = 'groups';
    const of = person?.mapped ?? mapped[0];
    const groups =
      mapping.groupMember === '' || !of
        ? undefined
        : await groupNamesOf(connection, { search, mapping }, of.name);
    if (groups === undefined) add('groups', 'skipped', text('source-test.no-groups'));
    else add('groups', 'passed', text('source-test.groups', { count: groups.length, name: of?.name ?? '' }));
    const shown = person
      ? [person.mapped, ...mapped.filter(({ name }) => name !== person.mapped.name)]
      : mapped;
    const entries = shown.slice(0, SHOWN);
    return {
      entries: entries.map((entry) => viewEntry(entry, entry.name === of?.name ? groups : undefined)),
      person: person?.mapped,
    };
  } catch (error) {
    add(step, 'failed', failureText(failureOf(error, connection.url)));
    return { entries: [] };
  }
}

const COUNT_MILLISECONDS = 15_000;
const SHOWN_URLS = 3;
/** Active Directory refers each search from its top to these parts, which hold no people. */
const OF_THE_DOMAIN_ITSELF = /\/(?:CN=Configuration|DC=(?:Domain|Forest)DnsZones),/i;

/** Reads to the end, as a run does: a size limit of the server is met on the way and not with the first entries. */
async function counted(
  { now }: Pick<Context, 'now'>,
  connection: LdapConnection,
  { search, connection: { pageSize, maxEntries } }: SourceSettings,
): Promise<[Step['state'], Text]> {
  const until = now() + COUNT_MILLISECONDS;
  let count = 0;
  const elsewhere = new Set<string>();
  for (let cookie: Buffer | undefined, first = true; first || cookie; first = false) {
    const page = await connection.page(
      { base: search.base, filter: search.filter, attributes: ['1.1'] },
      pageSize,
      cookie,
    );
    count += page.entries.length;
    for (const url of page.references) if (!OF_THE_DOMAIN_ITSELF.test(url)) elsewhere.add(url);
    cookie = page.cookie;
    if (count > maxEntries) return ['failed', text('source-run.too-many', { maximum: maxEntries })];
    if (cookie && now() > until) return ['warning', text('source-test.counted-part', { count })];
  }
  const urls = [...elsewhere];
  return urls.length === 0
    ? ['passed', text('source-test.found', { count })]
    : [
        'warning',
        text('source-test.found-elsewhere', { count, urls: urls.slice(0, SHOWN_URLS), all: urls.length }),
      ];
}

function addEntries(
  mapped: readonly MappedEntry[],
  find: string | undefined,
  person: Found | undefined,
  add: Add,
): void {
  const bad = mapped.filter(({ refused: why }) => why !== undefined);
  if (find !== undefined && !person) add('entries', 'failed', text('source-test.not-found', { name: find }));
  else if (bad.length === mapped.length)
    add('entries', 'failed', bad[0]?.refused ?? text('source-test.nobody'));
  else if (bad.length > 0) add('entries', 'warning', text('source-test.some-refused', { count: bad.length }));
  else add('entries', 'passed', text('source-test.mapped', { count: mapped.length }));
}
