/** `sower device-type`: the device definitions the server knows. */
import { readFileSync } from 'node:fs';
import type { DeviceDefinition, DeviceType } from '@sower/api/device-types';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { unchanged, yesOption } from '../options.ts';
import { fail } from '../outcome.ts';
import { type Column, printable } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

const COLUMNS: readonly Column<DeviceType>[] = [
  { title: 'Id', value: (type) => type.id },
  { title: 'Name', value: (type) => type.name },
  { title: 'Application', value: (type) => type.application },
  { title: 'Algorithms', value: (type) => type.algorithms.join(' ') },
  { title: 'Digits', value: (type) => type.digits.join(' ') },
  { title: 'Intervals', value: (type) => type.intervals.join(' ') },
  { title: 'Authentication', value: (type) => type.authenticationTypes.join(' ') },
  { title: 'QR', value: (type) => type.qrCode },
  { title: 'Imported', value: (type) => type.imported },
];

export function addDeviceTypeCommands(frame: Frame, program: Command): void {
  const deviceType = program
    .command('device-type')
    .description('Device types: what an authenticator platform can do');

  addServerCommand(frame, deviceType, 'list', 'List device types', unchanged, async ({ api }) => {
    const { items, next } = await api('listDeviceTypes', {});
    return listed(items, { columns: COLUMNS, empty: 'No device types.' }, next);
  });

  addServerCommand(
    frame,
    deviceType,
    'import <file>',
    'Import a device definition (JSON)',
    unchanged,
    async ({ api, args }) => {
      let definition: unknown;
      try {
        definition = JSON.parse(readFileSync(args[0]!, 'utf8'));
      } catch (error) {
        return fail('usage', 'unreadable-file', `${args[0]}: ${(error as Error).message}`);
      }
      // The server examines it, so that what is allowed is said in one place.
      const imported = await api('importDeviceType', { body: definition as DeviceDefinition });
      return { ok: true, json: imported, text: `Device type ${printable(imported.id)} is imported.` };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    deviceType,
    'delete <id>',
    'Delete an imported device type that no profile uses',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const id = args[0]!;
      const stop = await confirmByName(terminal, {
        name: id,
        consequence: `This deletes the device type ${id}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteDeviceType', { params: { id } });
      return { ok: true, json: { deleted: id }, text: `Device type ${printable(id)} is deleted.` };
    },
  );
}
