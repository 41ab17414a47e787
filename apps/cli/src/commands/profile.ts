/** `sower profile`: token profiles. A profile is named by its name or its id. */

import type { ApiClient } from '@sower/api/client';
import { algorithms, authenticationTypes } from '@sower/api/device-types';
import { deliveries, type Profile } from '@sower/api/profiles';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import { codeExpiry, nothingToEdit, unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

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
  { title: 'Name', value: (profile) => profile.name },
  { title: 'Device type', value: (profile) => profile.deviceType },
  { title: 'Delivery', value: (profile) => profile.deliveryLabel },
  { title: 'Algorithm', value: (profile) => profile.algorithm },
  { title: 'Digits', value: (profile) => profile.digits, align: 'right' },
  { title: 'Interval', value: (profile) => profile.interval, align: 'right' },
  { title: 'Authentication', value: (profile) => profile.authenticationType },
  { title: 'Code expires', value: (profile) => profile.codeExpiry },
];

export function addProfileCommands(frame: Frame, program: Command): void {
  const profile = program.command('profile').description('Token profiles: the settings of software tokens');

  addServerCommand<ProfileOptions & { deviceType: string; delivery: Profile['delivery'] }>(
    frame,
    profile,
    'add <name>',
    'Add a token profile',
    (command) =>
      settings(
        command.requiredOption('--device-type <id>', 'such as android; see: sower device-type list'),
        true,
      ),
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
        'added',
      ),
  );

  addServerCommand<ListOptions & { name?: string }>(
    frame,
    profile,
    'list',
    'List token profiles',
    (command) => listOptions(command).option('--name <text>', 'only those of this name'),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        {
          columns: COLUMNS,
          name: 'token profiles',
          empty: 'No token profiles. Add one: sower profile add NAME --device-type ID --delivery url',
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
    'Show a token profile',
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
    'Edit a token profile; tokens distributed already keep what they were given',
    (command) => settings(command.option('--name <new>', 'a new name'), false),
    async ({ api, args, options }) => {
      const body = { ...changes(options), ...(options.name === undefined ? {} : { name: options.name }) };
      if (Object.keys(body).length === 0) return nothingToEdit('sower profile edit --help');
      const found = await findProfile(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      return shown(await api('editProfile', { params: { id }, body, ifMatch: version }), 'edited');
    },
  );

  addServerCommand(
    frame,
    profile,
    'duplicate <name> <new>',
    'Copy a token profile under a new name',
    unchanged,
    async ({ api, args }) => {
      const found = await findProfile(api, args[0]!);
      if (!found.ok) return found;
      return shown(
        await api('duplicateProfile', { params: { id: found.value.id }, body: { name: args[1]! } }),
        'added',
      );
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    profile,
    'delete <name>',
    'Delete a token profile that no live distribution uses',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findProfile(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `This deletes the token profile ${name}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteProfile', { params: { id } });
      return { ok: true, json: { deleted: name }, text: `Token profile ${printable(name)} is deleted.` };
    },
  );
}

function settings(command: Command, adding: boolean): Command {
  const delivery = new Option(
    '--delivery <how>',
    'how the user gets it: a URL and code, or a QR code',
  ).choices([...deliveries]);
  return command
    .addOption(adding ? delivery.makeOptionMandatory() : delivery)
    .addOption(
      new Option('--algorithm <name>', adding ? 'default: securid' : 'algorithm').choices([...algorithms]),
    )
    .addOption(
      new Option('--digits <n>', adding ? 'default: 8' : 'length of a tokencode').choices(['6', '8']),
    )
    .addOption(new Option('--interval <seconds>', adding ? 'default: 60' : 'seconds').choices(['30', '60']))
    .addOption(
      new Option('--auth <type>', adding ? 'default: pinpad' : 'authentication type').choices([
        ...authenticationTypes,
      ]),
    )
    .option(
      '--code-expires <after>',
      `never, hours (12h) or days (7d)${adding ? '; default: as the setting provisioning.codeExpiry says' : ''}`,
      codeExpiry,
    );
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
  return fail('refused', 'not-found', `There is no token profile called ${nameOrId}.`, {
    next: 'See: sower profile list',
  });
}

function shown(profile: Profile, done?: string): Outcome {
  const text = fields([
    ['Name', profile.name],
    ['Id', profile.id],
    ['Device type', profile.deviceType],
    ['Delivery', profile.deliveryLabel],
    ['Algorithm', profile.algorithm],
    ['Digits', profile.digits],
    ['Interval', `${profile.interval} seconds`],
    ['Authentication', profile.authenticationType],
    ['Code expires', profile.codeExpiry],
    ['Created', time(profile.createdAt)],
  ]);
  const head = done === undefined ? '' : `Token profile ${printable(profile.name)} is ${done}.\n`;
  return { ok: true, json: profile, text: head + text };
}
