/** What needs somebody: when it begins, to whom it is written, and when it ends. The clock is the test's. */
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { CHECKS } from '@sower/api/checks';
import { mailSettingsSchema } from '@sower/api/mail';
import { DEFAULT_SETTINGS, type Settings } from '@sower/api/settings';
import { DAY, dayOf, HOUR } from '@sower/api/time';
import { Counts } from '@sower/server/audit/figures/counts';
import type { Actor } from '@sower/server/core/actor';
import { worded } from '@sower/server/core/unworded';
import { sealing } from '@sower/server/keys/seal/sealing';
import { mailQueue } from '@sower/server/mail/queue';
import { keepAlerts, showAlerts } from '@sower/server/operations/alerts/alerts';
import { addFigures } from '@sower/server/store/audit/figures';
import { seeAuditForward } from '@sower/server/store/audit/forwards';
import { insertAudit } from '@sower/server/store/audit/rows';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { insertAdministrator, replaceGrants } from '@sower/server/store/directory/administrators';
import { TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { insertSchedule, noteFailure } from '@sower/server/store/work/due';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeAuthority } from '../../harness/authority.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { administratorRow } from '../../harness/directory/user-row.ts';

const START = Date.now();
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const VIEWER: Actor = {
  kind: 'administrator',
  name: 'auditor',
  grants: [{ permissions: new Set(['audit:view']), domain: '/' }],
};

