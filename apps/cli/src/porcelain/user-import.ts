/** `sower user import`: reads a file of users, has the server check every row, and imports them once its name is typed. */
import { type Delimiter, FILE_FORMATS, USER_COLUMNS } from '@sower/api/user-columns';
import { decodeText, ENCODINGS, type Encoding } from '@sower/api/user-file';
import { EXISTING_USERS, MAX_USER_FILE } from '@sower/api/user-imports';
import { command, given, type OptionRow, YES } from '../command.ts';
import { fileOctets, whyNotMade } from '../files.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';
import { columnOf, importName, saveErrors } from './import-file.ts';
import { startChecked } from './job/watch.ts';

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const satisfies Record<
  string,
  Delimiter
>;

type Options = {
  name?: string;
  encoding?: Encoding;
  header: boolean;
  errors?: string;
  dryRun?: boolean;
  yes?: boolean;
};

const FIELDS: readonly OptionRow[] = [
  [
    '--column <field=name>',
    () => t('user.import.column', { fields: USER_COLUMNS.join(', ') }),
    { to: 'columns', read: columnOf(USER_COLUMNS, (fields) => t('user.import.badColumn', { fields })) },
  ],
  ['--existing <what>', 'user.import.existing', { choices: EXISTING_USERS }],
  ['--security-domain <name>', 'user.import.securityDomain'],
  ['--format <format>', 'user.import.format', { choices: FILE_FORMATS }],
  ['--encoding <name>', 'user.import.encoding', { choices: ENCODINGS }],
  [
    '--delimiter <name>',
    'user.import.delimiter',
    { choices: Object.keys(DELIMITERS), as: (name: keyof typeof DELIMITERS) => DELIMITERS[name] },
  ],
];

export const USER_IMPORT = command<Options>({
  usage: 'import <file>',
  options: [
    ['--name <name>', 'user.import.name'],
    ...FIELDS,
    ['--no-header', 'user.import.noHeader'],
    ['--errors <csv>', 'user.import.errors'],
    ['--dry-run', 'user.import.dryRun'],
    YES,
  ],
  run: async (call) => {
    const { api, args, options } = call;
    const file = readFile(args[0] as string, options.encoding);
    if (!file.ok) return file;
    const unwritable = options.errors === undefined ? undefined : whyNotMade(options.errors);
    if (unwritable) return unwritable;
    // The file is read here.
    const { encoding: _, ...fields } = given(FIELDS, options);
    const made = await api('importUsers', {
      body: {
        name: options.name ?? importName(args[0] as string),
        file: file.value,
        header: options.header,
        ...fields,
      },
    });
    const end = async (outcome: Outcome) => (await saveErrors(api, made.id, options.errors)) ?? outcome;
    return startChecked(call, made.id, end);
  },
});

function readFile(path: string, encoding: Encoding | undefined): Result<string> {
  const octets = fileOctets(path, 'file');
  if (!octets.ok) return octets;
  const { text } = decodeText(octets.value, encoding);
  if (text.length > MAX_USER_FILE)
    return fail('usage', 'file', t('user.import.tooLong', { file: path, maximum: MAX_USER_FILE }));
  return success(text);
}
