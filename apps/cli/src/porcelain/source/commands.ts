/** `sower source`: the directories that users come from. A source is named by its name or its ID. */
import {
  type IdentitySource,
  SOURCE_PRESETS,
  type SourceEntry,
  type SourceKind,
  type SourceTest,
  sourceInputSchema,
  sourceKinds,
  sourcePatchSchema,
  sourceSchema,
} from '@sower/api/identity-sources';
import { command, group, type OptionRow } from '../../command.ts';
import { fileText, unreadableFile } from '../../files.ts';
import { act, listing, remove, show } from '../../operations.ts';
import { invalidValue, nothingToEdit } from '../../options.ts';
import { type Result, success } from '../../outcome.ts';
import { type Column, fields, printable, table, time } from '../../terminal/output.ts';
import { readSecret } from '../../terminal/prompt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { t } from '../../texts.ts';
import { SOURCE_CHOICES } from './choices.ts';
import { SOURCE_RUNS, source } from './runs.ts';

type Options = {
  url?: string[];
  base?: string;
  filter?: string;
  bind?: string;
  ca?: string;
  startTls?: boolean;
  plain?: boolean;
  securityDomain?: string;
  settings?: string;
  password?: boolean;
};

const OPTIONS: readonly OptionRow[] = [
  ['--url <url...>', 'source.option.url'],
  ['--base <dn>', 'source.option.base'],
  ['--filter <filter>', 'source.option.filter'],
  ['--bind <name>', 'source.option.bind'],
  ['--password', 'source.option.password'],
  ['--ca <file>', 'source.option.ca'],
  ['--no-start-tls', 'source.option.noStartTls'],
  ['--plain', 'source.option.plain'],
  ['--security-domain <name>', 'source.option.securityDomain'],
  ['--settings <file>', 'source.option.settings'],
];

type Nested = Partial<Record<'connection' | 'search' | 'mapping', object>>;

/** @param stored what the source, or its kind, has; files and then options win */
async function changesOf(terminal: Terminal, stored: Nested, options: Options) {
  const file = options.settings === undefined ? success({}) : jsonFile(options.settings);
  if (!file.ok) return file;
  const authority = options.ca === undefined ? undefined : fileText(options.ca);
  if (authority && !authority.ok) return authority;
  const secret = options.password === true ? await readSecret(terminal, 'password') : undefined;
  if (secret && !secret.ok) return secret;
  const given = settable(file.value) as Nested & Record<string, unknown>;
  const connection = present({
    urls: options.url,
    bindName: options.bind,
    certificateAuthority: authority?.value,
    startTls: options.startTls === false ? false : undefined,
    plain: options.plain,
  });
  const search = present({ base: options.base, filter: options.filter });
  const nested = (name: keyof Nested, more: object) =>
    name in given || Object.keys(more).length > 0
      ? { [name]: { ...stored[name], ...given[name], ...more } }
      : {};
  const isNew = !('name' in stored);
  return success({
    ...given,
    ...nested('connection', connection),
    ...nested('search', search),
    ...(isNew ? { mapping: { ...stored.mapping, ...given.mapping } } : nested('mapping', {})),
    ...present({ securityDomain: options.securityDomain, password: secret?.value }),
  });
}

/** Of what `source show` prints, the settings: what the server says about a source, such as its version, is not one. */
const settable = (shown: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shown).filter(
      ([name]) => name in sourcePatchSchema.shape || !(name in sourceSchema.shape),
    ),
  );

const present = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function jsonFile(file: string): Result<Record<string, unknown>> {
  const read = fileText(file);
  if (!read.ok) return read;
  try {
    return success(JSON.parse(read.value) as Record<string, unknown>);
  } catch (error) {
    return unreadableFile(file, error);
  }
}

const testText = ({ steps, certificates, entries }: SourceTest): string =>
  [
    table(STEPS, steps),
    ...(certificates.length === 0 ? [] : [table(CERTIFICATES, certificates)]),
    ...(entries.length === 0 ? [] : [table(ENTRIES, entries)]),
  ].join('\n\n');

const STEPS: readonly Column<SourceTest['steps'][number]>[] = [
  { title: 'field.step', value: ({ step }) => t(`source.test.step.${step}`) },
  { title: 'field.state', value: ({ state }) => t(`source.test.state.${state}`) },
  { title: 'field.server', value: ({ url }) => url },
  { title: 'field.why', value: ({ detail }) => detail },
];
const CERTIFICATES: readonly Column<SourceTest['certificates'][number]>[] = [
  'field.subject',
  'field.issuer',
  { title: 'field.until', value: ({ validTo }) => time(validTo) },
  'field.fingerprint',
];
const ENTRIES: readonly Column<SourceEntry>[] = [
  'field.userId',
  'field.firstName',
  'field.lastName',
  'field.email',
  { title: 'field.state', value: ({ state }) => t(`source.state.${state}`) },
  'field.key',
  { title: 'field.why', value: ({ detail }) => detail },
];

