/** Mail against a real SMTP server: what it says, how it travels, and that none is lost or doubled whatever happens. */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer as createPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type MailSettings, mailSettingsSchema } from '@sower/api/mail';
import { showHealthFigures } from '@sower/server/audit/figures/health';
import type { Actor } from '@sower/server/core/actor';
import { sealing } from '@sower/server/keys/seal/sealing';
import { ownCertificate } from '@sower/server/keys/x509/tls';
import { resendMail } from '@sower/server/mail/messages';
import { codeRuleOf, mailQueue, writeMail } from '@sower/server/mail/queue';
import { sendDueMail } from '@sower/server/mail/send-due';
import { queueReminders } from '@sower/server/provisioning/distribution/reminders';
import { type SendMail, sendBySmtp, smtpSender } from '@sower/server/smtp/transport';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { insertUser } from '@sower/server/store/directory/users';
import { insertDistribution, withdrawLive } from '@sower/server/store/distribution/distributions';
import { distributionKey } from '@sower/server/store/mail/about';
import { claimDueMail, findMail, listMail } from '@sower/server/store/mail/queue';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import {
  claimInstallation,
  findSettings,
  settingsReader,
  updateSettings,
} from '@sower/server/store/operations/installation';
import { deleteOld } from '@sower/server/store/operations/old-rows';
import type { TokenKey } from '@sower/server/store/schema/brands';
import { reminderKey } from '@sower/server/store/tokens/expiring';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { text } from '@sower/texts/outcomes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SEED_ROW } from '../../harness/databases/seed-row.ts';
import { type FreshDatabase, onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { type Received, type Sink, smtpSink } from '../../harness/mail/smtp-sink.ts';
import { spawn } from '../../harness/processes/spawn.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 24, 10);

onBothDatabases('mail queue', (kind) => {
  const masterKey = randomBytes(32);
  let fresh: FreshDatabase;
  /** Two connections of their own, as two processes have. */
  let one: OpenDatabase;
  let two: OpenDatabase;
  let sink: Sink;
  let clock = START;
  let userRow: string;

  const uses = (database: OpenDatabase, sendMail: SendMail = sendBySmtp) => ({
    db: database.db,
    sealing: sealing(masterKey, random),
    settings: settingsReader(database.db, () => performance.now()),
    mailSettings: mailSettingsReader(database.db, () => performance.now()),
    now: () => clock,
    random,
    publicUrl: 'https://otp.example.com',
    sendMail,
  });

  async function configure(change: Partial<MailSettings>): Promise<void> {
    const { settings, version } = await findMailSettings(one.db);
    const next = mailSettingsSchema.parse({ ...settings, ...change });
    await updateMailSettings(one.db, version, { settings: JSON.stringify(next) });
  }

  async function queue(
    count: number,
    event: 'pin-changed' | 'token-expiring' = 'pin-changed',
    more: { bulk?: true } = {},
  ): Promise<void> {
    const queueMail = mailQueue(uses(one));
    await one.db.transaction().execute((trx) =>
      queueMail(
        trx,
        ...Array.from({ length: count }, (_, index) => ({
          event,
          userRow,
          values: { serial: String(index).padStart(12, '0'), time: clock },
          ...more,
        })),
      ),
    );
  }

  /** Rounds until nothing is due, as the loop does. */
  async function sendAll(database = one, sendMail?: SendMail): Promise<void> {
    while ((await sendDueMail(uses(database, sendMail))) > 0);
  }
  const mailProcess = (...more: string[]) =>
    spawn(
      process.execPath,
      [
        fileURLToPath(new URL('../../harness/mail/mail-process.ts', import.meta.url)),
        JSON.stringify(fresh.location),
        masterKey.toString('hex'),
        String(clock),
        ...more,
      ],
      { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '' } },
    );
  const serials = (mails: readonly Received[]): string[] =>
    mails.map(({ parsed }) => /\d{12}/.exec(parsed.text ?? '')?.[0] ?? '').sort();
  const states = async (): Promise<string[]> =>
    (await listMail(one.db, {}, 1000)).map(({ state }) => state).sort();

  const OPERATOR: Actor = {
    kind: 'administrator',
    name: 'ada',
    grants: [{ permissions: new Set(['settings:edit']), domain: '/' }],
  };
  /** Of this test, over all its days. */
  async function figures(): Promise<Record<string, number>> {
    const shown = await showHealthFigures(uses(one), OPERATOR, 'month');
    if (!shown.ok) throw new Error(shown.problem);
    return Object.fromEntries(
      shown.value.mail.map(({ name, counts }) => [name, counts.reduce((sum, count) => sum + count, 0)]),
    );
  }

  /** A code of a URL delivery that is good for 40 hours, for a token of the one user. */
  async function distributed(serial: string) {
    const token = newId({ now: () => clock, random });
    const distribution = newId({ now: () => clock, random });
    await insertTokens(one.db, [
      {
        id: token,
        serial,
        domain: '/',
        user_id: userRow,
        enabled: 1,
        lost: 0,
        expires_on: '2026-12-20',
        pin: null,
        failures: 0,
        last_failure_at: null,
        created_at: clock,
        version: 1,
      },
    ]);
    await insertDistribution(
      one.db,
      { now: () => clock, random },
      {
        id: distribution,
        token_id: token,
        user_id: userRow,
        profile_id: 'p',
        profile_name: 'p',
        device_type: 'android',
        snapshot: JSON.stringify({
          ...{
            profile: 'p',
            algorithm: 'securid',
            digits: 8,
            intervalSeconds: 60,
            authenticationType: 'fob',
          },
          codeExpiry: '7d',
          deviceType: {
            ...{ id: 'android', name: 'Android', deviceClass: '', linkTemplate: '' },
            binding: { assertion: 'required', idFields: [], classFields: [] },
          },
        }),
        delivery: 'url',
        code_hash: distribution,
        device_kind: 'any',
        device_id: null,
        nickname: '',
        created_at: clock,
        created_by: 'test',
        expires_at: clock + 40 * HOUR,
      },
      {},
    );
    return { token, distribution };
  }

  beforeAll(async () => {
    sink = await smtpSink();
    fresh = await kind.fresh();
    one = await openDatabase(fresh.location);
    two = await openDatabase(fresh.location);
    userRow = newId({ now: () => clock, random });
    await insertUser(one.db, {
      id: userRow,
      user_id: 'jdoe',
      user_id_key: 'jdoe',
      first_name: 'Jane',
      last_name: 'Doe\r\nBcc: thief@example.com <b>',
      email: 'jane@example.com',
      last_name_key: 'doe',
      email_key: 'jane@example.com',
      enabled: 1,
      domain: '/',
      created_at: 0,
      version: 1,
    });
    await configure({
      enabled: true,
      host: 'localhost',
      port: sink.port,
      from: 'sower@example.com',
      fromName: 'Sower, the "service"',
      replyTo: 'desk@example.com',
      certificateAuthority: sink.ca,
    });
  });
  beforeEach(async () => {
    await one.db.deleteFrom('mail').execute();
    await one.db.deleteFrom('figures').execute();
    sink.received.length = 0;
    sink.behave();
    sink.refuse();
    sink.refuseSender();
    clock = START;
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await fresh.drop();
    await sink.close();
  });

  test('a mail goes out once, over TLS, with its headers; values add no lines and no markup', async () => {
    await queue(1);
    await sendAll();
    await sendAll(two);
    expect(sink.received).toHaveLength(1);
    const [mail] = sink.received as [Received];
    expect(mail).toMatchObject({ from: 'sower@example.com', to: ['jane@example.com'], secure: true });
    const { parsed } = mail;
    expect(parsed.from?.value).toEqual([{ address: 'sower@example.com', name: 'Sower, the "service"' }]);
    expect(parsed.replyTo?.text).toBe('desk@example.com');
    expect(parsed.subject).toBe('The PIN of your token was changed');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.headers.get('bcc')).toBeUndefined();
    expect(parsed.text).toContain('Hello Jane Doe Bcc: thief@example.com <b>,');
    expect(parsed.text).toContain('was changed on 24 November 2026');
    expect(parsed.html).toContain('thief@example.com &lt;b&gt;,');
    const [row] = await listMail(one.db, {}, 10);
    expect(row).toMatchObject({ state: 'sent', attempts: 1, message: null, sent_at: START });
    expect(row?.reason).toContain('250');
    expect(parsed.messageId).toBe(row?.message_id);
  });

  test('what a mail says of codes on the telephone follows the one setting, in the language of its reader', async () => {
    await claimInstallation(one.db, 'x', clock);
    const said = async (byTelephone: boolean, language: 'en' | 'de'): Promise<string[]> => {
      const { settings, version } = await findSettings(one.db);
      await updateSettings(one.db, { ...settings, 'organization.codesByTelephone': byTelephone }, version);
      await configure({ language });
      const written = await writeMail(
        uses(one),
        one.db,
        (['token-ready', 'code-expiring', 'delivery-code'] as const).map((event) => ({
          ...{ event, userRow, values: { serial: '1', expires: clock, code: '123456789012' } },
        })),
      );
      const rule = codeRuleOf(byTelephone, language);
      return written.map(({ text }) =>
        text.includes(rule) && !text.includes(codeRuleOf(!byTelephone, language)) ? 'right' : text,
      );
    };
    try {
      for (const language of ['en', 'de'] as const)
        for (const byTelephone of [true, false])
          expect(await said(byTelephone, language)).toEqual(['right', 'right', 'right']);
    } finally {
      await configure({ language: 'en' });
    }
  });

  test('what rolls back is not sent', async () => {
    const queueMail = mailQueue(uses(one));
    const undone = one.db.transaction().execute(async (trx) => {
      await queueMail(trx, { event: 'pin-changed', userRow, values: { serial: '1', time: clock } });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await sendAll();
    expect(sink.received).toEqual([]);
  });

  test('what is told once is queued once, by whoever', async () => {
    const { token } = await distributed('000300000002');
    await one.db.updateTable('tokens').set({ lent_until: '2026-12-01' }).where('id', '=', token).execute();
    const tell = (database: OpenDatabase) => {
      const queueMail = mailQueue(uses(database));
      return database.db.transaction().execute((trx) =>
        queueMail(trx, {
          event: 'loan-ending',
          userRow,
          values: { serial: '1', expires: { date: '2026-12-01' } },
          onceKey: reminderKey('loan-ending', token, '2026-12-01'),
        }),
      );
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => tell(index % 2 ? one : two)));
    await sendAll();
    expect(sink.received).toHaveLength(1);
    expect(sink.received[0]?.parsed.text).toContain('1 December 2026');
    await one.db.deleteFrom('tokens').where('id', '=', token).execute();
  });

  test('the mail server is down for a day: everything arrives, once, and in time after it is back', async () => {
    await queue(12);
    await sink.stop();
    // A clock that jumps to whenever something is due, as long as the day is.
    while (clock < START + 24 * HOUR) {
      await sendAll();
      await sendAll(two);
      const [next] = (await listMail(one.db, { state: 'queued' }, 1000)).map((row) => row.next_at).sort();
      clock = Math.max(clock + 1, next ?? 0);
    }
    expect(await states()).toEqual(Array.from({ length: 12 }, () => 'queued'));
    const waiting = await listMail(one.db, {}, 1000);
    expect(waiting[0]?.reason).toMatch(/ECONNREFUSED/);
    // Growing delays: a day of outage is some dozens of tries, not thousands.
    expect(waiting[0]?.attempts).toBeGreaterThan(40);
    expect(waiting[0]?.attempts).toBeLessThan(70);
    await sink.start();
    const back = clock;
    clock += 31 * MINUTE;
    await sendAll();
    expect(clock - back).toBeLessThan(HOUR);
    expect(serials(sink.received)).toEqual(
      Array.from({ length: 12 }, (_, index) => String(index).padStart(12, '0')),
    );
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  test('after three days it is given up, visibly, with the reason, and can be sent again', async () => {
    await queue(1);
    const away: SendMail = async () => ({ kind: 'failed', reply: 'connect ECONNREFUSED' });
    while (clock < START + 73 * HOUR) {
      await sendAll(one, away);
      clock += 31 * MINUTE;
    }
    const [row] = await listMail(one.db, { state: 'dead' }, 10);
    expect(row?.reason).toMatch(/^Given up after \d+ attempts\. The last one: connect ECONNREFUSED$/);
    expect(row?.message).not.toBeNull();
  });

  test('a recipient refused for good is dead at once; a refusal for now is tried again', async () => {
    await queue(1);
    sink.refuse({ responseCode: 451, message: '4.7.1 greylisted' });
    await sendAll();
    expect(await states()).toEqual(['queued']);
    sink.refuse({ responseCode: 550, message: '5.1.1 no such mailbox' });
    clock += MINUTE;
    await sendAll();
    const [row] = await listMail(one.db, {}, 10);
    expect(row).toMatchObject({ state: 'dead', attempts: 2 });
    expect(row?.reason).toContain('no such mailbox');
    expect(await figures()).toEqual({ postponed: 1, dead: 1 });
  });

  test('a refused sender, or a logon that is missing, is a setting: tried again; a mail that is too large is dead at once', async () => {
    await queue(2);
    sink.refuseSender({ responseCode: 530, message: '5.7.0 Authentication required' });
    await sendAll();
    expect(await states()).toEqual(['queued', 'queued']);
    sink.refuseSender({ responseCode: 550, message: '5.7.60 not permitted to send as this sender' });
    clock += MINUTE;
    await sendAll();
    expect(await states()).toEqual(['queued', 'queued']);
    sink.refuseSender();
    sink.refuse({ responseCode: 530, message: '5.7.0 Authentication required' });
    clock += 5 * MINUTE;
    await sendAll();
    expect(await states()).toEqual(['queued', 'queued']);
    sink.refuse();
    sink.refuseSender({ responseCode: 552, message: '5.3.4 message too big' });
    clock += 10 * MINUTE;
    await sendAll();
    expect(await states()).toEqual(['dead', 'dead']);
    sink.refuseSender();
  });

  test('fifty at once on two connections claim each row once', async () => {
    await queue(40);
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, caller) =>
        claimDueMail((caller % 2 ? one : two).db, {
          now: clock,
          lease: `lease-${caller}`,
          leaseUntil: clock + 5 * MINUTE,
          limit: 3,
        }),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
  });

  test('what is for one person goes before what is for many, whenever it comes', async () => {
    await queue(12, 'token-expiring', { bulk: true });
    await sendDueMail(uses(one));
    expect(sink.received).toHaveLength(5);
    clock += 1;
    await queue(2);
    await sendDueMail(uses(two));
    // Seven of the many were due before them, and a batch has five.
    const batch = sink.received.slice(5);
    expect(batch).toHaveLength(5);
    expect(batch.filter(({ parsed }) => parsed.subject?.includes('PIN'))).toHaveLength(2);
    await sendAll();
    expect(sink.received).toHaveLength(14);
  });

  test('two senders at once: nothing lost, nothing doubled', async () => {
    await queue(30);
    await Promise.all([sendAll(one), sendAll(two), sendAll(one), sendAll(two)]);
    expect(serials(sink.received)).toEqual(
      Array.from({ length: 30 }, (_, index) => String(index).padStart(12, '0')),
    );
    expect(await figures()).toEqual({ sent: 30 });
  });

  test('a process killed in the middle of sending: another one sends the rest, each mail once', async () => {
    await queue(5);
    let held = 0;
    const holding = new Promise<void>((resolve) => {
      sink.behave(async (mail) => {
        if (serials([mail])[0]?.endsWith('1')) return;
        held += 1;
        // Taken, and not answered: the sender dies before it learns anything, and so does what was taken.
        if (held === 4) resolve();
        await new Promise((_, reject) => setTimeout(() => reject(new Error('451 never answered')), 3_000));
      });
    });
    const child = mailProcess();
    await holding;
    await expect
      .poll(async () => (await listMail(one.db, { state: 'sent' }, 10)).length, { timeout: 30_000 })
      .toBe(1);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    sink.behave();
    // Still under the lease of the dead: nobody else touches them.
    clock += 4 * MINUTE;
    await sendAll(two);
    expect(sink.received).toHaveLength(1);
    clock += 2 * MINUTE;
    await sendAll(two);
    expect(serials(sink.received)).toEqual(
      Array.from({ length: 5 }, (_, index) => String(index).padStart(12, '0')),
    );
    expect(await states()).toEqual(Array.from({ length: 5 }, () => 'sent'));
    expect(await figures()).toEqual({ sent: 5 });
  });

  test('the one window that SMTP leaves: killed after the server said yes; the mail comes again under the same Message-ID', async () => {
    await queue(1);
    const child = mailProcess('dies-once-accepted');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(sink.received).toHaveLength(1);
    expect(await states()).toEqual(['queued']);
    clock += 4 * MINUTE;
    await sendAll(two);
    expect(sink.received).toHaveLength(1);
    clock += 2 * MINUTE;
    await Promise.all([sendAll(one), sendAll(two)]);
    clock += HOUR;
    await sendAll(two);
    // Once too often, and no more than that.
    expect(sink.received).toHaveLength(2);
    expect(new Set(sink.received.map(({ parsed }) => parsed.messageId)).size).toBe(1);
    expect(await states()).toEqual(['sent']);
    expect(await figures()).toEqual({ sent: 1 });
  });

  test('who lost the lease does not mark what another one sends', async () => {
    await queue(1);
    const slow: SendMail = async (...mail) => {
      // Hangs for longer than the lease, while another process takes over.
      clock += 6 * MINUTE;
      await sendAll(two);
      await sendBySmtp(...mail).catch(() => {});
      return { kind: 'failed', reply: 'too slow' };
    };
    await sendAll(one, slow);
    const [row] = await listMail(one.db, {}, 10);
    expect(row?.state).toBe('sent');
    expect(await findMail(one.db, row?.id ?? '')).toMatchObject({ message: null });
    expect(await figures()).toEqual({ sent: 1 });
  });

  test('one that cannot be made leaves no other behind, says so, and is given up like any other', async () => {
    await queue(4);
    const [first] = await listMail(one.db, {}, 10);
    await one.db
      .updateTable('mail')
      .set({ message: 'x' })
      .where('id', '=', first?.id ?? '')
      .execute();
    await expect(sendDueMail(uses(one))).rejects.toThrow();
    expect(await states()).toEqual(['queued', 'sent', 'sent', 'sent']);
    expect(await findMail(one.db, first?.id ?? '')).toMatchObject({
      lease: null,
      reason: 'The server could not make this mail. Its log has the details.',
    });
    clock += 73 * HOUR;
    await expect(sendDueMail(uses(one))).rejects.toThrow();
    expect(await states()).toEqual(['dead', 'sent', 'sent', 'sent']);
    expect(await figures()).toEqual({ sent: 3, postponed: 1, dead: 1 });
  });

  test('what is about to expire is told once: codes in their second half, tokens in their last days', async () => {
    const { token, distribution } = await distributed('000300000001');
    const remind = (database: OpenDatabase) =>
      queueReminders({ ...uses(database), queueMail: mailQueue(uses(database)) });
    // Neither: the code has more than half its life before it, and the token has no seed that could end.
    expect(await remind(one)).toBe(0);
    await insertSeeds(one.db, [
      {
        id: token,
        token_id: token,
        distribution_id: distribution,
        ...SEED_ROW,
        state: 'current',
        created_at: clock,
      },
    ]);
    clock += 21 * HOUR;
    // A code that its user could not use.
    const change = (values: { readonly enabled: 0 | 1; readonly expires_on: string }) =>
      one.db.updateTable('tokens').set(values).where('id', '=', token).execute();
    await change({ enabled: 0, expires_on: '2026-12-20' });
    expect(await remind(one)).toBe(0);
    await change({ enabled: 1, expires_on: '2020-12-20' });
    expect(await remind(one)).toBe(0);
    await change({ enabled: 1, expires_on: '2026-12-20' });
    await Promise.all(Array.from({ length: 10 }, (_, index) => remind(index % 2 ? one : two)));
    clock += HOUR;
    expect(await remind(two)).toBe(0);
    await sendAll();
    expect(sink.received.map(({ parsed }) => parsed.subject).sort()).toEqual([
      'Your activation code expires soon',
      'Your token expires soon',
    ]);
    // Sent mail is forgotten after days; but not a reminder of what still is about to expire.
    const forget = () => deleteOld(one.db, 'sent-mail', { now: clock, before: 4e12 }, 100);
    clock += 2 * 24 * HOUR;
    expect(await forget()).toMatchObject({ deleted: 1 });
    expect(await remind(one)).toBe(0);
    clock += 91 * 24 * HOUR;
    expect(await forget()).toMatchObject({ deleted: 1 });
    expect(await states()).toEqual([]);
    expect(await remind(one)).toBe(0);
  });

  test('a mail of what was taken back is not sent, nor sent again; one of what stands is', async () => {
    const ids = { now: () => clock, random };
    const code = (event: 'token-ready' | 'delivery-code', id: string, reminder?: string) => ({
      event,
      userRow,
      values: { code: id.slice(0, 8) },
      onceKey: distributionKey(event, id, reminder),
    });
    const end = (event: 'token-expiring' | 'loan-ending' | 'code-expiring', id: string, until: string) => ({
      event,
      userRow,
      values: {},
      onceKey: reminderKey(event, id, until),
    });
    const [kept, withdrawn, deleted] = await Promise.all(
      ['000300000011', '000300000012', '000300000013'].map(distributed),
    );
    const rows = [kept!, withdrawn!, deleted!].flatMap(({ token, distribution }) => [
      code('token-ready', distribution),
      code('token-ready', distribution, 'again'),
      code('delivery-code', distribution),
      end('code-expiring', distribution, ''),
      end('loan-ending', token, '2026-12-01'),
      end('token-expiring', token, '2026-12-20'),
    ]);
    for (const { token, distribution } of [kept!, withdrawn!, deleted!])
      await insertSeeds(one.db, [
        {
          ...{ id: token, token_id: token, distribution_id: distribution },
          ...{ ...SEED_ROW, state: 'current', created_at: clock },
        },
      ]);
    await one.db
      .updateTable('tokens')
      .set({ lent_until: '2026-12-01' })
      .where('serial', 'like', '00030000001%')
      .execute();
    await one.db.transaction().execute((trx) => mailQueue(uses(one))(trx, ...rows));
    // Refused, so that it is to be sent again.
    sink.refuse({ responseCode: 550, message: '5.1.1 no such mailbox' });
    await sendAll();
    expect(await states()).toEqual(Array(18).fill('dead'));
    await one.db
      .updateTable('mail')
      .set({ state: 'queued', next_at: clock })
      .where('event', '<>', 'delivery-code')
      .execute();
    sink.refuse();
    await withdrawLive(one.db, ids, withdrawn!.token as TokenKey, {});
    await one.db
      .updateTable('tokens')
      .set({ lent_until: '2026-12-08', expires_on: '2027-12-20' })
      .where('id', '=', withdrawn!.token)
      .execute();
    await one.db.deleteFrom('tokens').where('id', '=', deleted!.token).execute();
    for (const { id, state } of await listMail(one.db, {}, 100))
      if (state === 'dead')
        await resendMail({ ...uses(one), databaseNow: () => clock }, OPERATOR, id).then((outcome) =>
          expect(outcome.ok || outcome.detail).toEqual(outcome.ok || text('mail.withdrawn')),
        );
    await sendAll();
    expect(sink.received).toHaveLength(6);
    expect(await states()).toEqual([...Array(2).fill('dead'), ...Array(6).fill('sent')]);
  });

  test('that access ends is said once, some days before, to those who still leave then when it is sent', async () => {
    const DAY = 24 * HOUR;
    const remind = (database: OpenDatabase) =>
      queueReminders({ ...uses(database), queueMail: mailQueue(uses(database)) });
    const leaves = (at: number | null) =>
      one.db.updateTable('users').set({ leaves_at: at }).where('id', '=', userRow).execute();
    const said = async () =>
      (await listMail(one.db, {}, 100))
        .filter(({ event }) => event === 'access-ending')
        .map(({ state }) => state);
    const day = clock + 10 * DAY;
    await leaves(day);
    await remind(one);
    expect(await said()).toEqual([]);
    clock += 4 * DAY;
    await Promise.all(Array.from({ length: 10 }, (_, index) => remind(index % 2 ? one : two)));
    expect(await said()).toEqual(['queued']);
    await sendAll();
    const [mail] = sink.received.filter(({ parsed }) => parsed.subject === 'Your access ends soon');
    expect(mail?.parsed.text).toContain('Your access ends on 4 December 2026 at 10:00 UTC');
    // Sent, it is kept until that day, so that it is not sent again.
    clock += DAY;
    await deleteOld(one.db, 'sent-mail', { now: clock, before: 4e12 }, 100);
    await remind(two);
    expect(await said()).toEqual(['sent']);
    // Moved, and taken back before it is sent.
    await leaves(day + HOUR);
    await remind(two);
    expect(await said()).toEqual(['queued', 'sent']);
    await leaves(null);
    await sendAll();
    expect(await said()).toEqual(['sent']);
    // On short notice, or not wanted.
    await leaves(clock + DAY);
    await remind(one);
    await configure({ accessEndingDays: 0 });
    await leaves(clock + 2 * DAY);
    await remind(one);
    expect(await said()).toEqual(['sent']);
    await configure({ accessEndingDays: 2 });
    await remind(one);
    expect(await said()).toEqual(['queued', 'sent']);
    await leaves(null);
  });

  test('a mail that came too late is not sent', async () => {
    const queueMail = mailQueue(uses(one));
    await one.db.transaction().execute((trx) =>
      queueMail(trx, {
        event: 'delivery-code',
        userRow,
        values: { serial: '1', code: '123', expires: clock + HOUR },
        sendBefore: clock + HOUR,
      }),
    );
    clock += HOUR;
    await sendAll();
    expect(sink.received).toEqual([]);
    expect(await states()).toEqual(['dead']);
  });
});

test('a mail server that goes on and on has to end, with TLS and without', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-smtp-'));
  const own = await ownCertificate(join(folder, 'tls'), ['localhost'], Date.now());
  const ended: Promise<unknown>[] = [];
  const drip = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.write('220 here\r\n');
    const timer = setInterval(() => socket.write('250-and more\r\n'), 50);
    ended.push(new Promise((resolve) => socket.once('close', resolve)).finally(() => clearInterval(timer)));
  };
  for (const security of ['none', 'tls'] as const) {
    const server = security === 'tls' ? createTls(own, drip) : createPlain(drip);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const authority = readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8');
    const to = { host: 'localhost', port, security, user: '', password: undefined };
    const sent = await smtpSender(1_000)(
      { ...to, certificateAuthority: authority },
      { from: 'a@example.com', to: 'b@example.com', raw: Buffer.from('x') },
    );
    expect(sent).toEqual({ kind: 'failed', reply: 'no end after 1 s' });
    // And nothing is left of the connection.
    await Promise.all(ended);
    server.close();
  }
  expect(ended).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

describe('mail by the API', () => {
  const PASSWORD = 'Sentinel-Smtp-Password-1';
  const { deployment } = deployed(SQLITE);
  const sinks: Sink[] = [];
  const sink = async (...options: Parameters<typeof smtpSink>): Promise<Sink> => {
    const made = await smtpSink(...options);
    sinks.push(made);
    return made;
  };

  afterEach(async () => {
    await Promise.all(sinks.splice(0).map((made) => made.close()));
  });

  async function save(change: Record<string, unknown>) {
    const { version } = await deployment.api('getMailSettings', {});
    return deployment.api('editMailSettings', { body: change as never, ifMatch: version });
  }
  const tryOut = () => deployment.api('sendTestMail', { body: { to: 'me@example.com' } });

  test('the test mail shows what the server answered: accepted with log-on over STARTTLS, a wrong password, no server', async () => {
    const server = await sink({ password: PASSWORD });
    const base = { host: 'localhost', port: server.port, from: 'sower@example.com' };
    await save({ ...base, user: 'sower', password: PASSWORD, certificateAuthority: server.ca });
    expect(await tryOut()).toMatchObject({
      accepted: true,
      reply: expect.stringContaining('250 queued as 4758'),
    });
    expect(server.received[0]).toMatchObject({ secure: true, user: 'sower', to: ['me@example.com'] });
    await save({ password: 'wrong' });
    const wrong = await tryOut();
    expect(wrong.accepted).toBe(false);
    expect(wrong.reply).toContain('535');
    await server.stop();
    expect(await tryOut()).toMatchObject({ accepted: false, reply: expect.stringContaining('ECONNREFUSED') });
  });

  test('a server without STARTTLS gets nothing, nor one whose certificate is not trusted; TLS from the start works', async () => {
    const plain = await sink({ tls: 'none' });
    await save({
      host: 'localhost',
      port: plain.port,
      from: 'sower@example.com',
      user: '',
      password: '',
      certificateAuthority: '',
    });
    const refused = await tryOut();
    expect(refused.accepted).toBe(false);
    expect(refused.reply).toMatch(/STARTTLS|TLS/i);
    expect(plain.received).toEqual([]);
    await save({ security: 'none' });
    expect((await tryOut()).accepted).toBe(true);
    const other = await sink({ tls: 'implicit' });
    await save({ security: 'tls', port: other.port });
    expect((await tryOut()).accepted).toBe(false);
    await save({ certificateAuthority: other.ca });
    expect((await tryOut()).accepted).toBe(true);
  });

  test('without TLS to another host, without a sender, or with a line break: refused with the field', async () => {
    const problem = async (change: Record<string, unknown>) =>
      save(change).then(
        () => undefined,
        (error) => (error as { problem: { errors?: { path: string }[] } }).problem.errors?.[0]?.path,
      );
    expect(await problem({ security: 'none', host: 'mail.example.com' })).toBe('security');
    expect(await problem({ enabled: true, from: '' })).toBe('from');
    expect(await problem({ enabled: true, host: '' })).toBe('host');
    expect(await problem({ fromName: 'a\r\nBcc: b@example.com' })).toContain('fromName');
    expect(await problem({ timeZone: 'Moon/Base' })).toContain('timeZone');
  });

  test('the password does not follow when where it goes is changed: it is given again, or taken away', async () => {
    const server = await sink({ password: PASSWORD });
    const own = await sink({ password: 'another' });
    const base = { host: 'localhost', port: server.port, from: 'sower@example.com', security: 'starttls' };
    await save({ ...base, user: 'sower', password: PASSWORD, certificateAuthority: server.ca });
    const before = await deployment.api('getMailSettings', {});
    const attempts = [
      { port: own.port },
      { host: '127.0.0.1', port: own.port, certificateAuthority: own.ca },
      { host: 'mail.example.com' },
      { security: 'none' },
      { user: 'somebody' },
      { certificateAuthority: own.ca },
    ];
    for (const change of attempts) {
      await expect(save(change), JSON.stringify(change)).rejects.toMatchObject({
        problem: { status: 400, code: 'invalid-request', errors: [{ path: 'password' }] },
      });
    }
    expect(await deployment.api('getMailSettings', {})).toEqual(before);
    expect((await tryOut()).accepted).toBe(true);
    // What does not say where it goes is changed without it, and so is everything with it.
    await save({ fromName: 'Tokens', ...base });
    await save({ port: own.port, certificateAuthority: own.ca, password: 'another' });
    expect((await tryOut()).accepted).toBe(true);
    await save({ port: server.port, certificateAuthority: server.ca, password: '' });
    expect((await tryOut()).accepted).toBe(false);
    expect(own.received.map(({ user }) => user)).toEqual(['sower']);
  });

  test('sower mail set asks for the password when where it goes is changed', async () => {
    await save({ host: 'localhost', port: 25, security: 'starttls', user: 'sower', password: PASSWORD });
    const sower = (input: string, ...args: string[]) =>
      spawnSync(process.execPath, [LAUNCHER, 'mail', 'set', ...args], {
        encoding: 'utf8',
        input,
        env: { ...process.env, SOWER_DATA: deployment.dataFolder },
      });
    expect(sower('', 'host', 'mail.example.com').status).not.toBe(0);
    expect((await deployment.api('getMailSettings', {})).settings.host).toBe('localhost');
    expect(sower(`${PASSWORD}\n`, 'host', 'mail.example.com').status).toBe(0);
    expect(sower('', 'fromName', 'Tokens').status).toBe(0);
    expect(await deployment.api('getMailSettings', {})).toMatchObject({
      settings: { host: 'mail.example.com', fromName: 'Tokens' },
      passwordSet: true,
    });
  });

  test('the password is in no answer and in no audit row', async () => {
    await save({ password: PASSWORD });
    const view = await deployment.api('getMailSettings', {});
    expect(view.passwordSet).toBe(true);
    const audit = await deployment.api('listAudit', { query: { object: 'mail', limit: 1000 } });
    expect(audit.items.length).toBeGreaterThan(3);
    expect(JSON.stringify([view, audit])).not.toContain(PASSWORD);
  });
});
