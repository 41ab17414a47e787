/** Language and certificate for mail come from the directory; what is set in Sower precedes them, and removing that brings them back. */

import { X509Certificate } from 'node:crypto';
import { mailSettingsSchema } from '@sower/api/mail';
import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import { editUserMail, showUserMail } from '@sower/server/mail/user-mail';
import { deliveryOptions } from '@sower/server/provisioning/distribution/mail-delivery';
import { logOnUser } from '@sower/server/self-service/session';
import { listMail } from '@sower/server/store/mail/queue';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import type { UserRow } from '@sower/server/store/schema/brands';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { addedSource, findings, ran, said } from '../../harness/directory/run.ts';
import { hasSlapd, PEOPLE, personLdif } from '../../harness/directory/slapd.ts';
import { done, slapdSource, slapdSuite } from '../../harness/directory/source.ts';
import { type Openssl, openssl } from '../../harness/mail/smime.ts';

const PASSWORD = 'the password of the newcomer';
const DAY = 86_400_000;
const dn = (uid: string) => `uid=${uid},${PEOPLE}`;
const set = (type: string, ...values: (string | Buffer)[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: values as string[] }) });

describe.skipIf(!hasSlapd)('mail settings from slapd', () => {
  onBothDatabases('mail settings', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () =>
        ['ada', 'grace', 'alan', 'new']
          .map((uid) => personLdif({ uid, mail: `${uid}@example.com`, userPassword: PASSWORD }))
          .join(''),
      { now: () => clock },
    );
    let smime: Openssl;
    let id: string;
    /** Later than when the certificates are made. */
    let clock = Date.now() + DAY;

    const certificate = (name: string, address: string, more: { usage?: string; days?: number } = {}) => {
      const { raw, fingerprint256 } = new X509Certificate(smime.make(name, address, more));
      return { der: raw, fingerprint: fingerprint256 };
    };
    const mailOf = async (userId: string) => done(await showUserMail(context, context.chief, userId));
    const rowOf = async (userId: string): Promise<UserRow> =>
      (
        await context.db
          .selectFrom('users')
          .select('id')
          .where('user_id', '=', userId)
          .executeTakeFirstOrThrow()
      ).id;
    /** The subject of a mail to the user, as it is queued now. */
    const subjectFor = async (userId: string): Promise<string | undefined> => {
      await context.queueMail(context.db, {
        event: 'pin-changed',
        userRow: await rowOf(userId),
        values: { serial: '000000000001', time: clock },
      });
      return (await listMail(context.db, {}, 1))[0]?.subject;
    };
    const encrypting = async (userId: string) =>
      (
        await deliveryOptions(
          { mailSettings: mailSettingsReader(context.db, context.monotonic), now: context.now },
          context.db,
          await rowOf(userId),
        )
      ).encrypted?.code;

    beforeAll(async () => {
      smime = openssl();
      const { settings, version } = await findMailSettings(context.db);
      const next = { ...settings, enabled: true, host: '127.0.0.1', from: 'otp@example.com' };
      await updateMailSettings(context.db, version, {
        settings: JSON.stringify(mailSettingsSchema.parse({ ...next, urlDelivery: 'encrypted' })),
      });
      id = await addedSource(
        context,
        slapdSource(slapd, {
          enabled: true,
          search: { filter: '(&(objectClass=inetOrgPerson)(!(uid=new)))' },
          mapping: { certificate: 'userCertificate' },
        }),
      );
    });
    afterAll(async () => {
      smime?.remove();
    });

    test('the language of the entry is that of mail; one that mail cannot be in, and none, change nothing', async () => {
      await slapd.client.modify(dn('ada'), [set('preferredLanguage', 'fr, de-AT;q=0.8, en;q=0.5')]);
      await slapd.client.modify(dn('grace'), [set('preferredLanguage', 'fr')]);
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 3, leftOut: 0 });
      expect(await mailOf('ada')).toEqual({ source: { language: 'de' } });
      expect(await mailOf('grace')).toEqual({ source: {} });
      expect(await subjectFor('ada')).toMatch(/geändert/);
      expect(await subjectFor('grace')).toMatch(/changed/);
      await slapd.client.modify(dn('grace'), [set('preferredLanguage', 'de')]);
      const run = await ran(context, id);
      expect(run).toMatchObject({ done: 1, changes: { details: 1 } });
      expect((await findings(context, run.id)).map(said)).toEqual(['changed grace language']);
      expect(await subjectFor('grace')).toMatch(/geändert/);
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
    });

    test('a language that is set here precedes it, through every run, until it is removed', async () => {
      const english = { language: 'en' } as const;
      done(await editUserMail(context, context.chief, 'ada', english));
      expect(await mailOf('ada')).toEqual({ ...english, source: { language: 'de' } });
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
      expect(await subjectFor('ada')).toMatch(/changed/);
      done(await editUserMail(context, context.chief, 'ada', { language: '' }));
      expect(await mailOf('ada')).toEqual({ source: { language: 'de' } });
      expect(await subjectFor('ada')).toMatch(/geändert/);
    });

    test('mail is encrypted to the certificate of the entry, of several to the one for the address that lasts longest', async () => {
      expect(await encrypting('alan')).toBe('mail.no-certificate');
      const short = certificate('short', 'alan@example.com', { days: 10 });
      const long = certificate('long', 'alan@example.com', { days: 15 });
      const other = certificate('other', 'someone@example.com', { days: 400 });
      const signing = certificate('signing', 'alan@example.com', { usage: 'digitalSignature', days: 400 });
      await slapd.client.modify(dn('alan'), [
        set('userCertificate;binary', other.der, short.der, signing.der, long.der),
      ]);
      const run = await ran(context, id);
      expect((await findings(context, run.id)).map(said)).toEqual(['changed alan certificate']);
      expect((await mailOf('alan')).source?.certificate?.fingerprint).toBe(long.fingerprint);
      expect(await encrypting('alan')).toBeUndefined();
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
      // One that is uploaded precedes it, as long as it is there.
      const own = smime.make('own', 'alan@example.com');
      done(await editUserMail(context, context.chief, 'alan', { certificate: own }));
      expect((await mailOf('alan')).certificate?.fingerprint).toBe(new X509Certificate(own).fingerprint256);
      done(await editUserMail(context, context.chief, 'alan', { certificate: '' }));
      expect(await encrypting('alan')).toBeUndefined();
      // When it expires, the next run finds none, and says so.
      clock += 20 * DAY;
      const later = await ran(context, id);
      expect((await findings(context, later.id)).map(said)).toEqual(['changed alan certificate']);
      expect(await encrypting('alan')).toBe('mail.no-certificate');
    });

    test('a user who is looked up while logging on has both at once', async () => {
      const own = certificate('newcomer', 'new@example.com', { days: 100 });
      await slapd.client.modify(dn('new'), [
        set('preferredLanguage', 'de'),
        set('userCertificate;binary', own.der),
      ]);
      await addedSource(
        context,
        slapdSource(slapd, {
          name: 'looked up',
          enabled: true,
          search: { filter: '(uid=new)' },
          mapping: { certificate: 'userCertificate' },
          logOn: { enabled: true, tries: 3, minutes: 30, lookUp: true },
        }),
      );
      done(
        await logOnUser(
          { ...context, attempts: {} as Attempts },
          { method: 'password', userId: 'new', password: PASSWORD },
          { source: '192.0.2.1', userAgent: undefined },
        ),
      );
      expect(await mailOf('new')).toMatchObject({
        source: { language: 'de', certificate: { fingerprint: own.fingerprint } },
      });
    });
  });
});
