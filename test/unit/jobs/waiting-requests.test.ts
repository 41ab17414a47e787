/** Who is written to about requests that wait, when, and how often. The clock is the test's; mail is read where it is queued. */
import { randomBytes } from 'node:crypto';
import { mailSettingsSchema } from '@sower/api/mail';
import { DEFAULT_SETTINGS, type Settings } from '@sower/api/settings';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing } from '@sower/server/keys/seal/sealing';
import { mailQueue } from '@sower/server/mail/queue';
import { sendDueMail } from '@sower/server/mail/send-due';
import { addStandIn } from '@sower/server/requests/stand-ins';
import { lookAtWaiting } from '@sower/server/requests/waiting';
import type { SendMail } from '@sower/server/smtp/transport';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { inTransaction } from '@sower/server/store/db/transaction';
import { insertAdministrator, insertRole, replaceGrants } from '@sower/server/store/directory/administrators';
import { TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { deleteStandIn, insertStandIn, standsInStill } from '@sower/server/store/directory/stand-ins';
import { insertUser } from '@sower/server/store/directory/users';
import { changeRequest, insertRequest } from '@sower/server/store/distribution/requests';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { administratorRow } from '../../harness/directory/user-row.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 4, 4, 7);
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

onBothDatabases('mail to approvers', (kind) => {
  let database: FreshDatabase;
  let one: OpenDatabase;
  let two: OpenDatabase;
  let clock: number;
  let settings: Settings;
  let user: string;
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
    };
    return { ...base, queueMail: mailQueue(base) };
  };
  const look = (when: 'often' | 'daily' = 'often', on = one) => lookAtWaiting(context(on), when);

  async function administrator(name: string, roles: string[], more: { mail?: string; token?: string } = {}) {
    const { id } = await insertAdministrator(
      one.db,
      { sealing: seal },
      administratorRow(name, {
        token_user_id: more.token ?? null,
        mail: more.mail ?? `${name}@example.com`,
        created_at: clock,
      }),
    );
    await grant(id, roles);
    return id;
  }
  const grant = (id: string, roles: string[]) =>
    replaceGrants(
      one.db,
      { sealing: seal },
      id,
      roles.map((roleId) => ({ roleId, domainId: 'top', path: '/' })),
    );

  async function request(more: { role?: string; createdBy?: string; steps?: number } = {}): Promise<string> {
    const id = newId({ now, random });
    const step = { name: 'Check', ...(more.role === undefined ? {} : { role: more.role }) };
    await insertRequest(one.db, {
      id,
      user_id: user,
      offer_id: id,
      offer_name: 'Phone',
      help_url: '',
      profile_id: 'profile',
      state: 'pending',
      reason: '',
      nickname: '',
      steps: JSON.stringify(Array.from({ length: more.steps ?? 1 }, () => step)),
      step: 0,
      distribution: 0,
      deferred_until: null,
      serial: null,
      replaces: null,
      created_at: clock,
      created_by: more.createdBy ?? 'user:jdoe',
      person: null,
      version: 1,
    });
    return id;
  }
  /** Since the last look: who was written to, about what. */
  async function mails(): Promise<string[]> {
    const rows = await one.db.selectFrom('mail').select(['recipient', 'subject']).execute();
    await one.db.deleteFrom('mail').execute();
    return rows.map(({ recipient, subject }) => `${recipient.split('@')[0]} ${subject}`).sort();
  }
  const waits = (name: string, count = 1) => `${name} Requests waiting for your decision: ${count}`;
  const unanswered = (name: string, count = 1) => `${name} Requests that nobody has decided: ${count}`;
  const mailIs = async (enabled: boolean): Promise<void> => {
    const { version } = await findMailSettings(one.db);
    await updateMailSettings(one.db, version, {
      settings: JSON.stringify(
        mailSettingsSchema.parse({ enabled, host: 'localhost', from: 's@example.com' }),
      ),
    });
  };

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
    settings = { ...DEFAULT_SETTINGS, 'requests.approverMail': 'immediate' };
    for (const table of [
      'mail',
      'audit',
      'token_requests',
      'role_grants',
      'administrators',
      'users',
    ] as const)
      await one.db.deleteFrom(table).execute();
    await mailIs(true);
    user = newId({ now, random });
    await insertUser(one.db, {
      id: user,
      user_id: 'jdoe',
      user_id_key: 'jdoe',
      first_name: 'Jane',
      last_name: 'Doe',
      email: 'jdoe@example.com',
      last_name_key: 'doe',
      email_key: 'jdoe@example.com',
      enabled: 1,
      domain: '/',
      created_at: clock,
      version: 1,
    } as Parameters<typeof insertUser>[1]);
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await database.drop();
  });

  test('whoever can approve the step, once for each step; not whoever made it, or has no right, address or account', async () => {
    await administrator('able', ['super-admin']);
    await administrator('maker', ['super-admin']);
    await administrator('auditor', ['auditor']);
    const off = await administrator('off', ['super-admin']);
    const silent = await administrator('silent', ['super-admin']);
    const forged = await administrator('forged', ['super-admin']);
    await one.db.updateTable('administrators').set({ enabled: 0 }).where('id', '=', off).execute();
    await one.db.updateTable('administrators').set({ mail: null }).where('id', '=', silent).execute();
    await one.db
      .updateTable('administrators')
      .set({ mail: 'x@evil.example' })
      .where('id', '=', forged)
      .execute();
    const id = await request({ createdBy: 'administrator:maker', steps: 2 });
    await look();
    expect(await mails()).toEqual([waits('able')]);
    await look();
    expect(await mails()).toEqual([]);
    await changeRequest(one.db, id, 1, { step: 1, waiting_since: clock, told_at: null, escalated_at: null });
    await look();
    expect(await mails()).toEqual([waits('able')]);
  });

  test('a step that names a role: who holds it now, and Super Admins', async () => {
    const desk = await administrator('desk', ['help-desk', 'request-approver']);
    await administrator('root', ['super-admin']);
    await administrator('other', ['request-approver']);
    await request({ role: 'auditor' });
    await look();
    expect(await mails()).toEqual([waits('root')]);
    await grant(desk, ['super-admin']);
    await request({ role: 'super-admin' });
    await look();
    expect(await mails()).toEqual([waits('desk'), waits('root')]);
    await grant(desk, []);
    await request({ role: 'super-admin' });
    await look();
    expect(await mails()).toEqual([waits('root')]);
  });

  test('a digest is one mail for all, at its own time; off is off; while mail is off, nothing counts as written', async () => {
    await administrator('able', ['super-admin']);
    for (let count = 0; count < 3; count += 1) await request();
    settings = { ...settings, 'requests.approverMail': 'off' };
    await look();
    await look('daily');
    settings = { ...settings, 'requests.approverMail': 'daily' };
    await look();
    await mailIs(false);
    await look('daily');
    expect(await mails()).toEqual([]);
    await mailIs(true);
    await look('daily');
    expect(await mails()).toEqual([waits('able', 3)]);
  });

  test('a reminder after the days, and no more; a clock that is set back writes nothing twice, and does not keep from writing', async () => {
    await administrator('able', ['super-admin']);
    await request();
    await look();
    expect(await mails()).toEqual([waits('able')]);
    clock += 3 * DAY - 1;
    await look();
    expect(await mails()).toEqual([]);
    clock += 1;
    await look();
    await look();
    expect(await mails()).toEqual([waits('able')]);
    clock -= 400 * DAY;
    await look();
    expect(await mails()).toEqual([]);
    clock += 3 * DAY;
    await look();
    expect(await mails()).toEqual([waits('able')]);
    settings = { ...settings, 'requests.remindDays': 0 };
    clock += 30 * DAY;
    await look();
    expect(await mails()).toEqual([]);
  });

  test('two nodes at once, and a mail server that is down: one mail each, which waits', async () => {
    await administrator('able', ['super-admin']);
    for (let round = 0; round < 10; round += 1) {
      await request();
      await Promise.all([look('often', one), look('often', two), look('often', one), look('often', two)]);
      expect(await mails()).toEqual([waits('able')]);
    }
    await request();
    await look();
    const down: SendMail = async () => ({ kind: 'failed', reply: 'no answer' });
    expect(await sendDueMail({ ...context(one), sendMail: down })).toBe(1);
    await look();
    expect(await one.db.selectFrom('mail').select(['state', 'recipient']).execute()).toEqual([
      { state: 'queued', recipient: 'able@example.com' },
    ]);
  });

  test('nobody answers: those named who can decide, or else Super Admins; once, and the audit trail says to whom', async () => {
    settings = {
      ...settings,
      'requests.approverMail': 'off',
      'requests.escalateDays': 5,
      'requests.escalateTo': 'boss',
    };
    await administrator('root', ['super-admin']);
    const boss = await administrator('boss', ['super-admin']);
    await request();
    clock += 5 * DAY - 1;
    await look();
    expect(await mails()).toEqual([]);
    clock += 1;
    await Promise.all([look('often', one), look('often', two)]);
    expect(await mails()).toEqual([unanswered('boss')]);
    clock += 50 * DAY;
    await look();
    expect(await mails()).toEqual([]);
    // Who has lost the right gets nothing, and a role is as good as a name.
    await grant(boss, ['auditor']);
    await request();
    settings = { ...settings, 'requests.escalateTo': 'auditor' };
    clock += 5 * DAY;
    await look();
    expect(await mails()).toEqual([unanswered('root')]);
    await one.db.deleteFrom('administrators').execute();
    await request();
    clock += 5 * DAY;
    await look();
    expect(await mails()).toEqual([]);
    const rows = await one.db.selectFrom('audit').select(['action', 'reason']).orderBy('id').execute();
    expect(rows.map(({ action }) => action)).toEqual(Array(3).fill('request.escalate'));
    expect(rows.map(({ reason }) => reason)).toEqual(['to boss', 'to root', expect.stringMatching(/nobody/)]);
  });

  test('whoever is named as a stand-in is written to: for whom, from when until when; nobody if it is refused', async () => {
    const away = await administrator('away', ['request-approver']);
    await administrator('stand-in', []);
    const actor = { kind: 'administrator', name: 'away', principal: away, grants: [] } as const;
    const grants = [{ permissions: new Set(['requests:view', 'requests:decide'] as const), domain: '/' }];
    const until = new Date(START + 3 * DAY).toISOString();
    const name = (by: Parameters<typeof addStandIn>[1]) =>
      addStandIn(context(one), by, { standIn: 'stand-in', until });
    expect((await name(actor)).ok).toBe(false);
    expect(await mails()).toEqual([]);
    expect((await name({ ...actor, grants })).ok).toBe(true);
    const { id, message } = await one.db.selectFrom('mail').selectAll().executeTakeFirstOrThrow();
    const body = Buffer.from(seal.open(aadOf('mail.message', id), message ?? '')).toString();
    expect(body).toContain('stand in for away from 4 May 2026 at 07:00 UTC until 7 May 2026 at 07:00 UTC.');
    expect(body).toContain('https://otp.example.com/console/requests');
    expect(await mails()).toEqual(['stand-in You stand in for away']);
  });

  test('ended in the same moment: a decision waits for the end, and then is none; an end waits for a decision', async () => {
    const away = await administrator('away', ['request-approver']);
    const standIn = await administrator('stand-in', []);
    const named = async () => {
      const id = newId({ now, random });
      const times = { from_at: START, until_at: START + DAY, created_at: START, created_by: 'away' };
      const row = { id, administrator_id: away, stand_in_id: standIn, ...times };
      await insertStandIn(one.db, { sealing: seal }, row);
      return id;
    };
    const still = (db: OpenDatabase['db'], id: string) =>
      inTransaction(db, (trx) => standsInStill(trx, context(one), id));
    const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

    const ending = await named();
    let decision: Promise<boolean> | undefined;
    await inTransaction(one.db, async (trx) => {
      expect(await deleteStandIn(trx, ending)).toBe(true);
      decision = still(two.db, ending);
      await pause();
    });
    expect(await decision).toBe(false);

    const deciding = await named();
    const order: string[] = [];
    let end: Promise<void> | undefined;
    await inTransaction(one.db, async (trx) => {
      expect(await standsInStill(trx, context(one), deciding)).toBe(true);
      end = inTransaction(two.db, (other) => deleteStandIn(other, deciding)).then(() => {
        order.push('ended');
      });
      await pause();
      order.push('decided');
    });
    await end;
    expect(order).toEqual(['decided', 'ended']);
  });

  test('while somebody is away, their stand-in is written to as they would be: not before, not after, not about what they could not decide', async () => {
    const away = await administrator('away', ['request-approver']);
    const standIn = await administrator('stand-in', []);
    await insertStandIn(
      one.db,
      { sealing: seal },
      {
        id: newId({ now, random }),
        administrator_id: away,
        stand_in_id: standIn,
        from_at: START + DAY,
        until_at: START + 3 * DAY,
        created_at: START,
        created_by: 'away',
      },
    );
    await request();
    await look();
    expect(await mails()).toEqual([waits('away')]);
    clock = START + DAY;
    await request();
    await look();
    expect(await mails()).toEqual([waits('away'), waits('stand-in')]);
    await request({ createdBy: 'administrator:away' });
    await request({ createdBy: 'administrator:stand-in' });
    await request({ role: 'auditor' });
    await look();
    expect(await mails()).toEqual([waits('away')]);
    // In place of whoever is named for what nobody answers.
    await grant(away, ['super-admin']);
    settings = {
      ...settings,
      'requests.approverMail': 'off',
      'requests.escalateDays': 1,
      'requests.escalateTo': 'away',
    };
    await administrator('root', ['super-admin']);
    clock = START + 2 * DAY;
    await look();
    expect(await mails()).toEqual([unanswered('away', 4), unanswered('root', 1), unanswered('stand-in', 3)]);
    clock = START + 3 * DAY;
    settings = { ...settings, 'requests.approverMail': 'immediate', 'requests.escalateDays': 0 };
    await request();
    await look();
    expect((await mails()).filter((line) => line.startsWith('stand-in'))).toEqual([]);
  });

  test('a stand-in is written to only about what they may see in place of the other', async () => {
    const role = { id: newId({ now, random }), name: 'Decides', name_key: 'decides', description: '' };
    const permissions = JSON.stringify(['requests:decide']);
    await insertRole(one.db, { sealing: seal }, { ...role, permissions, created_at: START, version: 1 });
    const away = await administrator('away', [role.id]);
    const times = { from_at: START, until_at: START + DAY, created_at: START };
    await insertStandIn(
      one.db,
      { sealing: seal },
      {
        id: newId({ now, random }),
        administrator_id: away,
        stand_in_id: await administrator('stand-in', []),
        created_by: 'away',
        ...times,
      },
    );
    await request();
    await look();
    expect(await mails()).toEqual([waits('away')]);
  });
});
