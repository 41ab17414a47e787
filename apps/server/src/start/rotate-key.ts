/**
 * `sower key rotate master` and `sower key status`: on the server host, with the master key and the database. Whoever has those has everything
 * already; no administrator of the console can do it. The running servers do the work; this begins it, puts the new key into its place, and waits.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { outcomesIn, type Text, text } from '@sower/messages/outcomes';
import { type Config, OPTIONS, readConfig } from '../config.ts';
import { HOST } from '../core/actor.ts';
import { record } from '../core/record.ts';
import { isoTime } from '../core/time.ts';
import { secondApprovalOf, useSecondApproval } from '../directory/second-approval.ts';
import {
  beginRotation,
  RotationRefused,
  type RotationStatus,
  rotationStatus,
} from '../jobs/rotation/begin.ts';
import { heldKeys, loadKeys } from '../jobs/rotation/follow.ts';
import { hsmKey } from '../keys/hsm/hsm.ts';
import { isHsmUri, readHsmUri } from '../keys/hsm/uri.ts';
import { type MasterKey, masterKeyOf } from '../keys/seal/key-ring.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { sealing } from '../keys/seal/sealing.ts';
import { type DatabaseLocation, openDatabase } from '../store/db/open.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { findInstallation, findSettings } from '../store/tables/installation.ts';
import type { Database } from '../store/tables/schema.ts';
import { beginMarks } from './first-marks.ts';
import { type MasterKeySource, masterKeySource, readKeyFile } from './master-key.ts';
import { languageHere } from './restore.ts';

const OWN = {
  'new-key': { type: 'string' },
  'no-wait': { type: 'boolean' },
  'without-approval': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const EXIT = { refused: 1, usage: 2 } as const;
const LOOK_MILLISECONDS = 1_000;
/** A server that runs is seen by then. */
const NOBODY_MILLISECONDS = 10_000;

type Say = (shown: object, ...texts: Text[]) => void;
type Given = { readonly newKey: string | undefined; readonly waits: boolean; readonly alone: boolean };

/** @param argv `rotate master …` or `status …` */
export async function main(argv: readonly string[]): Promise<void> {
  process.umask(0o077);
  const inWords = outcomesIn(languageHere());
  const json = argv.includes('--json');
  const failed = (exit: number, reason: string, message: string): void => {
    if (json) console.log(JSON.stringify({ error: { reason, message } }));
    console.error(`sower: ${message}`);
    process.exitCode = exit;
  };
  const say: Say = (shown, ...texts) =>
    console.log(json ? JSON.stringify(shown) : texts.map(inWords).join('\n'));
  const usage = text('key.usage');
  try {
    const { values, positionals, rest } = options(argv);
    if (values.help) return console.log(inWords(usage));
    const result = readConfig(rest, process.env);
    const what = positionals.join(' ');
    if (result.kind !== 'config' || !['rotate master', 'status'].includes(what)) {
      if (result.kind === 'mistakes') for (const mistake of result.mistakes) console.error(mistake);
      return failed(EXIT.usage, 'usage', inWords(usage));
    }
    const given = {
      newKey: values['new-key'],
      waits: values['no-wait'] !== true,
      alone: values['without-approval'] === true,
    };
    await withDatabase(result.config, (open) =>
      what === 'status' ? status(open, say) : rotate(open, given, say),
    );
  } catch (error) {
    if (error instanceof RotationRefused) failed(EXIT.refused, error.text.code, inWords(error.text));
    else if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS'))
      failed(EXIT.usage, 'usage', inWords(usage));
    else failed(EXIT.refused, 'failed', error instanceof Error ? error.message : String(error));
  }
}

function options(argv: readonly string[]) {
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
  return {
    values: values as {
      'new-key'?: string;
      'no-wait'?: boolean;
      'without-approval'?: boolean;
      help?: boolean;
    },
    positionals,
    rest,
  };
}

type Open = {
  readonly db: Database;
  readonly source: MasterKeySource;
  readonly location: DatabaseLocation;
};

/** Creates nothing that is missing: a new master key or database in place of the right one would only mislead. */
async function withDatabase(config: Config, work: (open: Open) => Promise<void>): Promise<void> {
  const { dataFolder, database: location } = config;
  const source = masterKeySource(config);
  if (!source.exists()) throw new RotationRefused(text('key.no-master', { file: source.file }));
  if (location.kind === 'sqlite' && !existsSync(location.file))
    throw new RotationRefused(text('key.no-database', { file: location.file }));
  // The server could not read files of another owner, such as root.
  if (process.getuid && existsSync(dataFolder) && process.getuid() !== statSync(dataFolder).uid)
    throw new RotationRefused(text('key.other-user', { folder: dataFolder }));
  const database = await openDatabase(location);
  try {
    await work({ db: database.db, source, location });
  } finally {
    await database.close();
  }
}

async function status({ db }: Open, say: Say): Promise<void> {
  const found = await rotationStatus(db);
  if (found.state === 'first') return say(found, text('key.status-first'));
  say(
    { ...found, since: isoTime(found.since ?? 0) },
    text('key.status', {
      masters: found.masters.join(', '),
      keys: found.dataKeys,
      time: isoTime(found.since ?? 0),
    }),
    stateOf(found),
    ...lagging(found),
  );
}

