/** `sower radius-client`: who may ask over RADIUS. A client is named by its name or its id. */

import type { ApiClient } from '@sower/api/client';
import type { RadiusClient, ReplyAttribute } from '@sower/api/radius-clients';
import { readReplyAttribute } from '@sower/api/reply-attribute';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { listed } from '../listing.ts';
import { lookUp } from '../lookup.ts';
import {
  enabledOf,
  enabledOptions,
  nothingToEdit,
  onlyGroupsOf,
  onlyGroupsOption,
  securityDomainOf,
  securityDomainOption,
  unchanged,
} from '../options.ts';
import type { Outcome, Result } from '../outcome.ts';
import { type Column, fields, printable } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const COLUMNS: readonly Column<RadiusClient>[] = [
  { title: 'field.name', value: ({ name }) => name },
  { title: 'field.network', value: ({ network }) => network },
  { title: 'field.usersOf', value: ({ securityDomain }) => securityDomain },
  { title: 'field.messageAuthenticator', value: ({ messageAuthenticator }) => messageAuthenticator },
  { title: 'field.password', value: ({ password }) => t(`radiusClient.passwords.${password}`) },
  { title: 'field.state', value: ({ enabled }) => t(enabled ? 'state.enabled' : 'state.disabled') },
];

type Options = {
  attribute?: ReplyAttribute[];
  withoutMessageAuthenticator?: boolean;
  messageAuthenticator?: boolean;
  password?: RadiusClient['password'];
  otherNames?: boolean;
  onlyUserId?: boolean;
  securityDomain?: string;
  onlyGroup?: string[];
  allGroups?: boolean;
  certificate?: string;
};

