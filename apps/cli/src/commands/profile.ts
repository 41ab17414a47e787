/** `sower profile`: token profiles. A profile is named by its name or its id. */

import type { ApiClient } from '@sower/api/client';
import { algorithms, authenticationTypes } from '@sower/api/device-types';
import { deliveries, type Profile } from '@sower/api/profiles';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import { codeExpiry, nothingToEdit, see, unchanged } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { t } from '../texts.ts';

type ProfileOptions = {
  name?: string;
  deviceType?: string;
  delivery?: Profile['delivery'];
  algorithm?: Profile['algorithm'];
  digits?: string;
  interval?: string;
  auth?: Profile['authenticationType'];
  codeExpires?: string;
};

const COLUMNS: readonly Column<Profile>[] = [
  { title: 'field.name', value: (profile) => profile.name },
  { title: 'field.deviceType', value: (profile) => profile.deviceType },
  { title: 'field.delivery', value: (profile) => profile.deliveryLabel },
  { title: 'field.algorithm', value: (profile) => profile.algorithm },
  { title: 'field.digits', value: (profile) => profile.digits, align: 'right' },
  { title: 'field.interval', value: (profile) => profile.interval, align: 'right' },
  { title: 'field.authentication', value: (profile) => profile.authenticationType },
  { title: 'field.codeExpires', value: (profile) => profile.codeExpiry },
];

export function addProfileCommands(frame: Frame, program: Command): void {
  const profile = program.command('profile').description(t('profile.summary'));

  addServerCommand<ProfileOptions & { deviceType: string; delivery: Profile['delivery'] }>(
    frame,
    profile,
    'add <name>',
    t('profile.add.summary'),
    (command) => settings(command.requiredOption('--device-type <id>', t('profile.add.deviceType')), 'add'),
    async ({ api, args, options }) =>
      shown(
        await api('addProfile', {
          body: {
            name: args[0]!,
            deviceType: options.deviceType,
            delivery: options.delivery,
            ...changes(options),
          },
        }),
        'add',
      ),
  );

  addServerCommand<ListOptions & { name?: string }>(
    frame,
    profile,
    'list',
    t('profile.list.summary'),
    (command) => listOptions(command).option('--name <text>', t('profile.list.name')),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        {
          columns: COLUMNS,
          name: t('profile.list.names'),
          empty: t('profile.list.none'),
        },
        (page) =>
          api('listProfiles', {
            query: { ...page, ...(options.name === undefined ? {} : { name: options.name }) },
          }),
      ),
  );

  addServerCommand(
    frame,
    profile,
    'show <name>',
    t('profile.show.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findProfile(api, args[0]!);
      return found.ok ? shown(found.value) : found;
    },
  );

  addServerCommand<ProfileOptions>(
    frame,
    profile,
    'edit <name>',
    t('profile.edit.summary'),
    (command) => settings(command.option('--name <new>', t('profile.edit.name')), 'edit'),
    async ({ api, args, options }) => {
      const body = { ...changes(options), ...(options.name === undefined ? {} : { name: options.name }) };
      if (Object.keys(body).length === 0) return nothingToEdit('sower profile edit --help');
      const found = await findProfile(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      return shown(await api('editProfile', { params: { id }, body, ifMatch: version }), 'edit');
    },
  );

  addServerCommand(
    frame,
    profile,
    'duplicate <name> <new>',
    t('profile.duplicate.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findProfile(api, args[0]!);
      if (!found.ok) return found;
      return shown(
        await api('duplicateProfile', { params: { id: found.value.id }, body: { name: args[1]! } }),
        'add',
      );
    },
  );

  addDeleteCommand(frame, profile, {
    summary: t('profile.delete.summary'),
    find: findProfile,
    confirm: (name) => t('profile.delete.confirm', { profile: name }),
    remove: (api, id) => api('deleteProfile', { params: { id } }),
    done: (name) => t('profile.delete.done', { profile: name }),
  });
}

function settings(command: Command, use: 'add' | 'edit'): Command {
  const delivery = new Option('--delivery <how>', t('profile.delivery')).choices([...deliveries]);
  return command
    .addOption(use === 'add' ? delivery.makeOptionMandatory() : delivery)
    .addOption(new Option('--algorithm <name>', t(`profile.${use}.algorithm`)).choices([...algorithms]))
    .addOption(new Option('--digits <n>', t(`profile.${use}.digits`)).choices(['6', '8']))
    .addOption(new Option('--interval <seconds>', t(`profile.${use}.interval`)).choices(['30', '60']))
    .addOption(new Option('--auth <type>', t(`profile.${use}.auth`)).choices([...authenticationTypes]))
    .option('--code-expires <after>', t(`profile.${use}.codeExpires`), codeExpiry);
}

function changes(options: ProfileOptions) {
  return {
    ...(options.delivery === undefined ? {} : { delivery: options.delivery }),
    ...(options.algorithm === undefined ? {} : { algorithm: options.algorithm }),
    ...(options.digits === undefined ? {} : { digits: Number(options.digits) as 6 | 8 }),
    ...(options.interval === undefined ? {} : { interval: Number(options.interval) as 30 | 60 }),
    ...(options.auth === undefined ? {} : { authenticationType: options.auth }),
    ...(options.codeExpires === undefined ? {} : { codeExpiry: options.codeExpires }),
  };
}

/** By name, else by id; names are what people know and ids what scripts keep. */
async function findProfile(api: ApiClient, nameOrId: string): Promise<Result<Profile>> {
  let cursor: string | undefined;
  do {
    const page = await api('listProfiles', {
      query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
    });
    const found = page.items.find(({ name, id }) => name === nameOrId || id === nameOrId);
    if (found !== undefined) return success(found);
    cursor = page.next;
  } while (cursor !== undefined);
  return fail('refused', 'not-found', t('profile.notFound', { name: nameOrId }), see('sower profile list'));
}

function shown(profile: Profile, done?: 'add' | 'edit'): Outcome {
  const text = fields([
    [t('field.name'), profile.name],
    [t('field.id'), profile.id],
    [t('field.deviceType'), profile.deviceType],
    [t('field.delivery'), profile.deliveryLabel],
    [t('field.algorithm'), profile.algorithm],
    [t('field.digits'), profile.digits],
    [t('field.interval'), t('output.seconds', { count: profile.interval })],
    [t('field.authentication'), profile.authenticationType],
    [t('field.codeExpires'), profile.codeExpiry],
    [t('field.created'), time(profile.createdAt)],
  ]);
  const head =
    done === undefined ? '' : `${t(`profile.${done}.done`, { profile: printable(profile.name) })}\n`;
  return { ok: true, json: profile, text: head + text };
}