function stateOf(found: RotationStatus): Text {
  if (found.state === 'overlap' && found.masters.length > 1) return text('key.state-handing');
  if (found.state === 'first') return text('key.status-first');
  return found.state === 'converting' || found.state === 'finishing'
    ? text('key.state-converting', { count: found.anew, table: found.table ?? '' })
    : text(`key.state-${found.state}`);
}

const lagging = ({ processes, master }: RotationStatus): Text[] =>
  processes
    .filter((holder) => holder.master !== master)
    .map(({ host, process }) => text('key.lagging', { host, process, master: master ?? '' }));

/** Where the new key waits until the database knows it: whoever finds it after a fall goes on with it. */
const nextFile = (source: MasterKeySource): string => join(dirname(source.file), 'master-next.key');

async function rotate({ db, source }: Open, given: Given, say: Say): Promise<void> {
  const { newKey, waits } = given;
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const present = await source.read();
  const found = await rotationStatus(db);
  const running = found.state !== 'first' && found.state !== 'done';
  if (!running) {
    const held = heldKeys(present);
    await loadKeys(db, held);
    const context = { db, sealing: sealing(() => held.keys, random), now: () => Date.now(), random };
    const known = await findInstallation(db);
    if (!known) throw new RotationRefused(text('key.no-server'));
    await beginMarks(context, known.key_check);
    await approvedOrRefuse(context, given.alone);
    const next = await nextKey(source, newKey, present, random);
    await beginRotation(context, present, next);
    say({ begun: next.name, earlier: present.name }, text('key.begun', { name: next.name }));
  } else say({ running: found.master }, text('key.goes-on', { name: found.master ?? '' }));
  const { master = '' } = await rotationStatus(db);
  await putInPlace(source, master, present, say);
  if (waits) await untilOver(db, say);
}

/**
 * While the two-person rule is on, a second administrator approves this in the console. Nothing can make whoever has the server host wait for that, so
 * it can be left out; the audit trail then says so.
 */
async function approvedOrRefuse(
  context: Parameters<typeof secondApprovalOf>[0],
  alone: boolean,
): Promise<void> {
  const host = { name: 'system:rotate-key', principal: HOST };
  const what = { action: 'master-key.rotate', object: 'master-key', title: hostname() } as const;
  if (alone && (await findSettings(context.db)).settings['approvals.second'])
    return record(context.db, context, host, { action: 'second-approval.skip', object: what.object });
  const asked = await secondApprovalOf(context, host, what);
  if (!asked.ok) throw new RotationRefused(asked.detail);
  await inTransaction(context.db, async (trx) => {
    const used = await useSecondApproval(trx, context, host, what, asked.value);
    if (used) throw new RotationRefused(used.detail);
  });
}

async function nextKey(
  source: MasterKeySource,
  newKey: string | undefined,
  present: MasterKey,
  random: (length: number) => Uint8Array,
): Promise<MasterKey> {
  const file = nextFile(source);
  if (newKey !== undefined) {
    const given = await (isHsmUri(newKey) ? hsmKey(readHsmUri(newKey))() : readKeyFile(newKey));
    if (source.kind === 'folder') await writePrivate(file, given.text);
    return given;
  }
  if (!present.octets) throw new RotationRefused(text('key.where-from-hsm'));
  if (source.kind !== 'folder') throw new RotationRefused(text('key.where-from'));
  // On the disk before the database has anything that only it opens.
  if (!existsSync(file)) await writePrivate(file, masterKeyOf(random(32)).text);
  return readKeyFile(file);
}

/** The earlier one stays beside it, for the backups made until now. */
async function putInPlace(
  source: MasterKeySource,
  master: string,
  present: MasterKey,
  say: Say,
): Promise<void> {
  if (present.name === master) return;
  const next = nextFile(source);
  if (source.kind !== 'folder' || !existsSync(next) || (await readKeyFile(next)).name !== master) {
    say({ place: master }, text('key.place', { name: master }));
    return;
  }
  const earlier = join(dirname(source.file), `master-${present.name.replace(/[^\w.-]/g, '-')}.key`);
  await writePrivate(earlier, present.text);
  await rename(next, source.file);
  say({ file: source.file, earlier }, text('key.placed', { file: source.file, earlier }));
}

async function untilOver(db: Database, say: Say): Promise<void> {
  let told = '';
  const begun = performance.now();
  for (;;) {
    const found = await rotationStatus(db);
    const over = found.masters.length === 1 && ['overlap', 'finishing', 'done'].includes(found.state);
    if (over) return say({ done: found.master }, text('key.done', { name: found.master ?? '' }));
    if (found.processes.length === 0 && performance.now() - begun > NOBODY_MILLISECONDS)
      return say({ waiting: true }, text('key.nobody'));
    const lines = [stateOf(found), ...(found.state === 'overlap' ? lagging(found) : [])];
    const line = JSON.stringify([found.state, found.table, ...lines.slice(1)]);
    if (line !== told) say({ state: found.state, table: found.table, anew: found.anew }, ...lines);
    told = line;
    await wait(LOOK_MILLISECONDS);
  }
}