function shown(source: IdentitySource): string {
  const { connection, search, mapping, users } = source;
  return fields([
    [t('field.name'), source.name],
    [t('field.kind'), source.kind],
    [t('field.enabled'), source.enabled],
    [t('field.servers'), connection.urls.join(' ')],
    [t('field.bindName'), connection.bindName],
    [t('field.passwordSet'), source.passwordSet],
    [t('field.base'), search.base],
    [t('field.filter'), search.filter],
    [t('field.key'), mapping.key],
    [t('field.userId'), mapping.userId],
    [t('field.securityDomain'), source.securityDomain],
    [t('field.users'), users.all],
    [t('field.goodAt'), source.goodAt === undefined ? undefined : time(source.goodAt)],
    [t('field.late'), source.late],
    [t('field.certificateUntil'), time(source.certificateUntil)],
    [t('field.why'), source.trouble?.detail],
  ]);
}

const EDITING = [
  command<Options & { kind: SourceKind }>({
    usage: 'add <name>',
    options: [['--kind <kind>', 'source.option.kind', { choices: sourceKinds, required: true }], ...OPTIONS],
    run: async ({ api, args, options, terminal }) => {
      const { kind } = options;
      const changes = await changesOf(terminal, SOURCE_PRESETS[kind], options);
      if (!changes.ok) return changes;
      // A file that another source was shown in has its name and its position, too.
      const { position: _, ...settings } = changes.value;
      const read = sourceInputSchema.safeParse({ ...settings, name: args[0], kind });
      if (!read.success) return invalidValue(read.error);
      const added = await api('addIdentitySource', { body: read.data });
      return { ok: true, json: added, text: t('source.added', { source: printable(added.name) }) };
    },
  }),
  command<Options>({
    usage: 'edit <name>',
    options: OPTIONS,
    run: async (call) => {
      const { api, args, options, terminal } = call;
      const found = await source(api, args[0]!);
      if (!found.ok) return found;
      const changes = await changesOf(terminal, found.value.item, options);
      if (!changes.ok) return changes;
      if (Object.keys(changes.value).length === 0) return nothingToEdit(call);
      const read = sourcePatchSchema.safeParse(changes.value);
      if (!read.success) return invalidValue(read.error);
      const { id, version } = found.value.item;
      const edited = await api('editIdentitySource', { params: { id }, body: read.data, ifMatch: version });
      return { ok: true, json: edited, text: t('source.edited', { source: printable(edited.name) }) };
    },
  }),
];

export const SOURCE = group('source', [
  listing('listIdentitySources', {
    emptyText: 'source.list.none',
    columns: [
      'field.name',
      'field.kind',
      'field.enabled',
      { title: 'field.servers', value: ({ connection }) => connection.urls.join(' ') },
      'field.securityDomain',
      { title: 'field.users', value: ({ users }) => users.all, align: 'right' },
      { title: 'field.goodAt', value: ({ goodAt }) => time(goodAt) },
      'field.late',
    ],
  }),
  show(source, shown),
  ...EDITING,
  ...(['on', 'off'] as const).map((state) =>
    act('editIdentitySource', {
      usage: `${state} <name>`,
      of: source,
      body: () => ({ enabled: state === 'on' }),
      done: ({ name }) => t(state === 'on' ? 'source.isOn' : 'source.isOff', { source: printable(name) }),
    }),
  ),
  act('testIdentitySource', {
    usage: 'test <name>',
    of: source,
    options: [
      ['--find <name>', 'source.test.find'],
      ['--log-on', 'source.test.logOn', { to: null }],
    ],
    secret: [
      'password',
      async (terminal, { logOn }) => (logOn === true ? readSecret(terminal, 'password') : success(undefined)),
    ],
    done: (tested) => ({ text: testText(tested), ...(tested.passed ? {} : { exit: 'refused' as const }) }),
  }),
  ...SOURCE_RUNS,
  ...SOURCE_CHOICES,
  remove('deleteIdentitySource', {
    of: source,
    confirm: ({ name }) => t('source.delete.confirm', { source: name }),
    done: (name) => t('source.deleted', { source: name }),
  }),
]);
