/** Restores a backup into an empty database, or into a scratch one to see whether it can be. The whole file is read before anything is written. */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { sql } from 'kysely';
import { headKeeper } from '../../audit/head.ts';
import { AUDITOR, verifyAudit } from '../../audit/proof.ts';
import { SYSTEM } from '../../core/actor.ts';
import { TextError } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import {
  HSM_NAME,
  type MasterKey,
  masterKeyOf,
  openKeys,
  type StoredKey,
  type StoredWrap,
} from '../../keys/seal/key-ring.ts';
import { type Sealing, sealing } from '../../keys/seal/sealing.ts';
import { installationOf } from '../../keys/x509/reachability.ts';
import { findChainHead } from '../../store/audit/chain.ts';
import {
  BEING_RESTORED,
  knowsSchema,
  loadAll,
  occupancyOf,
  openAsItIs,
  ranMigrations,
} from '../../store/db/loading.ts';
import { migrateUpTo } from '../../store/db/migrate.ts';
import type { DatabaseLocation } from '../../store/db/open.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findSettings } from '../../store/operations/installation.ts';
import type { Database } from '../../store/schema/schema.ts';
import { type AfterRestore, type Ended, endWhatWasLive } from './after-restore.ts';
import { opened, unwrapKey } from './envelope.ts';
import { type BackupManifest, damaged, readLines, rowsOf } from './format.ts';
import { openSeals } from './seals.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): number => Date.now();

type BackupFile = {
  readonly file: string;
  /** Private keys of age. */
  readonly identities: readonly string[];
  /** Of the installation, if it is kept elsewhere; otherwise it is in the backup, for one of the identities. */
  readonly masterKey: MasterKey | undefined;
};

export type CheckedBackup = {
  readonly manifest: BackupManifest;
  readonly masterKey: MasterKey;
  /** Names of all master keys that open it: two while one takes over from the other. */
  readonly masters: readonly string[];
  readonly sealing: Sealing;
};

/**
 * Reads all of it: nothing is written anywhere.
 * @param isGiven whether this master key was named for this backup. One that is only there may be of another time than the backup
 * @throws TextError
 */
export async function checkBackup(
  { file, identities, masterKey }: BackupFile,
  isGiven: boolean,
): Promise<CheckedBackup> {
  let keyCheck: string | undefined;
  const dataKeys: StoredKey[] = [];
  const wraps: StoredWrap[] = [];
  const manifest = await readLines(opened(file, identities), {
    head({ migrations, version }) {
      if (!knowsSchema(migrations)) throw new TextError(text('backup.newer', { version }));
    },
    rows({ name, columns }, rows) {
      if (name === 'installation') keyCheck = String(rows[0]?.[columns.indexOf('key_check')]);
      const named = (): object[] =>
        rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
      if (name === 'data_keys') dataKeys.push(...(named() as StoredKey[]));
      if (name === 'key_wraps') wraps.push(...(named() as StoredWrap[]));
    },
  });
  const { head } = manifest;
  const names = [...new Set(wraps.map(({ master }) => master))];
  const open = async (key: MasterKey): Promise<CheckedBackup> => {
    const keys = await openKeys(key, dataKeys, wraps).catch((error: Error) => {
      throw new TextError(text('backup.hsm', { error: error.message }));
    });
    if (keys === 'altered' || keyCheck === undefined) throw damaged();
    if (keys === 'other-master')
      throw new TextError(
        names.length > 0
          ? text('backup.other-master', { names: names.join(', '), given: key.name })
          : text('backup.other-installation'),
      );
    const seal = sealing(() => keys, random);
    if (installationOf({ sealing: seal }) !== head.installation || !opens(seal, keyCheck))
      throw new TextError(text('backup.other-installation'));
    return { manifest, masterKey: key, masters: [key.name, ...names], sealing: seal };
  };
  dataKeys.sort((a, b) => a.id - b.id);
  const enclosed = async (): Promise<MasterKey | undefined> =>
    head.masterKey === undefined ? undefined : masterKeyOf(await unwrapKey(head.masterKey, identities));
  const key = masterKey ?? (await enclosed());
  if (!key)
    throw new TextError(
      names.some((name) => name.startsWith(HSM_NAME))
        ? text('backup.in-hsm', { names: names.join(', ') })
        : text('backup.no-master-key'),
    );
  return open(key).catch(async (error: unknown) => {
    const other = masterKey && !isGiven ? await enclosed().catch(() => undefined) : undefined;
    if (!other) throw error;
    return open(other);
  });
}

function opens(seal: Sealing, keyCheck: string): boolean {
  try {
    return seal.open('installation.key_check', keyCheck).length > 0;
  } catch {
    return false;
  }
}

/** @throws TextError unless nothing is there */
export async function refuseOccupied(location: DatabaseLocation): Promise<void> {
  if (location.kind === 'sqlite') {
    if (['', '-wal'].some((ending) => existsSync(location.file + ending)))
      throw new TextError(text('backup.occupied-file', { file: location.file }));
    return;
  }
  const db = openAsItIs(location);
  try {
    if ((await occupancyOf(db)) === 'occupied') throw new TextError(text('backup.occupied'));
  } finally {
    await db.destroy();
  }
}

type Restored = { readonly ended: Ended; readonly links: number };

/**
 * @param checked by {@link checkBackup}
 * @param ready called when only the file remains to be renamed: keys can be written
 */
