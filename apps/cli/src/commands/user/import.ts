/** `sower user import`: reads a file of users, has the server check every row, and imports them once its name is typed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import {
  type Delimiter,
  FILE_FORMATS,
  type FileFormat,
  USER_COLUMNS,
  type UserColumn,
} from '@sower/api/user-columns';
import { decodeText, ENCODINGS, type Encoding } from '@sower/api/user-file';
import { EXISTING_USERS, type ExistingUsers, MAX_USER_FILE } from '@sower/api/user-imports';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { saveFile, unreadableFile, whyNotMade } from '../../files.ts';
import { securityDomainOf, securityDomainOption, yesOption } from '../../options.ts';
import { fail, type Result, success } from '../../outcome.ts';
import { t } from '../../texts.ts';
import { settled, shown, startJob } from '../job/watch.ts';

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const satisfies Record<
  string,
  Delimiter
>;

type Columns = { [Column in UserColumn]?: string };
type Options = {
  name?: string;
  column?: Columns;
  existing?: ExistingUsers;
  securityDomain?: string;
  encoding?: Encoding;
  delimiter?: keyof typeof DELIMITERS;
  format?: FileFormat;
  header: boolean;
  errors?: string;
  dryRun?: boolean;
  yes?: boolean;
};

export function addImportCommand(frame: Frame, user: Command): void {
  addServerCommand<Options>(
    frame,
    user,
    'import <file>',
    t('user.import.summary'),
    (command) =>
      yesOption(
        securityDomainOption(
          command
            .option('--name <name>', t('user.import.name'))
            .option(
              '--column <field=name>',
              t('user.import.column', { fields: USER_COLUMNS.join(', ') }),
              column,
            )
            .addOption(
              new Option('--existing <what>', t('user.import.existing')).choices([...EXISTING_USERS]),
            ),
          t('user.import.securityDomain'),
        )
          .addOption(new Option('--format <format>', t('user.import.format')).choices([...FILE_FORMATS]))
          .addOption(new Option('--encoding <name>', t('user.import.encoding')).choices([...ENCODINGS]))
          .addOption(
            new Option('--delimiter <name>', t('user.import.delimiter')).choices(Object.keys(DELIMITERS)),
          )
          .option('--no-header', t('user.import.noHeader'))
          .option('--errors <csv>', t('user.import.errors'))
          .option('--dry-run', t('user.import.dryRun')),
      ),
    async (call) => {
      const { api, args, options, terminal } = call;
      const file = readFile(args[0] as string, options.encoding);
      if (!file.ok) return file;
      const unwritable = options.errors === undefined ? undefined : whyNotMade(options.errors);
      if (unwritable) return unwritable;
      const made = await api('importUsers', {
        body: {
          name: options.name ?? nameOf(args[0] as string),
          file: file.value,
          header: options.header,
          ...(options.column === undefined ? {} : { columns: options.column }),
          ...(options.existing === undefined ? {} : { existing: options.existing }),
          ...(options.format === undefined ? {} : { format: options.format }),
          ...(options.delimiter === undefined ? {} : { delimiter: DELIMITERS[options.delimiter] }),
          ...securityDomainOf(options),
        },
      });
      const job = await settled({ ...call, args: [made.id] });
      if (job.state !== 'waiting' || options.dryRun === true || job.done === 0) {
        const stop = await saveErrors(api, job.id, options.errors);
        return stop ?? shown(job);
      }
      const checked = shown(job);
      if (options.yes !== true && checked.ok) terminal.stderr.write(`${checked.text}\n`);
      const outcome = await startJob(call, job);
      return (await saveErrors(api, job.id, options.errors)) ?? outcome;
    },
  );
}

/** `field=name`, once for each column that counts. */
function column(said: string, before: Columns | undefined): Columns {
  const at = said.indexOf('=');
  const field = USER_COLUMNS.find((name) => name === said.slice(0, at).trim());
  if (field === undefined || at === said.length - 1)
    throw new InvalidArgumentError(t('user.import.badColumn', { fields: USER_COLUMNS.join(', ') }));
  return { ...before, [field]: said.slice(at + 1) };
}

/** What a name may not have is left out of it. */
const nameOf = (path: string): string =>
  `${basename(path)
    .replace(/[^\p{L}\p{N} ._-]/gu, '')
    .slice(0, 100)} ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`.trim();

function readFile(path: string, encoding: Encoding | undefined): Result<string> {
  let octets: Buffer;
  try {
    octets = readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    return unreadableFile(path, error, 'file');
  }
  const { text } = decodeText(octets, encoding);
  if (text.length > MAX_USER_FILE)
    return fail('usage', 'file', t('user.import.tooLong', { file: path, maximum: MAX_USER_FILE }));
  return success(text);
}

/** @returns why they could not be saved */
async function saveErrors(api: ApiClient, id: string, path: string | undefined) {
  if (path === undefined) return undefined;
  const saved = await saveFile(path, async () => {
    const { csv } = await api('takeJobResult', { params: { id } });
    return csv;
  });
  return saved.ok ? undefined : saved;
}
