/** `sower settings`: deployment settings, from the one table of them. */
import { DEFAULT_SETTINGS, type Settings, settingsPatchSchema, settingsSchema } from '@sower/api/settings';
import { command, group } from '../command.ts';
import { act } from '../operations.ts';
import { settingIn } from '../options.ts';
import { type Column, printable, tabled } from '../terminal/output.ts';
import { t } from '../texts.ts';

const NAMES = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[];

const COLUMNS: readonly Column<{
  readonly name: keyof Settings;
  readonly value: string | number | boolean;
}>[] = [
  'field.name',
  { title: 'field.value', value: ({ value }) => shortened(value), align: 'right' },
  { title: 'field.default', value: ({ name }) => String(DEFAULT_SETTINGS[name]), align: 'right' },
  { title: 'field.meaning', value: ({ name }) => meaningOf(name) },
];

export const SETTINGS = group('settings', [
  act('getSettings', {
    usage: 'list',
    columns: COLUMNS,
    done: ({ settings }) =>
      tabled(
        COLUMNS,
        NAMES.map((name) => ({ name, value: settings[name] })),
      ),
  }),
  command({
    usage: 'set <name> <value>',
    help: () => t('settings.set.names', { names: NAMES.join(', ') }),
    run: async ({ api, args }) => {
      const value = settingIn(settingsSchema.shape, args, {
        ...{ unknown: 'settings.unknown', list: 'sower settings list' },
      });
      if (!value.ok) return value;
      const name = args[0] as keyof Settings;
      const { version } = await api('getSettings', {});
      const body = settingsPatchSchema.parse({ [name]: value.value });
      const view = await api('editSettings', { body, ifMatch: version });
      const set = view.settings[name];
      return {
        ok: true,
        json: view,
        text:
          set === ''
            ? t('settings.set.empty', { name })
            : t('settings.set.done', { name, value: printable(shortened(set)) }),
      };
    },
  }),
]);

/** A logo is thousands of characters; `--json` has them. */
const shortened = (value: Settings[keyof Settings]): string => {
  const text = String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
const LONGEST = 200;

const meaningOf = (name: keyof Settings): string =>
  t('settings.explained', {
    label: t(`setting-name.${name}.label`),
    help: t(`setting-name.${name}.help`),
  });