export async function restoreBackup(
  { file, identities }: BackupFile,
  checked: CheckedBackup,
  location: DatabaseLocation,
  choice: AfterRestore,
  ready: () => Promise<void>,
): Promise<Restored> {
  await refuseOccupied(location);
  if (location.kind === 'postgresql') {
    const restored = await restoreInto(location, { file, identities }, checked, choice);
    await ready();
    return restored;
  }
  // Under another name until all of it is there.
  const partial = `${location.file}.restoring`;
  return withoutRest(filesOf(partial), async () => {
    // Of one that was killed.
    for (const path of filesOf(partial)) rmSync(path, { force: true });
    const restored = await restoreInto(
      { kind: 'sqlite', file: partial },
      { file, identities },
      checked,
      choice,
    );
    await ready();
    await rename(partial, location.file);
    const folder = await open(dirname(location.file));
    await folder.sync().finally(() => folder.close());
    return restored;
  });
}

const filesOf = (file: string): string[] => ['', '-wal', '-shm', '-journal'].map((ending) => file + ending);

/** Leaves none of these, also where the process ends in the middle: what is in a backup is there in the clear. */
async function withoutRest<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const remove = (): void => {
    for (const path of paths) rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    return await work();
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}

async function restoreInto(
  location: DatabaseLocation,
  source: Pick<BackupFile, 'file' | 'identities'>,
  checked: CheckedBackup,
  choice: AfterRestore,
): Promise<Restored> {
  const { manifest, sealing: seal } = checked;
  const context = { sealing: seal, now, random };
  const db = openAsItIs(location);
  try {
    const keyCheck = await load(db, source, manifest);
    await migrateUpTo(db);
    const { settings } = await findSettings(db);
    return await inTransaction(db, async (trx) => {
      const links = (await findChainHead(trx))?.seq ?? 0;
      const ended = await endWhatWasLive(trx, context, settings, choice);
      // The timeline is that of another server.
      await trx
        .updateTable('installation')
        .set({ key_check: keyCheck, timeline: null, commits_awaited: 0, lossy_timeline: null })
        .execute();
      const { head, end } = manifest;
      await record(trx, context, SYSTEM, {
        action: 'backup.restore',
        object: `backup:${head.id}`,
        reason: text('event.restored', { time: isoTime(head.at), rows: rowsOf(end), links, ...ended }),
      });
      return { ended, links };
    });
  } finally {
    await db.destroy();
  }
}

/** @returns the check of the master key, which is not in its place yet */
async function load(
  db: Database,
  { file, identities }: Pick<BackupFile, 'file' | 'identities'>,
  manifest: BackupManifest,
): Promise<string> {
  const { migrations } = manifest.head;
  const ran = await ranMigrations(db);
  // Left by an interrupted restore of a backup from another version.
  if (ran.length > migrations.length) throw new TextError(text('backup.occupied'));
  await migrateUpTo(db, migrations.at(-1));
  let keyCheck = '';
  await loadAll(db, async (insert) => {
    const again = await readLines(opened(file, identities), {
      head: () => {},
      rows: async (table, rows) => {
        if (table.name !== 'installation') return insert(table, rows);
        const index = table.columns.indexOf('key_check');
        keyCheck = String(rows[0]?.[index]);
        await insert(
          table,
          rows.map((row) => row.map((value, at) => (at === index ? BEING_RESTORED : value))),
        );
      },
    });
    // Somebody wrote to the file meanwhile.
    if (again.proof !== manifest.proof) throw damaged();
  });
  return keyCheck;
}

type Rehearsal = {
  readonly rows: number;
  readonly links: number;
  readonly seals: number;
};

/**
 * Restores it into a scratch database, and checks everything there: counts, the audit chain, seals.
 * @throws TextError
 */
export async function rehearse(
  source: BackupFile,
  checked: CheckedBackup,
  scratchIn = tmpdir(),
): Promise<Rehearsal> {
  // Without a wait before its removal is arranged for: a signal may end the process at any.
  const folder = mkdtempSync(join(scratchIn, 'sower-verify-'));
  return withoutRest([folder], () => rehearseIn(folder, source, checked));
}

async function rehearseIn(
  folder: string,
  source: BackupFile,
  { manifest, sealing: seal }: CheckedBackup,
): Promise<Rehearsal> {
  const location = { kind: 'sqlite', file: join(folder, 'scratch.sqlite') } as const;
  const db = openAsItIs(location);
  try {
    const keyCheck = await load(db, source, manifest);
    for (const [name, { rows }] of Object.entries(manifest.end.tables)) {
      const found = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(db);
      if (Number(found.rows[0]?.rows) !== rows)
        throw new TextError(text('backup.other-count', { table: name }));
    }
    await db.updateTable('installation').set({ key_check: keyCheck }).execute();
    await migrateUpTo(db);
    const context = { db, sealing: seal, now, random, onAuditFindings: () => {} };
    const chain = await verifyAudit({ ...context, auditHead: headKeeper(context) }, AUDITOR);
    if (!chain.ok) throw new TextError(chain.detail);
    if (!chain.value.intact) throw new TextError(text('backup.chain', { finding: chain.value.detail }));
    const { opened: seals, closed } = await openSeals(location, seal);
    if (closed > 0) throw new TextError(text('backup.seals', { count: closed }));
    return { rows: rowsOf(manifest.end), links: chain.value.rows, seals };
  } finally {
    await db.destroy();
  }
}
