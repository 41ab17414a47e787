/** Saved reports: mailed with the rights that their owner has at each time, or not at all and with the reason. The clock is the test's. */
import { randomBytes } from 'node:crypto';
import { mailSettingsSchema } from '@sower/api/mail';
import { MAX_MAILED_ROWS, type SavedReport, savedReportInputSchema } from '@sower/api/saved-reports';
import type { Actor } from '@sower/server/core/actor';
import { record } from '@sower/server/core/record';
import { worded } from '@sower/server/core/unworded';
import { grantOf } from '@sower/server/directory/roles';
import { sealing } from '@sower/server/keys/seal/sealing';
import { protectedMessage } from '@sower/server/mail/protected-message';
import { mailQueue } from '@sower/server/mail/queue';
import { lookForAlerts } from '@sower/server/operations/alerts/look';
import { mailSavedReport } from '@sower/server/reporting/mail-saved';
import { drawReport } from '@sower/server/reporting/print';
import {
  addSavedReport,
  editSavedReport,
  hastenSavedReport,
  removeSavedReport,
  showSavedReports,
} from '@sower/server/reporting/saved';
import { insertAdministrator, listGrants, replaceGrants } from '@sower/server/store/directory/administrators';
import { TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import { settingsReader } from '@sower/server/store/operations/installation';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { doWhatIsDue, type ScheduleKinds } from '@sower/server/work/schedules';
import { inEnglish, text } from '@sower/texts/outcomes';
import { simpleParser } from 'mailparser';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { administratorRow, userRow } from '../../harness/directory/user-row.ts';

const START = Date.UTC(2031, 4, 5, 6);
const HOUR = 3_600_000;
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

onBothDatabases('saved reports', (kind) => {
  const { stored: open } = openedDatabase(kind.fresh);
  let clock = START;
  const seal = sealing(randomBytes(32), random);
  const marks = { sealing: seal };
  const now = () => clock;
  const context = () => {
    const base = {
      db: open.db,
      now,
      databaseNow: now,
      random,
      sealing: seal,
      onAlteredRow: () => {},
      publicUrl: 'https://otp.example.com',
      settings: settingsReader(open.db, () => performance.now()),
      mailSettings: mailSettingsReader(open.db, () => performance.now()),
      drawReport,
    };
    return { ...base, queueMail: mailQueue(base) };
  };

  async function administrator(name: string, roles: readonly (readonly [string, string, string])[]) {
    const { id } = await insertAdministrator(
      open.db,
      marks,
      administratorRow(name, { mail: name === 'mute' ? null : `${name}@example.com`, created_at: clock }),
    );
    await grant(id, roles);
    return id;
  }
  const grant = (id: string, roles: readonly (readonly [string, string, string])[]) =>
    replaceGrants(
      open.db,
      marks,
      id,
      roles.map(([roleId, domainId, path]) => ({ roleId, domainId, path })),
    );
  const actorOf = async (id: string, name: string): Promise<Actor> => ({
    kind: 'administrator',
    name,
    principal: id,
    grants: (await listGrants(open.db, marks, [id])).map(grantOf),
  });
  const TOP_AUDITOR = [['auditor', 'top', '/']] as const;
  const role = {
    ...{ id: 'trail', name: 'Trail', name_key: 'trail', description: '', created_at: START, version: 1 },
    mark: '',
  };
  const token = {
    enabled: 0 as const,
    lost: 0 as const,
    user_id: null,
    expires_on: '2999-01-01',
    pin: null,
    failures: 0,
    last_failure_at: null,
    created_at: START,
    version: 1,
  };
  let owner: string;
  let reader: string;
  let asOwner: Actor;

  const input = (more: object = {}) =>
    savedReportInputSchema.parse({
      name: 'Weekly',
      report: 'tokens',
      recipients: ['reader', 'other'],
      schedule: { cron: '0 7 * * *', timeZone: 'UTC' },
      ...more,
    });
  async function saved(more: object = {}, by: Actor = asOwner) {
    const outcome = await addSavedReport(context(), by, input(more));
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    return outcome.value;
  }
  const kinds = () =>
    ({ report: (about: string | null) => mailSavedReport(context(), about) }) as unknown as ScheduleKinds;
  /** At the next hour when something is due. */
  async function work(): Promise<void> {
    while (await doWhatIsDue(context(), kinds()));
  }
  const mails = async () => {
    const rows = await open.db.selectFrom('mail').selectAll().orderBy('recipient').execute();
    const stored = await context().mailSettings.current(open.db);
    return Promise.all(
      rows.map(async (row) => {
        const made = await protectedMessage(context(), stored, row);
        if (!made.ok) throw new Error('no message');
        const { subject, text, attachments } = await simpleParser(Buffer.from(made.value));
        return { to: row.recipient, subject, text, attachments };
      }),
    );
  };
  const shown = async (by: Actor = asOwner) => {
    const outcome = await showSavedReports(context(), by);
    if (!outcome.ok) throw new Error(outcome.problem);
    return outcome.value.items.map((report) => worded<SavedReport>(report, inEnglish));
  };
  const trail = async () =>
    (await open.db.selectFrom('audit').selectAll().orderBy('id').execute()).map(
      ({ action, result, reason }) => `${action} ${result}: ${reason}`,
    );

  beforeAll(async () => {
    const { db } = open;
    const domain = { created_at: START, version: 1 };
    await db
      .insertInto('security_domains')
      .values([
        { ...TOP_DOMAIN, name: 'Top', name_key: 'top', parent_id: null, ...domain },
        { id: 'north', path: '/north/', name: 'North', name_key: 'north', parent_id: 'top', ...domain },
      ])
      .execute();
    const settings = mailSettingsSchema.parse({
      enabled: true,
      host: 'mail.example.com',
      from: 'sower@example.com',
    });
    const { version } = await findMailSettings(db);
    await updateMailSettings(db, version, { settings: JSON.stringify(settings) });
    reader = await administrator('reader', TOP_AUDITOR);
    await administrator('other', TOP_AUDITOR);
    await administrator('mute', TOP_AUDITOR);
    await insertTokens(db, [
      { ...token, id: 'in-top', serial: '000300000001', domain: '/' },
      { ...token, id: 'in-north', serial: '000300000002', domain: '/north/' },
    ]);
  });
  beforeEach(async () => {
    clock = START;
    const { db } = open;
    for (const table of ['mail', 'audit', 'saved_reports', 'schedules'] as const)
      await db.deleteFrom(table).execute();
    await db.deleteFrom('administrators').where('user_name_key', '=', 'owner').execute();
    owner = await administrator('owner', TOP_AUDITOR);
    asOwner = await actorOf(owner, 'owner');
    await markAllRows(db, marks);
  });

  test('at its time it is mailed to each recipient, once, as a file that spreadsheets open', async () => {
    const { nextAt } = await saved();
    expect(nextAt).toBe('2031-05-05T07:00:00.000Z');
    await work();
    expect(await mails()).toEqual([]);
    clock = START + HOUR;
    await work();
    await work();
    const sent = await mails();
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
      ['other@example.com', 'Report: Weekly'],
      ['reader@example.com', 'Report: Weekly'],
    ]);
    const [file] = sent[0]?.attachments ?? [];
    expect([file?.filename, file?.contentType]).toEqual(['tokens-2031-05-05.csv', 'text/csv']);
    expect(file?.content.toString()).toMatch(/^\ufeffSerial number,Name,User,/);
    expect(sent[0]?.text).toContain('Administrator owner');
    expect(await trail()).toContain('report.mail success: to reader, other');
    expect(await shown()).toMatchObject([{ lastRunAt: '2031-05-05T07:00:00.000Z', mayEdit: true }]);
  });

  test('as a PDF, and at once if its owner wants', async () => {
    const { id } = await saved({ format: 'pdf' });
    expect(await hastenSavedReport(context(), asOwner, id)).toMatchObject({ ok: true });
    await work();
    const [file] = (await mails())[0]?.attachments ?? [];
    expect([file?.filename, file?.content.subarray(0, 5).toString()]).toEqual([
      'tokens-2031-05-05.pdf',
      '%PDF-',
    ]);
  });

  test('whose owner lost the right mails nothing, says why, and does again when it is back', async () => {
    await saved();
    for (const [lost, why] of [
      [() => grant(owner, []), 'administrator:owner no longer has the permission audit:view'],
      [
        () => grant(owner, [['auditor', 'north', '/north/']]),
        'administrator:owner no longer has the permission audit:view',
      ],
      [
        () => open.db.updateTable('administrators').set({ enabled: 0 }).where('id', '=', owner).execute(),
        'administrator:owner was deleted or disabled',
      ],
    ] as const) {
      await lost();
      await markAllRows(open.db, marks);
      clock += 25 * HOUR;
      await work();
      expect(await mails()).toEqual([]);
      expect((await shown())[0]?.detail).toContain(why);
      expect((await trail()).at(-1)).toContain(`report.mail failure: ${why}`);
    }
    await open.db.updateTable('administrators').set({ enabled: 1 }).where('id', '=', owner).execute();
    await grant(owner, TOP_AUDITOR);
    await markAllRows(open.db, marks);
    clock += 25 * HOUR;
    await work();
    expect(await mails()).toHaveLength(2);
    expect((await shown())[0]?.detail).toBe(undefined);
  });

  test('each recipient gets what they may read at that time, and one who may read nothing gets nothing', async () => {
    await saved();
    const next = async () => {
      await markAllRows(open.db, marks);
      await open.db.deleteFrom('mail').execute();
      clock += 25 * HOUR;
      await work();
      const sent = await mails();
      return Object.fromEntries(
        sent.map(({ to, attachments: [file] }) => [
          to?.split('@')[0],
          file?.content.toString().match(/^\d{12}/gm) ?? [],
        ]),
      );
    };
    const both = ['000300000001', '000300000002'];
    expect(await next()).toEqual({ other: both, reader: both });
    await grant(reader, [['auditor', 'north', '/north/']]);
    expect(await next()).toEqual({ other: both, reader: ['000300000002'] });
    expect((await shown())[0]?.detail).toBe(undefined);
    await grant(reader, []);
    expect(await next()).toEqual({ other: both });
    expect((await shown())[0]?.detail).toMatch(/^Not mailed to reader: /);
    expect((await trail()).at(-1)).toBe('report.mail success: to other');
    await grant(reader, TOP_AUDITOR);
    expect(await next()).toEqual({ other: both, reader: both });
    expect((await shown())[0]?.detail).toBe(undefined);
  });

  test('one whom it would be too long for does not keep it from the others', async () => {
    await insertTokens(
      open.db,
      Array.from({ length: MAX_MAILED_ROWS }, (_, index) => {
        const serial = `0004${String(index).padStart(8, '0')}`;
        return { ...token, id: serial, serial, domain: '/' };
      }),
    );
    const narrow = await administrator('narrow', [['auditor', 'north', '/north/']]);
    await markAllRows(open.db, marks);
    await saved({ recipients: ['READER', 'narrow', 'Narrow', 'reader', 'other'] });
    const next = async () => {
      await markAllRows(open.db, marks);
      await open.db.deleteFrom('mail').execute();
      clock += 25 * HOUR;
      await work();
      const { found } = await lookForAlerts({ db: open.db, now } as never, 'installation');
      return {
        to: (await mails()).map(({ to }) => to),
        said: (await shown())[0]?.detail,
        alerts: found.filter(({ kind }) => kind === 'report-failed').length,
      };
    };
    const tooLong =
      'The report has more than 10,000 rows, too many for a mail. Choose fewer days, or the PDF.';
    expect(await next()).toEqual({
      to: ['narrow@example.com'],
      said: `Not mailed to reader, other: ${tooLong}`,
      alerts: 0,
    });
    await grant(reader, []);
    expect(await next()).toEqual({
      to: ['narrow@example.com'],
      said: `Not mailed to reader: disabled, without an e-mail address or without the permission to read it. Not mailed to other: ${tooLong}`,
      alerts: 0,
    });
    await grant(narrow, []);
    expect(await next()).toEqual({ to: [], said: tooLong, alerts: 1 });
    await grant(reader, TOP_AUDITOR);
    await open.db.deleteFrom('tokens').where('serial', 'like', '0004%').execute();
    await open.db.deleteFrom('administrators').where('id', '=', narrow).execute();
  });

  test('the names of users are for those who may view users, whoever else gets the same report', async () => {
    const { db } = open;
    await db
      .insertInto('roles')
      .values({ ...role, permissions: JSON.stringify(['audit:view']) })
      .execute();
    await db
      .insertInto('users')
      .values(userRow('ada', { first_name: 'Ada', last_name: 'Lovelace' }))
      .execute();
    await markAllRows(db, marks);
    await grant(reader, [[role.id, 'top', '/']]);
    for (const recipients of [
      ['reader', 'other'],
      ['other', 'reader'],
    ]) {
      await record(
        db,
        context(),
        { name: 'user:ada' },
        {
          ...{
            action: 'user.log-on',
            object: 'user:ada',
            result: 'refused',
            reason: text('event.wrong-password'),
          },
        },
      );
      await db.deleteFrom('mail').execute();
      const { id } = await saved({ report: 'failed-log-ons', recipients });
      clock += 25 * HOUR;
      await markAllRows(db, marks);
      await work();
      const named = (await mails()).map(({ to, attachments: [file] }) => [
        to?.split('@')[0],
        file?.content.toString().includes('Lovelace'),
      ]);
      expect(named).toEqual([
        ['other', true],
        ['reader', false],
      ]);
      await db.deleteFrom('saved_reports').where('id', '=', id).execute();
    }
    await grant(reader, TOP_AUDITOR);
  });

  test('one that was altered in the database is not run', async () => {
    const { id } = await saved();
    const { db } = open;
    const row = await db.selectFrom('saved_reports').select('input').executeTakeFirstOrThrow();
    await db
      .updateTable('saved_reports')
      .set({ input: row.input.replace('other', 'mute') })
      .where('id', '=', id)
      .execute();
    clock += 25 * HOUR;
    await work();
    expect(await mails()).toEqual([]);
    expect((await shown())[0]?.detail).toContain('not written by the server');
  });

  test('without mail, or without a recipient who is there still, nothing is sent and the reason is said', async () => {
    await saved({ recipients: ['reader'] });
    const disable = (enabled: 0 | 1) =>
      open.db.updateTable('administrators').set({ enabled }).where('user_name_key', '=', 'reader').execute();
    await disable(0);
    await markAllRows(open.db, marks);
    clock += 25 * HOUR;
    await work();
    await disable(1);
    expect(await mails()).toEqual([]);
    expect((await shown())[0]?.detail).toContain('None of the recipients');
  });

  test('only its owner changes it, or whoever governs the deployment, who owns it from then on', async () => {
    const { id, version } = await saved();
    const edit = (by: Actor, at = version) =>
      editSavedReport(context(), by, { id, version: at, change: input({ days: 7 }) });
    const auditor = await actorOf(await administrator('auditor', TOP_AUDITOR), 'auditor');
    expect(await edit(auditor)).toMatchObject({ ok: false, problem: 'not-permitted' });
    expect(await removeSavedReport(context(), auditor, id)).toMatchObject({ problem: 'not-permitted' });
    expect(await hastenSavedReport(context(), auditor, id)).toMatchObject({ ok: false });
    expect((await shown(auditor))[0]?.mayEdit).toBe(false);
    const chief = await actorOf(await administrator('chief', [['super-admin', 'top', '/']]), 'chief');
    expect(await edit(chief, 9)).toMatchObject({ problem: 'edited-meanwhile' });
    expect(await edit(chief)).toMatchObject({ ok: true, value: { owner: 'administrator:chief' } });
    expect(await edit(asOwner, 2)).toMatchObject({ problem: 'not-permitted' });
    expect(await removeSavedReport(context(), chief, id)).toMatchObject({ ok: true });
    expect(await open.db.selectFrom('schedules').selectAll().execute()).toEqual([]);
    for (const name of ['auditor', 'chief'])
      await open.db.deleteFrom('administrators').where('user_name_key', '=', name).execute();
  });

  test('what cannot be mailed is refused at its field', async () => {
    const refusal = async (more: object, by = asOwner) => {
      const outcome = await addSavedReport(context(), by, input(more));
      return outcome.ok ? 'done' : `${outcome.problem} ${JSON.stringify(outcome)}`;
    };
    expect(await refusal({ recipients: ['mute'] })).toMatch(/^invalid-request.*recipients/);
    expect(await refusal({ recipients: ['nobody'] })).toMatch(/^invalid-request.*recipients/);
    await grant(reader, []);
    await markAllRows(open.db, marks);
    expect(await refusal({ recipients: ['other', 'reader'] })).toMatch(
      /^invalid-request.*recipients.*reader.*tokens:view/,
    );
    await grant(reader, TOP_AUDITOR);
    await markAllRows(open.db, marks);
    expect(await refusal({ recipients: [] })).toMatch(/^invalid-request.*recipients/);
    expect(await refusal({ schedule: { cron: '0 0 30 2 *', timeZone: 'UTC' } })).toMatch(/schedule.cron/);
    const helpDesk = { ...asOwner, grants: [] };
    expect(await refusal({}, helpDesk)).toMatch(/^not-permitted/);
    expect(await refusal({})).toBe('done');
    expect(await refusal({ name: 'WEEKLY' })).toMatch(/^already-exists/);
  });
});
