/** `sower profile`, `device-type` and `rule`: how tokens are distributed, to which devices, and what distributes them by itself. */
import { readFileSync } from 'node:fs';
import type { DeviceDefinition } from '@sower/api/device-types';
import { inputOfRule, type Rule, type RuleInput, ruleInputSchema } from '@sower/api/distribution-rules';
import { choicesOf } from '@sower/api/fields';
import { type Profile, type ProfileSettings, profileInputSchema, profileSettings } from '@sower/api/profiles';
import { command, given, group, type OptionRow, type ServerCall } from '../command.ts';
import { unreadableFile } from '../files.ts';
import { pagesOf } from '../listing.ts';
import { act, type Finder, found, listing, named, remove, show } from '../operations.ts';
import { CODE, codeExpiry, invalidValue, notFound } from '../options.ts';
import { type Outcome, type Result, success } from '../outcome.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { t } from '../texts.ts';

/** By name, else by id; names are what people know and ids what scripts keep. */
const profile: Finder<Profile> = async (api, wanted) => {
  for await (const { items } of pagesOf((query) => api('listProfiles', { query }))) {
    const item = items.find(({ name, id }) => name === wanted || id === wanted);
    if (item !== undefined) return found(item);
  }
  return notFound('profile.notFound', wanted, 'sower profile list');
};

const PROFILE_SETTINGS = Object.keys(profileSettings) as (keyof ProfileSettings)[];
const FLAGS: Partial<Record<keyof ProfileSettings, string>> = {
  authenticationType: '--auth',
  codeExpiry: '--code-expires',
};

