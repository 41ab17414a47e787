/** `sower device-type`: the device definitions the server knows. */
import { readFileSync } from 'node:fs';
import type { DeviceDefinition, DeviceType } from '@sower/api/device-types';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { unreadableFile } from '../files.ts';
import { listed } from '../listing.ts';
import { unchanged, yesOption } from '../options.ts';
import { type Column, printable } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const COLUMNS: readonly Column<DeviceType>[] = [
  { title: 'field.id', value: (type) => type.id },
  { title: 'field.name', value: (type) => type.name },
  { title: 'field.application', value: (type) => type.application },
  { title: 'field.algorithms', value: (type) => type.algorithms.join(' ') },
  { title: 'field.digits', value: (type) => type.digits.join(' ') },
  { title: 'field.intervals', value: (type) => type.intervals.join(' ') },
  { title: 'field.authentication', value: (type) => type.authenticationTypes.join(' ') },
  { title: 'field.qr', value: (type) => type.qrCode },
  { title: 'field.imported', value: (type) => type.imported },
];

export function addDeviceTypeCommands(frame: Frame, program: Command): void {
  const deviceType = program.command('device-type').description(t('deviceType.summary'));

  addServerCommand(frame, deviceType, 'list', t('deviceType.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listDeviceTypes', {});
    return listed(items, { columns: COLUMNS, empty: t('deviceType.list.none') }, next);
  });

  addServerCommand(
    frame,
    deviceType,
    'import <file>',
    t('deviceType.import.summary'),
    unchanged,
    async ({ api, args }) => {
      let definition: unknown;
      try {
        definition = JSON.parse(readFileSync(args[0]!, 'utf8'));
      } catch (error) {
        return unreadableFile(args[0]!, error);
      }
      // The server examines it, so that what is allowed is said in one place.
      const imported = await api('importDeviceType', { body: definition as DeviceDefinition });
      return { ok: true, json: imported, text: t('deviceType.import.done', { id: printable(imported.id) }) };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    deviceType,
    'delete <id>',
    t('deviceType.delete.summary'),
    yesOption,
    async ({ api, args, options, terminal }) => {
      const id = args[0]!;
      const stop = await confirmByName(terminal, {
        name: id,
        consequence: t('deviceType.delete.confirm', { id }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteDeviceType', { params: { id } });
      return { ok: true, json: { deleted: id }, text: t('deviceType.delete.done', { id: printable(id) }) };
    },
  );
}
