/**
 * `sower restore` and `sower backup verify`: on any host, without a server. They need the file, a private key of age, and the master key
 * unless it is in the backup.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Language, languageNamed } from '@sower/messages/language';
import { outcomesIn, type Text, text } from '@sower/messages/outcomes';
import { type Config, OPTIONS, readConfig } from '../config.ts';
import { isoTime } from '../core/time.ts';
import { BackupRefused, rowsOf } from '../jobs/backup/format.ts';
import {
  type CheckedBackup,
  checkBackup,
  refuseOccupied,
  rehearse,
  restoreBackup,
} from '../jobs/backup/restore.ts';
import type { MasterKey } from '../keys/seal/key-ring.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { isUnavailable } from '../store/db/unavailable.ts';
import { AUDIT_HEAD_FILE } from './first-start.ts';
import { masterKeySource, readKeyFile } from './master-key.ts';

const OWN = {
  identity: { type: 'string', multiple: true },
  'master-key': { type: 'string' },
  'dry-run': { type: 'boolean' },
  'keep-codes': { type: 'boolean' },
  'hotp-jump': { type: 'string' },
  scratch: { type: 'string' },
  report: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What scripts may rely on: 1 for a sentence about the file, the keys or the place, 2 for wrong options, 3 if the database is not there. */
const EXIT = { refused: 1, usage: 2, unreachable: 3, internal: 70 } as const;

type Given = {
  readonly file: string;
  readonly config: Config;
  readonly options: OwnValues;
};

/** What the command line reports to the server. */
export type Verified = { readonly id: string; readonly proof: string; readonly data: string | undefined };

export const restore = (argv: readonly string[]): Promise<void> =>
  command(argv, 'restore', async (given, say) => {
    const { file, config, options } = given;
    await refuseOccupied(config.database);
    const checked = await check(given);
    const { head } = checked.manifest;
    const about = { time: isoTime(head.at), version: head.version, rows: rowsOf(checked.manifest.end) };
    if (options['dry-run']) {
      say(
        { dryRun: true, backup: head.id, at: about.time, rows: about.rows },
        text('backup.would-restore', about),
      );
      return;
    }
    await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
    const jump = options['hotp-jump'];
    const source = { file, identities: await identities(options.identity), masterKey: checked.masterKey };
    const choice = {
      keepCodes: options['keep-codes'] === true,
      hotpJump: jump === undefined ? undefined : Number(jump),
    };
    const { ended, links } = await restoreBackup(source, checked, config.database, choice, async () => {
      await placeKeys(config, checked);
    });
    say(
      { backup: head.id, at: about.time, rows: about.rows, links, ended },
      text('backup.restored', { ...about, ...ended }),
      text('backup.restored-next'),
    );
  });

export async function verify(argv: readonly string[]): Promise<Verified | undefined> {
  let verified: Verified | undefined;
  await command(argv, 'verify', async (given, say) => {
    const { file, options } = given;
    const checked = await check(given);
    const { head, proof } = checked.manifest;
    const source = { file, identities: await identities(options.identity), masterKey: checked.masterKey };
    const found = await rehearse(source, checked, options.scratch);
    say(
      { backup: head.id, at: isoTime(head.at), ...found, proof },
      text('backup.verified', { time: isoTime(head.at), version: head.version, ...found }),
      ...(options.report ? [] : [text('backup.verified-next', { id: head.id, proof })]),
    );
    if (options.report) verified = { id: head.id, proof, data: options.data };
  });
  return verified;
}

