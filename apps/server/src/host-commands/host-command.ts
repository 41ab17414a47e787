/**
 * Shared by the commands that work on the server host without the server: their options in addition to those of `sower serve`, `--json`,
 * the language of the terminal, exit codes, and the database with its master key.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Language, languageOf } from '@sower/texts/language';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { table } from '@sower/texts/tables/outcomes';
import { beginMarks } from '../compose/first-marks.ts';
import { type MasterKeySource, masterKeySource } from '../compose/master-key.ts';
import { ARGUMENTS, type Config, readConfig } from '../config.ts';
import { TextError } from '../core/outcome.ts';
import type { MasterKey } from '../keys/seal/key-ring.ts';
import { sealing } from '../keys/seal/sealing.ts';
import { keyRingOf, loadKeys } from '../operations/rotation/follow.ts';
import { isUnavailable } from '../store/db/errors.ts';
import { type DatabaseLocation, openDatabase } from '../store/db/open.ts';
import { findInstallation } from '../store/operations/installation.ts';
import type { Database } from '../store/schema/schema.ts';

/** What scripts may rely on: 1 for a sentence about what was given, 2 for wrong options, 3 if the database is not there. */
const EXIT = { refused: 1, usage: 2, unreachable: 3, internal: 70 } as const;

/** @param shown as JSON if requested; otherwise the texts */
export type Say = (shown: object, ...texts: Text[]) => void;

const ALL_HAVE = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
type Values<Own extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Own; allowPositionals: true }>
>['values'];

export type HostCall<Own extends ParseArgsOptionsConfig> = {
  readonly config: Config;
  readonly options: Values<Own> & { readonly data?: string };
  readonly positionals: readonly string[];
};

/**
 * @param own options beside those of `sower serve`
 * @param isUsable whether there are as many words as there should be, and the options are well-formed
 */
export async function hostCommand<const Own extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  {
    own,
    usage,
    isUsable,
  }: { readonly own: Own; readonly usage: Text; readonly isUsable: (call: HostCall<Own>) => boolean },
  work: (call: HostCall<Own>, say: Say) => Promise<void>,
): Promise<void> {
  process.umask(0o077);
  const inWords = outcomesIn(languageHere());
  const json = argv.includes('--json');
  const failed = (exit: number, reason: string, message: string): void => {
    if (json) console.log(JSON.stringify({ error: { reason, message } }));
    console.error(`sower: ${message}`);
    process.exitCode = exit;
  };
  const refused = (exit: number, why: Text): void => failed(exit, why.code, inWords(why));
  try {
    const { values, positionals, rest } = readOptions(argv, { ...own, ...ALL_HAVE });
    if ((values as { help?: boolean }).help) return console.log(inWords(usage));
    const result = readConfig(rest, process.env);
    if (result.kind !== 'config') {
      if (result.kind === 'mistakes') for (const mistake of result.mistakes) console.error(mistake);
      return refused(EXIT.usage, usage);
    }
    const call = { config: result.config, options: values as HostCall<Own>['options'], positionals };
    if (!isUsable(call)) return refused(EXIT.usage, usage);
    await work(call, (shown, ...texts) =>
      console.log(json ? JSON.stringify(shown) : texts.map(inWords).join('\n')),
    );
  } catch (error) {
    const { code, errcode, path, message } = error as NodeJS.ErrnoException & { errcode?: number };
    if (error instanceof TextError) refused(EXIT.refused, error.text);
    else if (String(code).startsWith('ERR_PARSE_ARGS')) refused(EXIT.usage, usage);
    // SQLITE_FULL is 13.
    else if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13)
      refused(EXIT.refused, text('backup.no-room'));
    else if (isUnavailable(error))
      refused(EXIT.unreachable, text('backup.database', { error: message ?? '' }));
    // Of the file system: there is no such folder, a file is in its way, or it may not be written.
    else if (error instanceof Error && path !== undefined && code !== undefined)
      refused(EXIT.refused, text('backup.file', { file: path, error: code }));
    else
      failed(
        EXIT.internal,
        'internal',
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      );
  }
}

/** Ours, and those of the server as they were given. */
function readOptions<Own extends ParseArgsOptionsConfig>(argv: readonly string[], own: Own) {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: { ...ARGUMENTS, ...own },
    tokens: true,
    allowPositionals: true,
  });
  const rest = tokens.flatMap((token) =>
    token.kind === 'option' && !(token.name in own)
      ? [token.value === undefined ? `--${token.name}` : `--${token.name}=${token.value}`]
      : [],
  );
  return { values, positionals, rest };
}

export type OpenHost = {
  readonly db: Database;
  readonly source: MasterKeySource;
  readonly master: MasterKey;
  readonly location: DatabaseLocation;
};

/** Creates nothing that is missing: a new master key or database in place of the right one would only mislead. */
export async function withDatabase(config: Config, work: (open: OpenHost) => Promise<void>): Promise<void> {
  const { dataFolder, database: location } = config;
  const source = masterKeySource(config);
  if (!source.exists()) throw new TextError(text('key.no-master', { file: source.file }));
  if (location.kind === 'sqlite' && !existsSync(location.file))
    throw new TextError(text('key.no-database', { file: location.file }));
  // The server could not read files of another owner, such as root.
  if (process.getuid && existsSync(dataFolder) && process.getuid() !== statSync(dataFolder).uid)
    throw new TextError(text('key.other-user', { folder: dataFolder }));
  const master = await usable(source.read());
  const database = await openDatabase(location);
  try {
    await work({ db: database.db, source, master, location });
  } finally {
    await database.close();
  }
}

/** What is wrong with a master key is said in words for the log, which are the reason here. A database that is away, or a full disk, is neither. */
export const usable = <T>(key: Promise<T>): Promise<T> =>
  key.catch((error: Error) => {
    if (isUnavailable(error) || 'code' in error) throw error;
    throw new TextError(text('backup.master-key', { error: error.message.replace(/\.$/, '') }));
  });

/** For commands that change something: what opens the seals of this database. */
export async function hostContext({ db, master }: OpenHost) {
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const keyRing = keyRingOf(master);
  await usable(loadKeys(db, keyRing));
  const context = { db, sealing: sealing(() => keyRing.keys, random), now: () => Date.now(), random };
  const known = await findInstallation(db);
  if (!known) throw new TextError(text('key.no-server'));
  await usable(beginMarks(context, known.key_check));
  return context;
}

export const languageHere = (): Language => languageOf(process.env, table);
