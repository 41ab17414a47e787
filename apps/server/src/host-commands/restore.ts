/**
 * `sower restore` and `sower backup verify`: on any host, without a server. They need the file, a private key of age, and the master key
 * unless it is in the backup.
 */

import { existsSync, constants as fileConstants } from 'node:fs';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { AUDIT_HEAD_FILE } from '../compose/first-start.ts';
import { masterKeySource, readKeyFile } from '../compose/master-key.ts';
import type { Config } from '../config.ts';
import { TextError } from '../core/outcome.ts';
import type { MasterKey } from '../keys/seal/key-ring.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { rowsOf } from '../operations/backup/format.ts';
import {
  type CheckedBackup,
  checkBackup,
  refuseOccupied,
  rehearse,
  restoreBackup,
} from '../operations/backup/restore.ts';
import { type HostCall, hostCommand, type Say, usable } from './host-command.ts';

const OWN = {
  identity: { type: 'string', multiple: true },
  'master-key': { type: 'string' },
  'dry-run': { type: 'boolean' },
  'keep-codes': { type: 'boolean' },
  'hotp-jump': { type: 'string' },
  scratch: { type: 'string' },
  report: { type: 'boolean' },
} as const;
type Call = HostCall<typeof OWN>;

/** What the command line reports to the server. */
type Verified = { readonly id: string; readonly proof: string; readonly data: string | undefined };

export const restore = (argv: readonly string[]): Promise<void> =>
  command(argv, 'restore', async (given, say) => {
    const { file, config, options } = given;
    await refuseOccupied(config.database);
    const checked = await check(given);
    await refuseOtherKey(config, checked);
    const { head } = checked.manifest;
    const about = { time: isoTime(head.at), version: head.version, rows: rowsOf(checked.manifest.end) };
    if (options['dry-run']) {
      say(
        { dryRun: true, backup: head.id, at: about.time, rows: about.rows },
        text('backup.would-restore', about),
      );
      return;
    }
    // Before anything is written: a key that cannot be written afterwards would be missing beside a full database.
    for (const folder of [config.dataFolder, dirname(masterKeySource(config).file)]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, fileConstants.W_OK);
    }
    const jump = options['hotp-jump'];
    const source = { file, identities: await identities(options.identity), masterKey: checked.masterKey };
    const choice = {
      since: 'backup' as const,
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

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function command(
  argv: readonly string[],
  name: 'restore' | 'verify',
  work: (call: Call & { readonly file: string }, say: Say) => Promise<void>,
): Promise<void> {
  return hostCommand(
    argv,
    {
      own: OWN,
      usage: text(name === 'restore' ? 'backup.usage-restore' : 'backup.usage-verify'),
      isUsable: ({ positionals, options }) =>
        positionals.length === 1 && /^\d{1,6}$/.test(options['hotp-jump'] ?? '0'),
    },
    (call, say) => {
      // What is written to scratch places goes with the process; as the shell counts who was ended by a signal.
      for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
      return work({ ...call, file: call.positionals[0] as string }, say);
    },
  );
}

async function check({ file, config, options }: Call & { readonly file: string }): Promise<CheckedBackup> {
  const masterKey = await masterKeyOf(config, options['master-key']);
  const source = { file, identities: await identities(options.identity), masterKey };
  return checkBackup(source, options['master-key'] !== undefined);
}

/** A server that reads another master key would not start on what is restored. It opens later backups, so only the operator moves it away. */
async function refuseOtherKey(config: Config, { masterKey, masters }: CheckedBackup): Promise<void> {
  const source = masterKeySource(config);
  if (!source.exists()) return;
  const { name } = await usable(source.read());
  if (masters.includes(name)) return;
  const names = { here: name, backup: masterKey.name };
  throw new TextError(
    source.kind === 'folder'
      ? text('backup.other-key-in-file', { ...names, file: source.file })
      : text('backup.other-key-here', names),
  );
}

/** Files as age-keygen writes them. */
async function identities(files: readonly string[] = []): Promise<string[]> {
  if (files.length === 0) throw new TextError(text('backup.no-identity'));
  const found: string[] = [];
  for (const file of files) {
    const content = await readFile(file, 'utf8').catch(() => {
      throw new TextError(text('backup.no-identity-file', { file }));
    });
    const lines = content
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    if (lines.length === 0) throw new TextError(text('backup.identity-malformed'));
    found.push(...lines);
  }
  return found;
}

async function masterKeyOf(config: Config, file: string | undefined): Promise<MasterKey | undefined> {
  const source = masterKeySource(config);
  if (file === undefined && !source.exists()) return undefined;
  return usable(file === undefined ? source.read() : readKeyFile(file));
}

/** The master key where the server looks for it, and nothing that is about the database that was there before. */
async function placeKeys(config: Config, { masterKey }: CheckedBackup): Promise<void> {
  const source = masterKeySource(config);
  if (!source.exists()) await writePrivate(source.file, masterKey.text);
  const head = join(config.dataFolder, AUDIT_HEAD_FILE);
  if (existsSync(head)) await rename(head, `${head}.${Date.now()}`);
}