export function addRadiusClientCommands(frame: Frame, program: Command): void {
  const radiusClient = program.command('radius-client').description(t('radiusClient.summary'));

  addServerCommand(
    frame,
    radiusClient,
    'list',
    t('radiusClient.list.summary'),
    unchanged,
    async ({ api }) => {
      const { items, listeners, next } = await api('listRadiusClients', {});
      const shown = listed(items, { columns: COLUMNS, empty: t('radiusClient.list.none') }, next);
      if (!shown.ok) return shown;
      const places = listeners.map(({ kind, address }) => `${address} (${kind})`).join(', ');
      const note =
        places === ''
          ? t('radiusClient.list.notListening')
          : t('radiusClient.list.listening', { addresses: places });
      return { ...shown, notes: [...(shown.notes ?? []), note], json: { items, listeners } };
    },
  );

  addServerCommand<Options & { secretFromInput?: boolean }>(
    frame,
    radiusClient,
    'add <name> <network>',
    t('radiusClient.add.summary'),
    (command) =>
      clientOptions(command, false).option('--secret-from-input', t('radiusClient.add.secretFromInput')),
    async ({ api, args, options, terminal }) => {
      const secret = options.secretFromInput ? await readSecret(terminal, 'secret') : undefined;
      if (secret && !secret.ok) return secret;
      const made = await api('addRadiusClient', {
        body: {
          name: args[0]!,
          network: args[1]!,
          ...(secret ? { secret: secret.value } : {}),
          ...changesOf(options),
        },
      });
      return withSecret(made, 'add');
    },
  );

  addServerCommand<Options & { name?: string; network?: string; enable?: boolean; disable?: boolean }>(
    frame,
    radiusClient,
    'edit <name>',
    t('radiusClient.edit.summary'),
    (command) =>
      enabledOptions(
        clientOptions(command, true)
          .option('--message-authenticator', t('radiusClient.edit.messageAuthenticator'))
          .option('--only-user-id', t('radiusClient.onlyUserId'))
          .option('--name <name>', t('radiusClient.edit.name'))
          .option('--network <network>', t('radiusClient.edit.network')),
        { enable: t('radiusClient.edit.enable'), disable: t('radiusClient.edit.disable') },
      ),
    async ({ api, args, options }) => {
      const body = {
        ...changesOf(options),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.network === undefined ? {} : { network: options.network }),
        ...enabledOf(options),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower radius-client edit --help');
      const found = await findClient(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const edited = await api('editRadiusClient', { params: { id }, body, ifMatch: version });
      return { ok: true, json: edited, text: t('radiusClient.edit.done', { name: printable(edited.name) }) };
    },
  );

  addServerCommand<{ secretFromInput?: boolean }>(
    frame,
    radiusClient,
    'secret <name>',
    t('radiusClient.secret.summary'),
    (command) => command.option('--secret-from-input', t('radiusClient.secret.secretFromInput')),
    async ({ api, args, options, terminal }) => {
      const found = await findClient(api, args[0]!);
      if (!found.ok) return found;
      const secret = options.secretFromInput ? await readSecret(terminal, 'secret') : undefined;
      if (secret && !secret.ok) return secret;
      const changed = await api('changeRadiusSecret', {
        params: { id: found.value.id },
        body: secret ? { secret: secret.value } : {},
      });
      return withSecret(changed, 'edit');
    },
  );

  addDeleteCommand(frame, radiusClient, {
    summary: t('radiusClient.delete.summary'),
    find: findClient,
    confirm: (name) => t('radiusClient.delete.confirm', { name }),
    remove: (api, id) => api('deleteRadiusClient', { params: { id } }),
    done: (name) => t('radiusClient.delete.done', { name: name }),
  });
}

function clientOptions(command: Command, edit: boolean): Command {
  return onlyGroupsOption(securityDomainOption(command, t('radiusClient.securityDomain')), edit)
    .option(
      '--attribute <name=value>',
      t('radiusClient.attribute'),
      (text: string, earlier: ReplyAttribute[] | undefined) => [...(earlier ?? []), attributeOf(text)],
    )
    .option('--without-message-authenticator', t('radiusClient.withoutMessageAuthenticator'))
    .addOption(
      new Option('--password <how>', t('radiusClient.password')).choices([
        'none',
        'then-passcode',
        'with-passcode',
      ]),
    )
    .option('--other-names', t('radiusClient.otherNames'))
    .option('--certificate <fingerprint>', t('radiusClient.certificate'));
}

function attributeOf(text: string): ReplyAttribute {
  const attribute = readReplyAttribute(text);
  if (!attribute) {
    throw new InvalidArgumentError(t('radiusClient.attributeForm'));
  }
  return attribute;
}

function changesOf(options: Options) {
  return {
    ...securityDomainOf(options),
    ...onlyGroupsOf(options),
    ...(options.attribute ? { replyAttributes: options.attribute } : {}),
    ...(options.withoutMessageAuthenticator
      ? { messageAuthenticator: 'optional' as const }
      : options.messageAuthenticator
        ? { messageAuthenticator: 'required' as const }
        : {}),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.otherNames ? { otherNames: true } : options.onlyUserId ? { otherNames: false } : {}),
    ...(options.certificate === undefined ? {} : { certificate: options.certificate }),
  };
}

const findClient = (api: ApiClient, nameOrId: string): Promise<Result<RadiusClient>> =>
  lookUp(api('listRadiusClients', {}), nameOrId, {
    notFound: (named) => t('radiusClient.notFound', named),
    list: 'sower radius-client list',
  });

function withSecret(made: RadiusClient & { secret?: string | undefined }, done: 'add' | 'edit'): Outcome {
  return {
    ok: true,
    json: made,
    text:
      made.secret === undefined
        ? t(`radiusClient.${done}.done`, { name: printable(made.name) })
        : fields([
            [t('field.name'), made.name],
            [t('field.network'), made.network],
            [t('field.secret'), made.secret],
          ]),
    notes: [
      ...(made.secret === undefined ? [] : [t('radiusClient.once')]),
      ...(made.messageAuthenticator === 'optional' ? [t('radiusClient.unsafe')] : []),
    ],
  };
}
