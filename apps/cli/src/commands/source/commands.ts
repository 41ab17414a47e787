/** `sower source`: the directories that users come from. A source is named by its name or its id. */

import { readFile } from 'node:fs/promises';
import type { ApiClient } from '@sower/api/client';
import {
  type IdentitySource,
  SOURCE_PRESETS,
  type SourceEntry,
  type SourceKind,
  type SourcePatch,
  type SourceTest,
  sourceInputSchema,
  sourceKinds,
  sourcePatchSchema,
  sourceSchema,
} from '@sower/api/identity-sources';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { addDeleteCommand } from '../../delete-command.ts';
import { unreadableFile } from '../../files.ts';
import { invalidValue, nothingToEdit, unchanged } from '../../options.ts';
import { type Outcome, type Result, success } from '../../outcome.ts';
import { type Column, fields, printable, table, time } from '../../terminal/output.ts';
import { readSecret } from '../../terminal/prompt.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { t } from '../../texts.ts';
import { addSourceChoiceCommands } from './choices.ts';
import { findSource } from './find.ts';
import { addSourceRunCommands } from './runs.ts';

const COLUMNS: readonly Column<IdentitySource>[] = [
  { title: 'field.name', value: ({ name }) => name },
  { title: 'field.kind', value: ({ kind }) => kind },
  { title: 'field.enabled', value: ({ enabled }) => enabled },
  { title: 'field.servers', value: ({ connection }) => connection.urls.join(' ') },
  { title: 'field.securityDomain', value: ({ securityDomain }) => securityDomain },
  { title: 'field.users', value: ({ users }) => users.all, align: 'right' },
];

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

const sourceOptions = (command: Command): Command =>
  command
    .option('--url <url...>', t('source.option.url'))
    .option('--base <dn>', t('source.option.base'))
    .option('--filter <filter>', t('source.option.filter'))
    .option('--bind <name>', t('source.option.bind'))
    .option('--password', t('source.option.password'))
    .option('--ca <file>', t('source.option.ca'))
    .option('--no-start-tls', t('source.option.noStartTls'))
    .option('--plain', t('source.option.plain'))
    .option('--security-domain <name>', t('source.option.securityDomain'))
    .option('--settings <file>', t('source.option.settings'));

export function addSourceCommands(frame: Frame, program: Command): void {
  const source = program.command('source').description(t('source.summary'));

  addServerCommand(frame, source, 'list', t('source.list.summary'), unchanged, async ({ api }) => {
    const sources = await api('listIdentitySources', {});
    return {
      ok: true,
      json: sources,
      text: sources.items.length === 0 ? t('source.list.none') : table(COLUMNS, sources.items),
    };
  });

  addServerCommand(
    frame,
    source,
    'show <name>',
    t('source.show.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findSource(api, args[0]!);
      return found.ok ? { ok: true, json: found.value, text: shown(found.value) } : found;
    },
  );

  addSourceEditing(frame, source);

  for (const state of ['on', 'off'] as const) {
    addServerCommand(
      frame,
      source,
      `${state} <name>`,
      t(`source.${state}Summary`),
      unchanged,
      async ({ api, args }) => {
        const found = await findSource(api, args[0]!);
        if (!found.ok) return found;
        return edit(api, found.value, { enabled: state === 'on' }, state === 'on' ? 'isOn' : 'isOff');
      },
    );
  }

  addServerCommand<{ find?: string }>(
    frame,
    source,
    'test <name>',
    t('source.test.summary'),
    (command) => command.option('--find <name>', t('source.test.find')),
    async ({ api, args, options }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const { id } = found.value;
      const tested = await api('testIdentitySource', {
        params: { id },
        body: options.find === undefined ? {} : { find: options.find },
      });
      return {
        ok: true,
        json: tested,
        text: testText(tested),
        ...(tested.passed ? {} : { exit: 'refused' }),
      };
    },
  );

  addSourceRunCommands(frame, source);
  addSourceChoiceCommands(frame, source);

  addDeleteCommand(frame, source, {
    summary: t('source.delete.summary'),
    find: findSource,
    confirm: (name) => t('source.delete.confirm', { source: name }),
    remove: (api, id) => api('deleteIdentitySource', { params: { id } }),
    done: (name) => t('source.deleted', { source: name }),
  });
}

