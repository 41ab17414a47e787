/** `sower settings`: deployment settings, from the one table of them. */
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from '@sower/api/settings';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { unchanged } from '../options.ts';
import { fail } from '../outcome.ts';
import { printable, table } from '../terminal/output.ts';

const NAMES = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[];

export function addSettingsCommands(frame: Frame, program: Command): void {
  const settings = program.command('settings').description('Deployment settings');

  addServerCommand(frame, settings, 'list', 'Show the settings', unchanged, async ({ api }) => {
    const view = await api('getSettings', {});
    const text = table<keyof Settings>(
      [
        { title: 'Name', value: (name) => name },
        { title: 'Value', value: (name) => String(view.settings[name]), align: 'right' },
        { title: 'Default', value: (name) => String(DEFAULT_SETTINGS[name]), align: 'right' },
        { title: 'Meaning', value: (name) => settingsSchema.shape[name].meta()?.description },
      ],
      NAMES,
    );
    return { ok: true, json: view, text };
  });

  addServerCommand(
    frame,
    settings,
    'set <name> <value>',
    'Change a setting',
    (command) => command.addHelpText('after', `\nNames: ${NAMES.join(', ')}`),
    async ({ api, args }) => {
      const [name, text] = [args[0] as keyof Settings, args[1]!];
      if (!NAMES.includes(name)) {
        return fail('usage', 'unknown-setting', `There is no setting ${name}.`, {
          next: 'See: sower settings list',
        });
      }
      const schema = settingsSchema.shape[name];
      const read = schema.safeParse(valueIn(text));
      // A host name may look like a number.
      const value = read.success ? read : schema.safeParse(text);
      if (!value.success) {
        return fail(
          'usage',
          'invalid-value',
          `${name}: ${value.error.issues[0]?.message ?? 'not a value for it'}.`,
        );
      }
      const { version } = await api('getSettings', {});
      const view = await api('editSettings', { body: { [name]: value.data } as never, ifMatch: version });
      const set = view.settings[name];
      return { ok: true, json: view, text: `${name} is ${set === '' ? 'empty' : printable(String(set))}.` };
    },
  );
}

/** Numbers and booleans as such, anything else as text; the schema decides what fits. */
function valueIn(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}