async function command(
  argv: readonly string[],
  name: 'restore' | 'verify',
  work: (given: Given, say: (json: object, ...texts: Text[]) => void) => Promise<void>,
): Promise<void> {
  process.umask(0o077);
  const inWords = outcomesIn(languageHere());
  const json = argv.includes('--json');
  const failed = (exit: number, why: Text | string): void => {
    const message = typeof why === 'string' ? why : inWords(why);
    const reason = typeof why === 'string' ? 'internal' : why.code;
    if (json) console.log(JSON.stringify({ error: { reason, message } }));
    console.error(`sower: ${message}`);
    process.exitCode = exit;
  };
  const usage = text(name === 'restore' ? 'backup.usage-restore' : 'backup.usage-verify');
  try {
    const { values: options, positionals, rest } = ownOptions(argv);
    if (options.help) {
      console.log(inWords(usage));
      return;
    }
    const result = readConfig(rest, process.env);
    const jump = options['hotp-jump'];
    if (
      result.kind !== 'config' ||
      positionals.length !== 1 ||
      (jump !== undefined && !/^\d{1,6}$/.test(jump))
    ) {
      if (result.kind === 'mistakes') for (const mistake of result.mistakes) console.error(mistake);
      failed(EXIT.usage, usage);
      return;
    }
    await work({ file: positionals[0] as string, config: result.config, options }, (shown, ...texts) =>
      console.log(json ? JSON.stringify(shown) : texts.map(inWords).join('\n')),
    );
  } catch (error) {
    const { code = '', errcode, message } = error as { code?: string; errcode?: number; message?: string };
    if (error instanceof BackupRefused) failed(EXIT.refused, error.text);
    else if (code.startsWith('ERR_PARSE_ARGS')) failed(EXIT.usage, usage);
    else if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13)
      failed(EXIT.refused, text('backup.no-room'));
    else if (isUnavailable(error))
      failed(EXIT.unreachable, text('backup.database', { error: message ?? '' }));
    else failed(EXIT.internal, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Ours, and those of the server as they were given. */
function ownOptions(argv: readonly string[]) {
  const ofServer = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { takes }]) => [
      name,
      { type: takes === '' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: { ...ofServer, ...OWN },
    tokens: true,
    allowPositionals: true,
  });
  const rest = tokens.flatMap((token) =>
    token.kind === 'option' && !(token.name in OWN)
      ? [token.value === undefined ? `--${token.name}` : `--${token.name}=${token.value}`]
      : [],
  );
  return { values: values as OwnValues, positionals, rest };
}

type OwnValues = {
  readonly data?: string;
  readonly identity?: readonly string[];
  readonly 'master-key'?: string;
  readonly 'dry-run'?: boolean;
  readonly 'keep-codes'?: boolean;
  readonly 'hotp-jump'?: string;
  readonly scratch?: string;
  readonly report?: boolean;
  readonly json?: boolean;
  readonly help?: boolean;
};

async function check({ file, config, options }: Given): Promise<CheckedBackup> {
  return checkBackup({
    file,
    identities: await identities(options.identity),
    masterKey: await masterKeyOf(config, options['master-key']),
  });
}

/** Files as age-keygen writes them. */
async function identities(files: readonly string[] = []): Promise<string[]> {
  if (files.length === 0) throw new BackupRefused(text('backup.no-identity'));
  const found: string[] = [];
  for (const file of files) {
    const content = await readFile(file, 'utf8').catch(() => {
      throw new BackupRefused(text('backup.no-identity-file', { file }));
    });
    const lines = content
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    if (lines.length === 0) throw new BackupRefused(text('backup.identity-malformed'));
    found.push(...lines);
  }
  return found;
}

async function masterKeyOf(config: Config, file: string | undefined): Promise<MasterKey | undefined> {
  const source = masterKeySource(config);
  if (file === undefined && !source.exists()) return undefined;
  return (file === undefined ? source.read() : readKeyFile(file)).catch((error: Error) => {
    throw new BackupRefused(text('backup.master-key', { error: error.message }));
  });
}

/** The master key where the server looks for it, and nothing that is about the database that was there before. */
async function placeKeys(config: Config, { masterKey }: CheckedBackup): Promise<void> {
  const source = masterKeySource(config);
  if (source.kind === 'folder' && !source.exists()) await writePrivate(source.file, masterKey.text);
  const head = join(config.dataFolder, AUDIT_HEAD_FILE);
  if (existsSync(head)) await rename(head, `${head}.${Date.now()}`);
}

export function languageHere(): Language {
  const { SOWER_LANGUAGE, LC_ALL, LC_MESSAGES, LANG } = process.env;
  const locale = SOWER_LANGUAGE || LC_ALL || LC_MESSAGES || LANG || '';
  return languageNamed(locale.replace(/[.@].*$/, '').replace('_', '-')) ?? 'en';
}
