/** What is in the database, read only: schema, keys, backups, directories, mail, and work that should have been done. */

import { connect } from 'node:net';
import { CHECKS, judged } from '@sower/api/checks';
import { userNameSchema } from '@sower/api/fields';
import { DAY, HOUR, isoTime, MINUTE } from '@sower/api/time';
import { visible } from '@sower/bytes/printable';
import { text } from '@sower/texts/outcomes';
import { sql } from 'kysely';
import { masterKeySource } from '../../compose/master-key.ts';
import type { Config } from '../../config.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import { sealing } from '../../keys/seal/sealing.ts';
import { reach } from '../../ldap/connection.ts';
import { ofSources } from '../../operations/alerts/look.ts';
import { rotationStatus } from '../../operations/rotation/begin.ts';
import { keyRingOf, loadKeys } from '../../operations/rotation/follow.ts';
import { countUnlinked } from '../../store/audit/chain.ts';
import { listAuditForwards } from '../../store/audit/forwards.ts';
import { knowsSchema, openAsItIs, ranMigrations } from '../../store/db/loading.ts';
import { MIGRATIONS } from '../../store/db/migrate.ts';
import { clockAhead } from '../../store/db/postgresql/clock.ts';
import { type Replication, readReplication } from '../../store/db/postgresql/replication.ts';
import { readPostgresqlVersion, SUPPORTED_POSTGRESQL } from '../../store/db/postgresql/versions.ts';
import { reasonValue } from '../../store/db/reason.ts';
import { findAcme } from '../../store/keys/acme.ts';
import { findMailSettings } from '../../store/mail/settings.ts';
import { backupAges } from '../../store/operations/backups.ts';
import { findInstallation, findSettings } from '../../store/operations/installation.ts';
import type { Database } from '../../store/schema/schema.ts';
import { listSources } from '../../store/sources/identity-sources.ts';
import { listSchedules } from '../../store/work/due.ts';
import { bad, type Finding, good, messageOf, warn, within } from './findings.ts';

/** PostgreSQL: whether it can be written to, and whether what was answered survives a crash and a failover. */
async function lookAtReplication(db: Database, config: Config): Promise<Finding[]> {
  const found = await readReplication(db);
  const subscribed = found.subscriptions.join(', ');
  return [
    ...ofStandbys(found, config),
    ...(subscribed === ''
      ? []
      : [
          (config.logicalSubscription ? warn : bad)(
            'replication',
            text('doctor.subscribed', { names: subscribed }),
          ),
        ]),
  ];
}

function ofStandbys({ state, standbys: count, names }: Replication, config: Config): Finding[] {
  switch (state) {
    case 'alone':
      return [];
    case 'awaited':
      return [good('replication', text('doctor.replication', { count, names }))];
    case 'missing':
      return [bad('replication', text('doctor.standby-missing', { names }))];
    case 'standby':
      return [bad('replication', text('doctor.standby'))];
    case 'not-durable':
      return [(config.asynchronousReplication ? warn : bad)('replication', text('doctor.commits-later'))];
    case 'not-awaited':
      return [warn('replication', text('doctor.replication-later', { count }))];
  }
}

/** Certificates by ACME: whether the last attempt failed, and whether the process that was asked can do what the settings want. */
async function lookAtAcme(db: Database, config: Config, now: number): Promise<Finding[]> {
  const acme = await findAcme(db);
  if (acme.enabled === 0) return [];
  const found: Finding[] = [];
  if (acme.by_dns === 1 && config.acmeDnsCommand === undefined)
    found.push(warn('certificate', text('acme.no-dns-command')));
  if (acme.failures > 0) {
    const reason = reasonValue(acme);
    found.push(
      bad('certificate', text('doctor.acme-failed', { time: isoTime(acme.failed_at ?? now), reason })),
    );
  } else if (now - acme.next_at > 60 * MINUTE)
    found.push(warn('certificate', text('doctor.acme-late', { time: isoTime(acme.next_at) })));
  if (found.length > 0) return found;
  return [good('certificate', text('doctor.acme', { time: isoTime(acme.renew_at ?? acme.next_at) }))];
}

const PATIENCE_MILLISECONDS = 10_000;
const REACH_MILLISECONDS = 3_000;
const SECOND = 1_000;
const SCHEDULE_LATE = 2 * HOUR;
const MANY_UNLINKED = 10_000;

