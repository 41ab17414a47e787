/**
 * `sower key rotate master` and `sower key status`: on the server host, with the master key and the database. Anyone who has those has everything
 * already; no administrator of the console can do it. The running servers do the work; this begins it, puts the new key into its place, and waits.
 */

import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { type MasterKeySource, readKeyFile } from '../compose/master-key.ts';
import { HOST } from '../core/actor.ts';
import { TextError } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { secondApprovalOf, useSecondApproval } from '../directory/second-approval.ts';
import { hsmKey } from '../keys/hsm/hsm.ts';
import { isHsmUri, readHsmUri } from '../keys/hsm/uri.ts';
import { type MasterKey, masterKeyOf } from '../keys/seal/key-ring.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { beginRotation, type RotationStatus, rotationStatus } from '../operations/rotation/begin.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { findSettings } from '../store/operations/installation.ts';
import type { Database } from '../store/schema/schema.ts';
import { hostCommand, hostContext, type OpenHost, type Say, usable, withDatabase } from './host-command.ts';

const OWN = {
  'new-key': { type: 'string' },
  'no-wait': { type: 'boolean' },
  'without-approval': { type: 'boolean' },
} as const;

const LOOK_MILLISECONDS = 1_000;
/** A server that runs is seen by then. */
const NOBODY_MILLISECONDS = 10_000;

type Given = { readonly newKey: string | undefined; readonly waits: boolean; readonly alone: boolean };

/** @param argv `rotate master …` or `status …` */
export const main = (argv: readonly string[]): Promise<void> =>
  hostCommand(
    argv,
    {
      own: OWN,
      usage: text('key.usage'),
      isUsable: ({ positionals }) => ['rotate master', 'status'].includes(positionals.join(' ')),
    },
    ({ config, options, positionals }, say) => {
      const given = {
        newKey: options['new-key'],
        waits: options['no-wait'] !== true,
        alone: options['without-approval'] === true,
      };
      return withDatabase(config, (open) =>
        positionals[0] === 'status' ? status(open, say) : rotate(open, given, say),
      );
    },
  );

async function status({ db }: OpenHost, say: Say): Promise<void> {
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

/** Where the new key is kept until the database has it: after a crash, the next run finds it and continues with it. */
const nextFile = (source: MasterKeySource): string => join(dirname(source.file), 'master-next.key');

async function rotate(open: OpenHost, given: Given, say: Say): Promise<void> {
  const { db, source, master: present } = open;
  const { newKey, waits } = given;
  const found = await rotationStatus(db);
  const running = found.state !== 'first' && found.state !== 'done';
  if (!running) {
    const context = await hostContext(open);
    await approvedOrRefuse(context, given.alone);
    const next = await nextKey(source, newKey, present, context.random);
    await beginRotation(context, present, next);
    say({ begun: next.name, earlier: present.name }, text('key.begun', { name: next.name }));
  } else {
    // The file may have been moved to its place since: only another key is refused.
    const named = newKey === undefined ? undefined : await namedKey(newKey).catch(() => undefined);
    if (named && named.name !== found.master)
      throw new TextError(text('key.running', { name: found.master ?? '' }));
    say({ running: found.master }, text('key.goes-on', { name: found.master ?? '' }));
  }
  const { master = '' } = await rotationStatus(db);
  await moveIntoPlace(source, master, present, say);
  if (waits) await untilOver(db, say);
}

/**
 * While the two-person rule is on, a second administrator approves this in the console. Nothing can make anyone who has the server host wait for that, so
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
  if (!asked.ok) throw new TextError(asked.detail);
  await inTransaction(context.db, async (trx) => {
    const used = await useSecondApproval(trx, context, host, what, asked.value);
    if (used) throw new TextError(used.detail);
  });
}

/** @param newKey of `--new-key`: a file, or the URI of a key in an HSM */
const namedKey = (newKey: string): Promise<MasterKey> =>
  usable(isHsmUri(newKey) ? hsmKey(readHsmUri(newKey))() : readKeyFile(newKey));

async function nextKey(
  source: MasterKeySource,
  newKey: string | undefined,
  present: MasterKey,
  random: (length: number) => Uint8Array,
): Promise<MasterKey> {
  const file = nextFile(source);
  if (newKey !== undefined) {
    const given = await namedKey(newKey);
    if (source.kind === 'folder') await writePrivate(file, given.text);
    return given;
  }
  if (!present.octets) throw new TextError(text('key.where-from-hsm'));
  if (source.kind !== 'folder') throw new TextError(text('key.where-from'));
  // On the disk before the database has anything that only it opens.
  if (!existsSync(file)) await writePrivate(file, masterKeyOf(random(32)).text);
  return readKeyFile(file);
}

/** The earlier one stays beside it, for the backups made until now. */
async function moveIntoPlace(
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
  let lastLine = '';
  const begun = performance.now();
  for (;;) {
    const found = await rotationStatus(db);
    const over = found.masters.length === 1 && ['overlap', 'finishing', 'done'].includes(found.state);
    if (over) return say({ done: found.master }, text('key.done', { name: found.master ?? '' }));
    if (found.processes.length === 0 && performance.now() - begun > NOBODY_MILLISECONDS)
      return say({ waiting: true }, text('key.nobody'));
    const lines = [stateOf(found), ...(found.state === 'overlap' ? lagging(found) : [])];
    const line = JSON.stringify([found.state, found.table, ...lines.slice(1)]);
    if (line !== lastLine) say({ state: found.state, table: found.table, anew: found.anew }, ...lines);
    lastLine = line;
    await wait(LOOK_MILLISECONDS);
  }
}