const settings = (use: 'add' | 'edit'): readonly OptionRow[] =>
  PROFILE_SETTINGS.map((name) => {
    const schema = profileInputSchema.shape[name];
    const { choices, usual } = choicesOf(schema);
    const help = () => t(`profile-field.${name}.help`);
    return [
      `${FLAGS[name] ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`} <value>`,
      use === 'add' && usual !== undefined
        ? () => t('profile.withUsual', { help: help(), usual: String(usual) })
        : help,
      {
        to: name,
        ...(choices && { choices }),
        ...(typeof usual === 'number' && { as: Number }),
        ...(name === 'codeExpiry' && { read: codeExpiry }),
        ...(use === 'add' && !schema.safeParse(undefined).success && { required: true }),
      },
    ];
  });

const profileText = (shown: Profile, done?: 'add' | 'edit'): string => {
  const text = fields([
    [t('field.name'), shown.name],
    [t('field.id'), shown.id],
    [t('field.deviceType'), shown.deviceType],
    ...PROFILE_SETTINGS.map((name): [string, string] => [
      t(`profile-field.${name}.label`),
      name === 'interval' ? t('output.seconds', { count: shown.interval }) : String(shown[name]),
    ]),
    [t('field.created'), time(shown.createdAt)],
  ]);
  return done === undefined
    ? text
    : `${t(`profile.${done}.done`, { profile: printable(shown.name) })}\n${text}`;
};

export const PROFILE = group('profile', [
  act('addProfile', {
    usage: 'add <name>',
    options: [['--device-type <id>', 'profile.add.deviceType', { required: true }], ...settings('add')],
    body: ({ args: [name] }) => ({ name: name! }),
    done: (made) => profileText(made, 'add'),
  }),
  listing('listProfiles', {
    reads: 'profile.list.names',
    empty: 'profile.list.none',
    options: [['--name <text>', 'profile.list.name']],
    columns: [
      'field.name',
      'field.deviceType',
      'field.delivery',
      'field.algorithm',
      { title: 'field.digits', value: ({ digits }) => digits, align: 'right' },
      { title: 'field.interval', value: ({ interval }) => interval, align: 'right' },
      { title: 'field.authentication', value: ({ authenticationType }) => authenticationType },
      { title: 'field.codeExpires', value: (row) => row.codeExpiry },
    ],
  }),
  show(profile, profileText),
  act('editProfile', {
    usage: 'edit <name>',
    of: profile,
    options: [['--name <new>', 'profile.edit.name'], ...settings('edit')],
    done: (edited) => profileText(edited, 'edit'),
  }),
  act('duplicateProfile', {
    usage: 'duplicate <name> <new>',
    of: profile,
    body: ({ args: [, name] }) => ({ name: name! }),
    done: (made) => profileText(made, 'add'),
  }),
  remove('deleteProfile', {
    of: profile,
    confirm: ({ name }) => t('profile.delete.confirm', { profile: name }),
    done: (name) => t('profile.delete.done', { profile: name }),
  }),
]);

export const DEVICE_TYPE = group('device-type', [
  listing('listDeviceTypes', {
    empty: 'deviceType.list.none',
    columns: [
      'field.id',
      'field.name',
      'field.application',
      { title: 'field.algorithms', value: (type) => type.algorithms.join(' ') },
      { title: 'field.digits', value: ({ digits }) => digits.join(' ') },
      { title: 'field.intervals', value: ({ intervals }) => intervals.join(' ') },
      { title: 'field.authentication', value: (type) => type.authenticationTypes.join(' ') },
      { title: 'field.qr', value: ({ qrCode }) => qrCode },
      'field.imported',
    ],
  }),
  command({
    usage: 'import <file>',
    run: async ({ api, args: [file] }) => {
      let definition: unknown;
      try {
        definition = JSON.parse(readFileSync(file!, 'utf8'));
      } catch (error) {
        return unreadableFile(file!, error);
      }
      // The server examines it, so that what is allowed is said in one place.
      const imported = await api('importDeviceType', { body: definition as DeviceDefinition });
      return { ok: true, json: imported, text: t('deviceType.import.done', { id: printable(imported.id) }) };
    },
  }),
  remove('deleteDeviceType', {
    usage: 'delete <id>',
    confirm: ({ name }) => t('deviceType.delete.confirm', { id: name }),
    done: (id) => t('deviceType.delete.done', { id }),
  }),
]);

const rule = named('listRules', 'rule.notFound', 'sower rule list');

const WHOM: readonly OptionRow[] = [
  ['--security-domain <name>', 'rule.option.securityDomain'],
  ['--profile <name>', 'rule.option.profile'],
];
const HOW: readonly OptionRow[] = [
  ['--tokens <source>', 'rule.option.tokens', { choices: ['stock', 'mint'] }],
  ['--binding <kind>', 'rule.option.binding', { choices: ['class', 'any'] }],
  // False: none any more.
  ['--group <dn>', 'rule.option.group', { as: (dn) => dn || undefined }],
  ['--leavers <whose>', 'rule.option.leavers', { choices: ['own', 'all'] }],
  ['--mail <how>', 'rule.option.mail', { choices: ['separate', 'encrypted'], as: (how) => how || undefined }],
  CODE,
  ['--per-day <number>', 'rule.option.perDay', { as: Number }],
  ['--free-after-days <days>', 'rule.option.freeAfterDays', { as: Number }],
  ['--renew-days <days>', 'rule.option.renewDays', { as: Number }],
];
const FIELDS = [...WHOM, ...HOW];

/** @param changes what wins over what the rule has */
function inputOf(stored: Partial<RuleInput>, changes: object): Result<RuleInput> {
  const input = Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== undefined);
  const read = ruleInputSchema.safeParse(Object.fromEntries(input));
  return read.success ? success(read.data) : invalidValue(read.error);
}

const ruleDone = (json: Rule, what: 'added' | 'edited' | 'isOn' | 'isOff'): Outcome => ({
  ok: true,
  json,
  text: t(`rule.${what}`, { rule: printable(json.name) }),
});

/** The operation takes the whole rule. */
async function editRule(
  { api, args }: ServerCall<object>,
  changes: object,
  what: 'edited' | 'isOn' | 'isOff',
): Promise<Outcome> {
  const looked = await rule(api, args[0]!);
  if (!looked.ok) return looked;
  const { item } = looked.value;
  const { id, version } = item;
  const input = inputOf(inputOfRule(item), changes);
  if (!input.ok) return input;
  return ruleDone(await api('editRule', { params: { id }, body: input.value, ifMatch: version }), what);
}

export const RULE = group('rule', [
  listing('listRules', {
    emptyText: 'rule.list.none',
    columns: [
      'field.name',
      { title: 'field.enabled', value: ({ enabled }) => t(enabled ? 'rule.state.on' : 'rule.state.off') },
      'field.securityDomain',
      { title: 'field.profile', value: ({ profileName }) => profileName },
      { title: 'field.perDay', value: ({ perDay }) => perDay, align: 'right' },
      { title: 'field.by', value: ({ madeBy }) => madeBy },
      { title: 'field.why', value: ({ detail }) => detail },
    ],
  }),
  command({
    usage: 'add <name>',
    options: [...WHOM.map(([flags, text]): OptionRow => [flags, text, { required: true }]), ...HOW],
    run: async ({ api, args: [name], options }) => {
      const input = inputOf({ name: name! }, given(FIELDS, options));
      return input.ok ? ruleDone(await api('addRule', { body: input.value }), 'added') : input;
    },
  }),
  command({
    usage: 'edit <name>',
    options: [...WHOM, ['--no-mail', 'rule.option.noMail'], ['--no-group', 'rule.option.noGroup'], ...HOW],
    run: (call) => editRule(call, given(FIELDS, call.options), 'edited'),
  }),
  ...(['on', 'off'] as const).map((state) =>
    command({
      usage: `${state} <name>`,
      run: (call) => editRule(call, { enabled: state === 'on' }, state === 'on' ? 'isOn' : 'isOff'),
    }),
  ),
  act('previewRule', {
    usage: 'preview <name>',
    of: rule,
    done: ({ joiners, givenUp, leavers, expiring, leftToday }) => {
      const lines = [
        t('rule.preview.joiners', { count: joiners.count, today: leftToday }),
        t('rule.preview.givenUp', { count: givenUp.count }),
        t('rule.preview.leavers', { count: leavers.count }),
        t('rule.preview.expiring', { count: expiring.count }),
      ];
      const users = [joiners, givenUp, leavers, expiring].map(({ users: some, names }) =>
        some
          .map((userId, at) => `\n  ${printable(names[at] ? `${names[at]} (${userId})` : userId)}`)
          .join(''),
      );
      return lines.map((line, index) => line + users[index]).join('\n');
    },
  }),
  remove('deleteRule', {
    of: rule,
    confirm: ({ name }) => t('rule.delete.confirm', { rule: name }),
    done: (name) => t('rule.deleted', { rule: name }),
  }),
]);