export async function lookAtDatabase(config: Config, now: () => number): Promise<Finding[]> {
  const db = openAsItIs(config.database);
  try {
    return await within(PATIENCE_MILLISECONDS * 3, all(db, config, now));
  } catch (error) {
    return [bad('database', text('doctor.database-unreachable', { error: messageOf(error) }))];
  } finally {
    // Whatever hangs there must not keep this process.
    await within(SECOND, db.destroy()).catch(() => {});
  }
}

async function all(db: Database, config: Config, now: () => number): Promise<Finding[]> {
  const schema = await lookAtSchema(db, config);
  if (schema.some(({ state }) => state !== 'good')) return schema;
  const parts = [
    () => lookAtClocks(db, config, now),
    () => lookAtPostgresql(db, config, now()),
    () => lookAtReplication(db, config),
    () => lookAtKeys(db, config),
    () => lookAtBackups(db, config, now()),
    () => lookAtDirectories(db, now),
    () => lookAtNames(db),
    () => lookAtMail(db, now()),
    () => lookAtAcme(db, config, now()),
    () => lookAtUpkeep(db, now()),
  ];
  const found = [...schema];
  for (const part of parts) found.push(...(await part()));
  return found;
}

async function lookAtSchema(db: Database, { database }: Config): Promise<Finding[]> {
  const ran = await ranMigrations(db);
  if (ran.length === 0) return [warn('database', text('doctor.database-new'))];
  if (!knowsSchema(ran)) return [bad('database', text('doctor.database-newer', { last: ran.at(-1) ?? '' }))];
  const missing = Object.keys(MIGRATIONS).length - ran.length;
  if (missing > 0) return [warn('database', text('doctor.database-older', { count: missing }))];
  return [good('database', text('doctor.database', { kind: database.kind, last: ran.at(-1) ?? '' }))];
}

async function lookAtPostgresql(db: Database, { database }: Config, now: number): Promise<Finding[]> {
  if (database.kind !== 'postgresql') return [];
  return [judgePostgresql(await readPostgresqlVersion(db), now)];
}

async function lookAtClocks(db: Database, { database }: Config, now: () => number): Promise<Finding[]> {
  if (database.kind !== 'postgresql') return [];
  const apart = Math.abs(await clockAhead(db, now));
  const found = { seconds: Math.round(apart / 100) / 10 };
  const state = judged('clock', apart);
  if (state !== 'good') return [{ area: 'clock', state, text: text('doctor.clocks-apart', found) }];
  return [good('clock', text('doctor.clocks', found))];
}

async function lookAtKeys(db: Database, config: Config): Promise<Finding[]> {
  const source = masterKeySource(config);
  if (!source.exists()) return [bad('key', text('doctor.key-missing', { file: source.file }))];
  let inHsm: boolean;
  try {
    const keyRing = keyRingOf(await source.read());
    inHsm = keyRing.master.octets === undefined;
    await loadKeys(db, keyRing);
    const seal = sealing(
      () => keyRing.keys,
      (length) => new Uint8Array(length),
    );
    const check = (await findInstallation(db))?.key_check;
    if (check !== undefined) seal.open('installation.key_check', check);
  } catch (error) {
    return [bad('key', text('doctor.key-wrong', { error: messageOf(error) }))];
  }
  const rotation = await rotationStatus(db);
  const without = rotation.processes.filter(({ master }) => master !== rotation.master);
  if (rotation.masters.length > 1)
    return [
      warn('key', text('doctor.key-rotating', { master: rotation.master ?? '', count: without.length })),
    ];
  if (inHsm && config.backupKeyRecipient !== undefined)
    return [warn('key', text('doctor.key-not-in-backups'))];
  return [good('key', text(inHsm ? 'doctor.key-in-hsm' : 'doctor.key'))];
}

async function lookAtBackups(db: Database, { backup }: Config, now: number): Promise<Finding[]> {
  const { made, verified } = await backupAges(db, now);
  if (!backup && made === null) return [warn('backup', text('doctor.backup-none'))];
  if (made === null || judged('backup-late', now - made) === 'bad')
    return [
      bad(
        'backup',
        made === null ? text('doctor.backup-not-made') : text('doctor.backup-late', { time: isoTime(made) }),
      ),
    ];
  if (verified === null || judged('backup-unverified', now - verified) === 'bad')
    return [
      warn(
        'backup',
        verified === null
          ? text('doctor.backup-never-verified')
          : text('doctor.backup-unverified', { time: isoTime(verified) }),
      ),
    ];
  return [good('backup', text('doctor.backup', { made: isoTime(made), verified: isoTime(verified) }))];
}