onBothDatabases('alerts', (kind) => {
  let database: FreshDatabase;
  let one: OpenDatabase;
  let two: OpenDatabase;
  let clock: number;
  let settings: Settings;
  let certificate = { source: 'own' as 'own' | 'files', pem: '', overridden: false };
  let dataFolder: string;
  let untrusted: Text | undefined;
  let unseen = false;
  const seal = sealing(randomBytes(32), random);
  const now = () => clock;
  const context = ({ db }: OpenDatabase) => {
    const base = {
      db,
      now,
      random,
      sealing: seal,
      publicUrl: 'https://otp.example.com',
      mailSettings: mailSettingsReader(db, () => performance.now()),
      settings: { current: async () => settings, forget: () => undefined },
      served: { facts: () => certificate },
      dataFolder,
      untrusted: async () => {
        if (unseen) throw new Error('silent');
        return untrusted;
      },
    };
    return { ...base, queueMail: mailQueue(base) };
  };
  const look = async (on = one): Promise<void> => {
    await keepAlerts(context(on), 'installation');
    await keepAlerts(context(on), 'host');
  };
  const open = async (): Promise<string[]> => {
    const shown = await showAlerts(one, VIEWER);
    if (!shown.ok) throw new Error('refused');
    return worded<typeof shown.value>(shown.value, inEnglish).items.map(({ id, text }) => `${id}: ${text}`);
  };
  /** Since the last time. */
  const trail = async (): Promise<string[]> => {
    const rows = await one.db
      .selectFrom('audit')
      .select(['action', 'object', 'reason'])
      .where('action', 'like', 'alert.%')
      .orderBy('id')
      .execute();
    await one.db.deleteFrom('audit').where('action', 'like', 'alert.%').execute();
    return rows.map(({ action, object }) => `${action} ${object}`);
  };
  const mails = async (): Promise<string[]> => {
    const rows = await one.db.selectFrom('mail').select(['recipient', 'subject']).execute();
    return rows.map(({ recipient, subject }) => `${recipient} ${subject}`).sort();
  };
  const administrator = async (name: string, role: string, mail: string | null): Promise<void> => {
    const { id } = await insertAdministrator(
      one.db,
      { sealing: seal },
      administratorRow(name, { mail, created_at: clock }),
    );
    await replaceGrants(one.db, { sealing: seal }, id, [{ roleId: role, domainId: 'top', path: '/' }]);
  };
  const token = async (serial: string, expires_on = '2999-01-01'): Promise<string> => {
    const id = newId({ now, random });
    await insertTokens(one.db, [
      {
        ...{
          id,
          serial,
          domain: '/',
          enabled: 0,
          lost: 0,
          user_id: null,
          expires_on,
          pin: null,
        },
        ...{ failures: 0, last_failure_at: null, created_at: clock, version: 1 },
      },
    ]);
    return id;
  };
  const backup = (ended: number, verified: number | null) =>
    one.db
      .insertInto('backups')
      .values({
        id: newId({ now, random }),
        name: `b${ended}`,
        state: 'done',
        begun_at: ended,
        begun_by: 'system',
        seen_at: ended,
        ended_at: ended,
        rows: 0,
        size: null,
        sha256: null,
        proof: null,
        text: null,
        verified_at: verified,
        removed_at: null,
      })
      .execute();

  beforeAll(async () => {
    database = await kind.fresh();
    one = await openDatabase(database.location);
    two = await openDatabase(database.location);
    await one.db
      .insertInto('security_domains')
      .values({ ...TOP_DOMAIN, name: 'Top', name_key: 'top', parent_id: null, created_at: START, version: 1 })
      .execute();
  });
  beforeEach(async () => {
    clock = START;
    settings = { ...DEFAULT_SETTINGS };
    certificate = { source: 'own', pem: '', overridden: false };
    dataFolder = tmpdir();
    untrusted = undefined;
    for (const table of [
      'mail',
      'audit',
      'audit_unlinked',
      'alerts',
      'backups',
      'figures',
      'tokens',
      'distribution_rules',
      'saved_reports',
      'schedules',
      'role_grants',
      'administrators',
    ] as const)
      await one.db.deleteFrom(table).execute();
    const { version } = await findMailSettings(one.db);
    await updateMailSettings(one.db, version, {
      settings: JSON.stringify(
        mailSettingsSchema.parse({ enabled: true, host: 'localhost', from: 's@example.com' }),
      ),
    });
    await administrator('root', 'super-admin', 'root@example.com');
    await administrator('silent', 'super-admin', null);
    await administrator('desk', 'help-desk', 'desk@example.com');
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await database.drop();
  });

  test('begins once, whichever servers look, and ends when what was wrong is mended', async () => {
    await look();
    expect(await open()).toEqual([]);
    await backup(START - 3 * DAY, START - DAY);
    await Promise.all([look(one), look(two), look(one), look(two)]);
    expect(await open()).toEqual([expect.stringMatching(/^backup-late: No backup has completed/)]);
    expect(await trail()).toEqual(['alert.raise alert:backup-late']);
    expect(await mails()).toEqual(['root@example.com Sower needs attention']);
    await look();
    expect(await trail()).toEqual([]);
    await backup(START - HOUR, null);
    await Promise.all([look(one), look(two)]);
    expect(await open()).toEqual([]);
    expect(await trail()).toEqual(['alert.clear alert:backup-late']);
  });

  test('a rule that stopped and a report that nobody got are alerts, until someone saves them or they run', async () => {
    const saved = (name: string) => ({
      ...{ id: name, name, name_key: name.toLowerCase(), created_at: clock, version: 1 },
      ...({ actor_kind: 'administrator', actor_id: 'a', actor_name: 'gone' } as const),
      ...{ source: null, input: '{}', mark: null, last_run_at: clock, reason: null, text: null },
    });
    const why = (reason: Text) => ({ reason: inEnglish(reason), text: JSON.stringify(reason) });
    const gone = why(text('saved-report.owner-gone', { name: 'gone' }));
    const rule = { domain: '/', enabled: 0 };
    await one.db
      .insertInto('distribution_rules')
      .values([
        { ...saved('Joiners'), ...rule, ...why(text('job.altered')) },
        { ...saved('Off'), ...rule },
      ])
      .execute();
    const findings = [text('saved-report.left-out', { names: 'desk' })];
    const leftOut = why(text('saved-report.not-to-all', { findings }));
    const reports = [
      { ...saved('Weekly'), ...gone },
      { ...saved('Unscheduled'), ...gone },
      { ...saved('Short'), ...leftOut },
      saved('Good'),
    ];
    await one.db.insertInto('saved_reports').values(reports).execute();
    for (const about of ['Weekly', 'Short', 'Good'])
      await insertSchedule(one.db, {
        ...{ id: `report-${about}`, kind: 'report', about, cron: '0 7 * * 1', time_zone: 'UTC' },
        next_at: clock + DAY,
      });
    await look();
    expect(await open()).toEqual([
      expect.stringMatching(
        /^report-failed:Weekly: The saved report Weekly was not mailed. gone was deleted/,
      ),
      expect.stringMatching(/^rule-stopped:Joiners: The distribution rule Joiners has stopped. /),
    ]);
    await one.db.updateTable('saved_reports').set({ reason: null, text: null }).execute();
    await one.db.updateTable('distribution_rules').set({ reason: null, text: null }).execute();
    await look();
    expect(await open()).toEqual([]);
  });

  test('what is done at set times is an alert from when it has failed for two hours', async () => {
    await insertSchedule(one.db, {
      ...{ id: 'retention', kind: 'retention', about: null, cron: '50 3 * * *', time_zone: 'UTC' },
      next_at: clock,
    });
    for (let hours = 0; hours <= 2; hours += 1) {
      await noteFailure(one.db, 'retention', { at: clock, again: clock + HOUR });
      await look();
      expect(await open()).toEqual([]);
      clock += HOUR;
    }
    await look();
    expect(await open()).toEqual([
      expect.stringMatching(
        /^schedule-failed:retention: Delete rows .*: this has failed since .* server log/,
      ),
    ]);
    await one.db.updateTable('schedules').set({ failed_since: null }).execute();
    await look();
    expect(await open()).toEqual([]);
  });

  test('no backup at all: an alert from the first token on that would be lost', async () => {
    await look();
    expect(await open()).toEqual([]);
    const id = await token('000100000009');
    await one.db
      .insertInto('seeds')
      .values({
        ...{ id: 's', token_id: id, distribution_id: 'd', state: 'current', algorithm: 'totp', digits: 8 },
        ...{ interval_seconds: 60, authentication_type: 'tokencode', key_id: 'k', sealed: 'x', position: -1 },
        ...{ drift: 0, last_accepted_at: null, created_at: clock },
      })
      .execute();
    await look();
    expect(await open()).toEqual([expect.stringMatching(/^backup-late: No backup has ever been made/)]);
    await backup(START - HOUR, START - HOUR);
    await look();
    expect(await open()).toEqual([]);
    await one.db.deleteFrom('seeds').execute();
  });

  test('what cannot be looked at hides nothing else, and ends nothing', async () => {
    await backup(START - 3 * DAY, START - DAY);
    unseen = true;
    await expect(look()).rejects.toThrow('silent');
    expect(await open()).toEqual([expect.stringMatching(/^backup-late:/)]);
    await backup(START - HOUR, null);
    await expect(look()).rejects.toThrow('silent');
    expect(await open()).toHaveLength(1);
    unseen = false;
    await look();
    expect(await open()).toEqual([]);
  });

  test('each server looks at its own host, whichever one looks at the installation', async () => {
    const shipped = { ...CHECKS.disk };
    const full = `disk:${hostname()}`;
    try {
      Object.assign(CHECKS.disk, { bad: Number.MAX_SAFE_INTEGER });
      await backup(START - 3 * DAY, START - DAY);
      await keepAlerts(context(two), 'host');
      expect(await trail()).toEqual([`alert.raise alert:${full}`]);
      expect(await mails()).toEqual(['root@example.com Sower needs attention']);
      await keepAlerts(context(one), 'installation');
      expect((await open()).map((line) => line.split(': ')[0]).sort()).toEqual(['backup-late', full]);
    } finally {
      Object.assign(CHECKS.disk, shipped);
    }
    // What is not of this host stays for the one that looks at that.
    await keepAlerts(context(one), 'installation');
    expect(await open()).toHaveLength(2);
    await keepAlerts(context(two), 'host');
    expect(await open()).toEqual([expect.stringMatching(/^backup-late:/)]);
    dataFolder = '/no/such/folder';
    await expect(keepAlerts(context(two), 'host')).rejects.toThrow('ENOENT');
    await keepAlerts(context(one), 'installation');
  });

  test('what comes and goes is written about once an hour, and not at all where mail is not wanted', async () => {
    for (const minutes of [30, 59, 61, 89]) {
      clock = Math.floor(START / HOUR) * HOUR + minutes * 60_000;
      for (const table of ['alerts', 'audit_unlinked', 'backups'] as const)
        await one.db.deleteFrom(table).execute();
      await backup(clock - 3 * DAY, clock);
      await look();
    }
    expect(await mails()).toHaveLength(1);
    clock += HOUR;
    settings = { ...settings, 'alerts.mail': false };
    for (const table of ['alerts', 'audit_unlinked'] as const) await one.db.deleteFrom(table).execute();
    await look();
    // The mail of the first hour has waited too long by now.
    expect((await trail()).slice(-2).sort()).toEqual([
      'alert.raise alert:backup-late',
      'alert.raise alert:mail-stuck',
    ]);
    expect(await mails()).toHaveLength(1);
  });

  test('a certificate in files and a full disk are told by their host alone', async () => {
    const { pem } = await (await makeAuthority()).issue();
    certificate = { source: 'files', pem, overridden: false };
    await look();
    expect(await open()).toEqual([]);
    clock += 30 * 365 * DAY;
    await look();
    expect(await open()).toEqual([expect.stringMatching(`^certificate:${hostname()}: .*has expired`)]);
    // Another host's, seen a moment ago, and one that nobody has seen for long.
    const words = JSON.stringify({ code: 'alert.disk', values: { host: 'b', free: 1 } });
    for (const [id, seen] of [
      ['disk:b', clock - HOUR],
      ['disk:c', clock - 2 * DAY],
    ] as const)
      await one.db
        .insertInto('alerts')
        .values({ id, text: words, raised_at: START, seen_at: seen })
        .execute();
    certificate = { source: 'own', pem: '', overridden: false };
    await trail();
    await look();
    expect(await open()).toEqual(['disk:b: Only 1 MiB are left for the data folder on b. Free up space.']);
    expect((await trail()).sort()).toEqual([
      `alert.clear alert:certificate:${hostname()}`,
      'alert.clear alert:disk:c',
    ]);
  });

  test('few tokens, stuck mail, a trail that was altered, and codes that are guessed', async () => {
    settings = { ...settings, 'alerts.fewestTokens': 2, 'alerts.mail': false };
    untrusted = text('doctor.commits-later');
    await look();
    expect(await open()).toEqual([
      expect.stringMatching(/^replication: Servers are not ready/),
      expect.stringMatching(/^tokens-low: Fewer than 2 tokens/),
    ]);
    untrusted = undefined;
    for (const serial of ['000100000001', '000100000002']) await token(serial, dayOf(START + 29 * DAY));
    await look();
    // They are valid, but assigned to no one: `tokens.autoAssignDays` is 30.
    expect(await open()).toEqual([expect.stringMatching(/^tokens-low: Fewer than 2 tokens/)]);
    for (const serial of ['000100000003', '000100000004']) await token(serial);
    const context = { now, random, sealing: seal };
    await insertAudit(
      one.db,
      context,
      { actor: 'system', action: 'audit.altered', object: 'audit', result: 'failure', reason: 'row 7' },
      { actor: 'system', action: 'ctkip.guessing', object: 'ctkip', result: 'refused' },
    );
    await look();
    expect((await open()).map((line) => line.split(':')[0]).sort()).toEqual(['audit-altered', 'guessing']);
    clock += DAY;
    await look();
    // Linking has not come round either, in this test without a server.
    expect((await open()).map((line) => line.split(':')[0]).sort()).toEqual([
      'audit-altered',
      'audit-behind',
    ]);
    await one.db.deleteFrom('audit_unlinked').execute();
    clock += 7 * DAY;
    await look();
    expect(await open()).toEqual([]);
  });

  test('passcodes and passwords that are guessed, by many at many: each by its channels, and not where most are right', async () => {
    settings = { ...settings, 'alerts.mail': false };
    clock = Math.floor(START / HOUR) * HOUR + 10 * 60_000;
    const hour = Math.floor(clock / HOUR) * HOUR;
    const counted = (name: string, outcome: string, count: number, at = hour, domain = '/') => {
      const counts = new Counts();
      counts.add({ kind: 'log-on', domain, at, name, outcome, hourly: true }, count);
      return addFigures(one.db, counts.rows());
    };
    // Below the threshold together, and long ago.
    await counted('radius', 'refused', 150);
    await counted('agent', 'refused', 50, hour - HOUR);
    await counted('rest', 'refused', 9_999, hour - 2 * HOUR);
    await counted('radius', 'asked', 9_999);
    await look();
    expect(await open()).toEqual([]);
    await counted('radius', 'refused', 1);
    await look();
    expect(await open()).toEqual([
      expect.stringMatching(/^passcodes-guessed: .* 201 logons .* refused and 0 accepted/),
    ]);
    await one.db
      .insertInto('security_domains')
      .values({
        ...{ id: 'north', path: '/north/', name: 'North', name_key: 'north' },
        ...{ parent_id: TOP_DOMAIN.id, created_at: START, version: 1 },
      })
      .execute();
    // A busy morning, of users in a domain: in the figures of the domains above it, too.
    await counted('rest', 'accepted', 50, hour - HOUR, '/north/');
    await look();
    expect(await open()).toEqual([]);
    await counted('rest', 'refused', 201, hour - HOUR);
    await look();
    expect(await open()).toEqual([expect.stringMatching(/ 402 logons .* refused and 50 accepted/)]);
    await counted('rest', 'accepted', 51, hour - HOUR);
    await counted('self-service', 'refused', 180);
    await counted('console', 'refused', 20);
    await look();
    expect(await open()).toEqual([]);
    await counted('console', 'refused', 1, hour, '/north/');
    await look();
    expect(await open()).toEqual([expect.stringMatching(/^passwords-guessed: .* 201 logons/)]);
    clock += 2 * HOUR;
    await one.db.deleteFrom('audit_unlinked').execute();
    await look();
    expect(await open()).toEqual([]);
    await one.db.deleteFrom('security_domains').where('id', '=', 'north').execute();
  });

  test('rows that a place refused are told for a week, if it is not in greater trouble', async () => {
    const id = 'https://siem.example.com/#1';
    await seeAuditForward(one.db, { id, seq: 7, now: clock });
    const aside = { set_aside: 2, set_aside_link: 5, set_aside_at: clock };
    await one.db.updateTable('audit_forwards').set(aside).execute();
    await look();
    expect(await open()).toEqual([
      expect.stringMatching(/^audit-forward:https:.* refused 2 rows .*the last one is link 5/),
    ]);
    await one.db.updateTable('audit_forwards').set({ failures: 5, reason: 'Nobody there.' }).execute();
    await look();
    expect(await open()).toEqual([expect.stringMatching(/is not reaching .*Nobody there/)]);
    await one.db.updateTable('audit_forwards').set({ failures: 0 }).execute();
    clock += 8 * DAY;
    settings = { ...settings, 'alerts.mail': false };
    for (const table of ['mail', 'audit_unlinked'] as const) await one.db.deleteFrom(table).execute();
    await look();
    expect(await open()).toEqual([]);
    await one.db.deleteFrom('audit_forwards').execute();
  });

  test('who may not see the audit trail sees none', async () => {
    const actor: Actor = { kind: 'administrator', name: 'x', grants: [] };
    expect(await showAlerts(one, actor)).toMatchObject({ ok: false, problem: 'not-permitted' });
  });
});
