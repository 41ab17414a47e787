/**
 * `sower token import`: sends a file of tokens to the server, as a whole or in parts. The server checks every record, and imports them once its
 * name is typed.
 */
import type { Job } from '@sower/api/jobs';
import { ownersIn } from '@sower/api/token-file';
import { EXISTING_TOKENS, IMPORTED_PINS, MAX_TOKEN_FILE, TOKEN_FILE_FORMATS } from '@sower/api/token-imports';
import { tokenKinds } from '@sower/api/tokens';
import { decodeText } from '@sower/api/user-file';
import { OATH_COLUMNS, OATH_LAYOUTS } from '@sower/otp/oath-row';
import { command, given, type OptionRow, type ServerCall, YES } from '../command.ts';
import { fileOctets, unreadableFile, whyNotMade } from '../files.ts';
import { calendarDate } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';
import { columnOf, importName, saveErrors } from './import-file.ts';
import { startChecked } from './job/watch.ts';
import { partsNeeded, sendParts } from './token-import-parts.ts';

type Options = {
  name?: string;
  passwordFile?: string;
  keyFile?: string;
  owners?: string;
  errors?: string;
  resume?: string;
  dryRun?: boolean;
  yes?: boolean;
};

const FIELDS: readonly OptionRow[] = [
  ['--format <format>', 'token.import.format', { choices: TOKEN_FILE_FORMATS }],
  ['--layout <layout>', 'token.import.layout', { choices: OATH_LAYOUTS }],
  [
    '--column <field=name>',
    () => t('token.import.column', { fields: OATH_COLUMNS.join(', ') }),
    { to: 'columns', read: columnOf(OATH_COLUMNS, (fields) => t('token.import.badColumn', { fields })) },
  ],
  ['--existing <what>', 'token.import.existing', { choices: EXISTING_TOKENS }],
  ['--pins <how>', 'token.import.pins', { choices: IMPORTED_PINS }],
  ['--kind <kind>', 'token.import.kind', { choices: tokenKinds }],
  ['--enable', 'token.import.enable', { to: 'enabled', is: true }],
  ['--maker <name>', 'token.import.maker'],
  ['--form-factor <text>', 'token.edit.formFactor'],
  ['--expires <date>', 'token.import.expires', { to: 'expiresOn', read: calendarDate }],
  ['--security-domain <name>', 'token.import.securityDomain'],
];

export const TOKEN_IMPORT = command<Options>({
  usage: 'import <file>',
  options: [
    ['--name <name>', 'token.import.name'],
    ['--password-file <path>', 'token.import.passwordFile'],
    ['--key-file <path>', 'token.import.keyFile'],
    ['--owners <csv>', 'token.import.owners'],
    ...FIELDS,
    ['--errors <csv>', 'token.import.errors'],
    ['--resume <job>', 'token.import.resume'],
    ['--dry-run', 'token.import.dryRun'],
    YES,
  ],
  run: async (call) => {
    const { api, args, options } = call;
    const [path] = args as [string];
    const unwritable = options.errors === undefined ? undefined : whyNotMade(options.errors);
    if (unwritable) return unwritable;
    const made = await sent(call, path);
    if (!made.ok) return made;
    const { id } = made.value;
    return startChecked(call, id, async (outcome, unstarted) => {
      const ended = (await saveErrors(api, id, options.errors)) ?? withReminder(outcome, path);
      // The server keeps no seed of what will not be imported.
      if (unstarted?.state === 'waiting') await api('cancelJob', { params: { id } });
      return ended;
    });
  },
});

/** Octets of a second file with owners, which is in memory while the first is sent in parts: about two million rows. */
const MAX_OWNERS = 64 * 1024 * 1024;

/** The job that the server made of the file. */
async function sent(call: ServerCall<Options>, path: string): Promise<Result<Pick<Job, 'id'>>> {
  const { api, options } = call;
  const fields = { name: options.name ?? importName(path), ...given(FIELDS, options) };
  const { format, layout, columns, ...plan } = fields as typeof fields & Parameters<typeof partsNeeded>[1];
  const { passwordFile, keyFile, owners: ownersFile, resume } = options;
  const secrets: { password?: string; key?: string } = {};
  let owners: string | undefined;
  for (const [field, from] of [
    ['password', passwordFile],
    ['key', keyFile],
    ['owners', ownersFile],
  ] as const) {
    if (from === undefined) continue;
    const said = fileOctets(from, 'file');
    if (!said.ok) return said;
    if (said.value.length > MAX_OWNERS) return ownersTooLong(from, MAX_OWNERS);
    const { text } = decodeText(said.value);
    if (field === 'owners') owners = text;
    else secrets[field] = text.replace(/\r?\n$/, '');
  }
  let reading: ReturnType<typeof partsNeeded>;
  try {
    reading = partsNeeded(path, {
      ...(format && { format }),
      ...(layout && { layout }),
      ...(columns && { columns }),
    });
  } catch (error) {
    return unreadableFile(path, error, 'file');
  }
  if (reading) {
    const bySerial = owners === undefined ? undefined : ownersIn(owners);
    return sendParts(call, path, { ...plan, reading }, { resume, secrets, owners: bySerial });
  }
  if (resume !== undefined) return fail('usage', 'resume', t('token.import.noParts', { file: path }));
  const file = fileOctets(path, 'file');
  if (!file.ok) return file;
  if (file.value.length > MAX_TOKEN_FILE)
    return fail('usage', 'file', t('token.import.tooLong', { file: path, maximum: MAX_TOKEN_FILE }));
  if (ownersFile !== undefined && (owners?.length ?? 0) > MAX_TOKEN_FILE)
    return ownersTooLong(ownersFile, MAX_TOKEN_FILE);
  const whole = { ...fields, file: file.value.toString('base64'), ...secrets };
  return success(
    await api('importTokens', { body: { ...whole, ...(owners === undefined ? {} : { owners }) } }),
  );
}

const ownersTooLong = (file: string, maximum: number) =>
  fail('usage', 'owners', t('token.import.ownersTooLong', { file, maximum }));

/** The file is as good as the tokens in it, wherever it lies. */
const withReminder = (outcome: Outcome, file: string): Outcome =>
  outcome.ok
    ? { ...outcome, notes: [...(outcome.notes ?? []), t('token.import.destroy', { file })] }
    : outcome;