async function lookAtDirectories(db: Database, now: () => number): Promise<Finding[]> {
  const found = (await ofSources({ db, now })).map(({ text: wrong }) => bad('directory', wrong));
  for (const source of await listSources(db)) {
    if (source.enabled !== 1) continue;
    for (const url of settingsOf(source).connection.urls) {
      const which = { source: source.name, url };
      try {
        await reach(url, REACH_MILLISECONDS);
        found.push(good('directory', text('doctor.directory', which)));
      } catch (error) {
        found.push(bad('directory', text('doctor.directory-silent', { ...which, error: messageOf(error) })));
      }
    }
  }
  return found;
}

async function lookAtMail(db: Database, now: number): Promise<Finding[]> {
  const { settings } = await findMailSettings(db);
  if (!settings.enabled) return [];
  const { host, port } = settings;
  const where = `${host}:${port}`;
  const found: Finding[] = [];
  try {
    await within(REACH_MILLISECONDS, connected(host, port));
    found.push(good('mail', text('doctor.mail', { where })));
  } catch (error) {
    found.push(bad('mail', text('doctor.mail-silent', { where, error: messageOf(error) })));
  }
  const { rows } = await sql<{ waiting: number; dead: number }>`
    select sum(case when state = 'queued' and created_at < ${now - (CHECKS['mail-stuck'].bad ?? 0)} then 1 else 0 end) as waiting,
      sum(case when state = 'dead' and created_at > ${now - DAY} then 1 else 0 end) as dead
    from mail where state <> 'sent'`.execute(db);
  const [waiting, dead] = [Number(rows[0]?.waiting ?? 0), Number(rows[0]?.dead ?? 0)];
  if (waiting + dead > 0) found.push(warn('mail', text('doctor.mail-stuck', { waiting, dead })));
  return found;
}

const connected = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: REACH_MILLISECONDS });
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });

/** What a running server does by itself. */
async function lookAtUpkeep(db: Database, now: number): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { id, next_at } of await listSchedules(db))
    if (now - next_at > SCHEDULE_LATE)
      found.push(warn('upkeep', text('doctor.schedule-late', { name: id, time: isoTime(next_at) })));
  const unlinked = await countUnlinked(db);
  if (unlinked > MANY_UNLINKED) found.push(bad('upkeep', text('doctor.unlinked', { count: unlinked })));
  for (const forward of await listAuditForwards(db))
    if (forward.failures > 0)
      found.push(bad('upkeep', text('doctor.forward', { target: forward.id, reason: reasonValue(forward) })));
  const hold = (await findSettings(db)).settings['retention.hold'];
  if (hold !== '') found.push(warn('upkeep', text('doctor.hold', { why: hold })));
  return found.length > 0 ? found : [good('upkeep', text('doctor.upkeep'))];
}

/** Time for planning an upgrade. */
const AHEAD_MILLISECONDS = 180 * DAY;

/** Whether this version is supported, and for how long still. */
export function judgePostgresql(
  { name, major }: { readonly name: string; readonly major: number },
  now: number,
): Finding {
  const until = SUPPORTED_POSTGRESQL[major];
  const versions = Object.keys(SUPPORTED_POSTGRESQL).map(Number);
  const range = { version: name, first: Math.min(...versions), last: Math.max(...versions) };
  if (until === undefined)
    return major < range.first
      ? bad('versions', text('doctor.postgresql-old', range))
      : warn('versions', text('doctor.postgresql-new', range));
  const left = Date.parse(until) + DAY - now;
  const found = { version: name, until, last: range.last };
  if (left < 0) return bad('versions', text('doctor.postgresql-ended', found));
  if (left < AHEAD_MILLISECONDS) return warn('versions', text('doctor.postgresql-ends', found));
  return good('versions', text('doctor.postgresql', found));
}

const PAGE = 5_000;
/** More would hide the rest of what is found. */
const MAX_NAMED = 20;

/** Names that an earlier version took and this one would refuse, since they may look like those of others. Their users can log on with them. */
export async function lookAtNames(db: Database): Promise<Finding[]> {
  const named: string[] = [];
  let count = 0;
  for await (const { id, name } of names(db)) {
    if (userNameSchema.safeParse(name).data === name) continue;
    count += 1;
    if (count <= MAX_NAMED) named.push(`${id} (${visible(name)})`);
  }
  return count === 0
    ? [good('directory', text('doctor.names'))]
    : [warn('directory', text('doctor.names-unusual', { count, named: named.join(', ') }))];
}

async function* names(db: Database): AsyncGenerator<{ readonly id: string; readonly name: string }> {
  yield* await db.selectFrom('administrators').select(['id', 'user_name as name']).orderBy('id').execute();
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('users')
      .select(['id', 'user_id as name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}