function addSourceEditing(frame: Frame, source: Command): void {
  addServerCommand<Options & { kind: SourceKind }>(
    frame,
    source,
    'add <name>',
    t('source.add.summary'),
    (command) =>
      sourceOptions(
        command.addOption(
          new Option('--kind <kind>', t('source.option.kind')).choices(sourceKinds).makeOptionMandatory(),
        ),
      ),
    async ({ api, args, options, terminal }) => {
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
  );

  addServerCommand<Options>(
    frame,
    source,
    'edit <name>',
    t('source.edit.summary'),
    sourceOptions,
    async ({ api, args, options, terminal }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const changes = await changesOf(terminal, found.value, options);
      if (!changes.ok) return changes;
      if (Object.keys(changes.value).length === 0) return nothingToEdit('sower source edit --help');
      const read = sourcePatchSchema.safeParse(changes.value);
      if (!read.success) return invalidValue(read.error);
      return edit(api, found.value, read.data, 'edited');
    },
  );
}

type Nested = Partial<Record<'connection' | 'search' | 'mapping', object>>;

/** @param held what the source, or its kind, has; files and then options win */
async function changesOf(
  terminal: Terminal,
  held: Nested,
  options: Options,
): Promise<Result<Record<string, unknown>>> {
  const file = options.settings === undefined ? success({}) : await jsonFile(options.settings);
  if (!file.ok) return file;
  const authority = options.ca === undefined ? undefined : await textFile(options.ca);
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
      ? { [name]: { ...held[name], ...given[name], ...more } }
      : {};
  const isNew = !('name' in held);
  return success({
    ...given,
    ...nested('connection', connection),
    ...nested('search', search),
    ...(isNew ? { mapping: { ...held.mapping, ...given.mapping } } : nested('mapping', {})),
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

async function textFile(file: string): Promise<Result<string>> {
  try {
    return success(await readFile(file, 'utf8'));
  } catch (error) {
    return unreadableFile(file, error);
  }
}

async function jsonFile(file: string): Promise<Result<Record<string, unknown>>> {
  const read = await textFile(file);
  if (!read.ok) return read;
  try {
    return success(JSON.parse(read.value) as Record<string, unknown>);
  } catch (error) {
    return unreadableFile(file, error);
  }
}

async function edit(
  api: ApiClient,
  { id, version }: IdentitySource,
  body: SourcePatch,
  what: 'edited' | 'isOn' | 'isOff',
): Promise<Outcome> {
  const edited = await api('editIdentitySource', { params: { id }, body, ifMatch: version });
  return { ok: true, json: edited, text: t(`source.${what}`, { source: printable(edited.name) }) };
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
  { title: 'field.subject', value: ({ subject }) => subject },
  { title: 'field.issuer', value: ({ issuer }) => issuer },
  { title: 'field.until', value: ({ validTo }) => time(validTo) },
  { title: 'field.fingerprint', value: ({ fingerprint }) => fingerprint },
];
const ENTRIES: readonly Column<SourceEntry>[] = [
  { title: 'field.userId', value: ({ userId }) => userId },
  { title: 'field.firstName', value: ({ firstName }) => firstName },
  { title: 'field.lastName', value: ({ lastName }) => lastName },
  { title: 'field.email', value: ({ email }) => email },
  { title: 'field.state', value: ({ state }) => t(`source.state.${state}`) },
  { title: 'field.key', value: ({ key }) => key },
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
    [t('field.why'), source.trouble?.detail],
  ]);
}
