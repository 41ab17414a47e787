/** What mail says: each event, both languages, templates of one's own, no secret but where it was chosen, and S/MIME that openssl opens. */

import { ApiProblem } from '@sower/api/client';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, placeholdersOf } from '@sower/api/mail-events';
import { parseLink } from '@sower/ctkip/links';
import {
  chooseTemplate,
  ORIGINAL_TEMPLATES,
  renderTemplate,
  templateProblem,
} from '@sower/server/mail/render';
import mailEn from '@sower/texts/en/mail.json' with { type: 'json' };
import { inEnglish } from '@sower/texts/outcomes';
import { pseudoTexts } from '@sower/texts/pseudo';
import { simpleParser } from 'mailparser';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { type Openssl, openssl } from '../../harness/mail/smime.ts';
import { type Received, type Sink, smtpSink } from '../../harness/mail/smtp-sink.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const PIN = 'Pin5Sent';

describe('templates that ship', () => {
  test('every event has one in each language, with known placeholders only, and no secret where none belongs', () => {
    for (const language of MAIL_LANGUAGES) {
      for (const event of MAIL_EVENT_NAMES) {
        const { subject, body } = ORIGINAL_TEMPLATES[language][event];
        expect(templateProblem(subject, event, 'subject'), `${language} ${event}`).toBeUndefined();
        expect(templateProblem(body, event, 'body'), `${language} ${event}`).toBeUndefined();
      }
    }
    // Where code or link is offered at all, and never the two in one mail in clear.
    const offering = (name: string) =>
      MAIL_EVENT_NAMES.filter((event) => placeholdersOf(event).includes(name as 'code'));
    expect(offering('code')).toEqual(['delivery-code', 'delivery-encrypted']);
    expect(offering('link')).toEqual(['delivery-encrypted']);
    expect(offering('url')).toEqual(['delivery-link', 'delivery-encrypted']);
  });

  test('each is from the catalogue: in the pseudo-locale nothing but values is readable', () => {
    const pseudo = pseudoTexts(mailEn);
    for (const event of MAIL_EVENT_NAMES) {
      const values = Object.fromEntries(placeholdersOf(event).map((name) => [name, '']));
      for (const part of ['subject', 'body'] as const) {
        // The template that a mail is made of, edited by nobody.
        expect(chooseTemplate([], event, 'android', 'en')[part]).toBe(mailEn[event][part]);
        const said = renderTemplate(pseudo[event][part], values).trim();
        expect(said, `${event} ${part}`).toMatch(/^⟦.*⟧$/s);
        expect(said, `${event} ${part}`).not.toMatch(/\b[a-z]{4,}\b/i);
      }
    }
  });

  test('unknown placeholders and stray braces are named with their place; values are never templates', () => {
    const problem = (...template: Parameters<typeof templateProblem>) => {
      const found = templateProblem(...template);
      return found && inEnglish(found);
    };
    expect(problem('Hello\n  {{seed}}', 'pin-changed', 'body')).toMatch(
      /^Line 2, column 3: there is no placeholder \{\{seed\}\}/,
    );
    expect(problem('{{code}}', 'token-ready', 'body')).toMatch(/there is no placeholder \{\{code\}\}/);
    expect(problem('{{code}}', 'delivery-code', 'subject')).toMatch(/there is no placeholder \{\{code\}\}/);
    expect(problem('a {{ b', 'pin-changed', 'body')).toMatch(/^Line 1, column 3/);
    expect(renderTemplate('{{name}}', { name: '{{serial}}\nX: y', serial: '1' })).toBe('{{serial}} X: y');
    expect(renderTemplate('a\n{{comment}}\nb', { comment: '' })).toBe('a\nb');
  });
});

describe('mail of a deployment', () => {
  const { deployment } = deployed(SQLITE);
  let sink: Sink;
  let ssl: Openssl;

  beforeAll(async () => {
    ssl = openssl();
    sink = await smtpSink();
    const { api } = deployment;
    await save({
      enabled: true,
      host: 'localhost',
      port: sink.port,
      from: 'sower@example.com',
      certificateAuthority: sink.ca,
      urlDelivery: 'separate',
    });
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addProfile', { body: { name: 'android', delivery: 'qr', deviceType: 'android' } });
    // Only a token of another type can have a PIN.
    for (const delivery of ['url', 'qr'] as const)
      await api('addProfile', {
        body: { name: `fob ${delivery}`, delivery, ...profile, authenticationType: 'fob' },
      });
    await api('editTokenPolicy', { params: { domain: 'top' }, body: { pinRequired: false }, ifMatch: 0 });
  });
  afterAll(async () => {
    await sink.close();
    ssl.remove();
  });

  async function save(change: Record<string, unknown>) {
    const { version } = await deployment.api('getMailSettings', {});
    return deployment.api('editMailSettings', { body: change as never, ifMatch: version });
  }
  async function holder(userId: string, language?: 'de'): Promise<string> {
    const { api } = deployment;
    await api('addUser', { body: { userId, firstName: 'Jane', email: `${userId}@example.com` } });
    if (language) await api('editUserMail', { params: { userId }, body: { language } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    return serial;
  }
  /** The mails to a user, when as many as expected have come. */
  async function mailsTo(userId: string, count: number): Promise<Received[]> {
    const of = () => sink.received.filter(({ to }) => to[0] === `${userId}@example.com`);
    await expect.poll(() => of().length, { timeout: 20_000 }).toBe(count);
    return of().sort((one, other) =>
      (one.parsed.messageId ?? '') < (other.parsed.messageId ?? '') ? -1 : 1,
    );
  }
  const problem = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error) => (error instanceof ApiProblem ? error.problem : undefined),
    );

  test('ready, activated, PIN changed: told in the user’s language, with neither code nor PIN', async () => {
    const { api } = deployment;
    const serial = await holder('plain', 'de');
    const result = await api('distributeToken', {
      params: { serial },
      body: { profile: 'fob url', nickname: 'phone' },
    });
    await provisioned(deployment, result);
    await api('setPin', { params: { serial }, body: { pin: PIN } });
    const mails = await mailsTo('plain', 3);
    expect(mails.map(({ parsed }) => parsed.subject)).toEqual([
      'Ihr Token kann aktiviert werden',
      'Ihr Token wurde aktiviert',
      'Die PIN Ihres Tokens wurde geändert',
    ]);
    expect(mails[1]?.parsed.text).toContain(serial);
    expect(mails[1]?.parsed.text).toMatch(/am \d+\. \p{L}+ 20\d\d/u);
    for (const { raw, parsed } of mails) {
      for (const text of [raw.toString(), parsed.text ?? '', String(parsed.html)]) {
        expect(text).not.toContain(result.activationCode);
        expect(text).not.toContain(PIN);
        expect(text).not.toContain('activationCode');
      }
    }
  });

  test('the look of the organization: a mark in the mail itself, a color, help; a color or a mark that is no use is refused', async () => {
    const { api } = deployment;
    const edit = async (change: Record<string, string>) =>
      api('editSettings', { body: change, ifMatch: (await api('getSettings', {})).version });
    const logo = (width: number, height: number): string =>
      `data:image/png;base64,${PNG.sync.write(new PNG({ width, height })).toString('base64')}`;
    await edit({
      'organization.name': 'Example Ltd',
      'organization.color': '#7A1F5C',
      'organization.logo': logo(300, 60),
      'organization.helpText': 'Help desk: 555-1234; at night 555-4321',
    });
    await api('distributeToken', { params: { serial: await holder('looks') }, body: { profile: 'qr' } });
    const [mail] = await mailsTo('looks', 1);
    const { html, text, attachments } = mail?.parsed ?? {};
    expect(attachments).toMatchObject([{ contentType: 'image/png', cid: 'mark@sower', related: true }]);
    // mailparser puts the picture in, by its Content-ID.
    expect(html).toMatch(
      /<img class="mark" alt="Example Ltd" height="48" src="data:image\/png;base64,[^"]+" .*width="240"/,
    );
    expect(html).toContain('background-color:#7a1f5c');
    expect(html).toContain('Help desk: 555-1234<br/>at night 555-4321<br/>Example Ltd sent');
    expect(text).toMatch(/You can activate it until \d+ \w+ 20\d\d/);
    expect(text).toContain(`Activate your token: ${deployment.servers[0]?.url}/self-service`);
    expect(html).toContain(`href="${deployment.servers[0]?.url}/self-service"`);

    expect(await problem(edit({ 'organization.color': '#ffee00' }))).toMatchObject({
      reason: 'settings.low-contrast',
      detail: expect.stringContaining('1.2 : 1'),
    });
    expect(await problem(edit({ 'organization.color': 'green' }))).toMatchObject({ status: 400 });
    expect(await problem(edit({ 'organization.logo': logo(1, 1) }))).toMatchObject({
      reason: 'settings.mark-size',
      detail: expect.stringContaining('1 × 1'),
    });
    await edit({ 'organization.logo': '', 'organization.color': '', 'organization.helpText': '' });
  });

  test('the app is named, with the address where it is: in a store, or on this server', async () => {
    const { api, servers } = deployment;
    for (const [profile, userId, address] of [
      ['android', 'store', 'https://play.google.com/store/apps/details?id=com.rsa.securidapp'],
      ['qr', 'own-app', `${servers[0]?.url}/authenticator/`],
    ] as const) {
      await api('distributeToken', { params: { serial: await holder(userId) }, body: { profile } });
      const [mail] = await mailsTo(userId, 1);
      const { application, downloadUrl } = (await api('listDeviceTypes', {})).items.find(
        ({ id }) => id === (profile === 'android' ? 'android' : 'sower'),
      ) ?? { application: '' };
      expect(downloadUrl).toBe(address);
      expect(application).not.toMatch(/ for /);
      expect(mail?.parsed.text).toContain(`the app ${application} on`);
      expect(mail?.parsed.text?.split('\n')).toContain(address);
    }
  });

  test('a QR code delivery from the request to the PIN: every event tells the user, and no mail holds a secret', async () => {
    const { api } = deployment;
    const userId = 'whole';
    const password = 'Sentinel green bottles';
    const steps = [{ name: 'one' }];
    const { name: offer } = await api('addOffer', { body: { name: 'Whole way', profile: 'fob qr', steps } });
    await api('addUser', { body: { userId, firstName: 'Jane', email: `${userId}@example.com` } });
    await api('setUserPassword', { params: { userId }, body: { password, mustChange: false } });
    const browser = selfServiceClient(deployment);
    await browser.api('openUserSession', { body: { method: 'password', userId, password } });
    const ask = () => browser.api('requestOwnToken', { body: { offer, nickname: 'phone' } });
    await browser.api('cancelOwnRequest', { params: { id: (await ask()).id } });
    const rejected = { id: (await ask()).id };
    await api('rejectRequest', { params: rejected, body: { comment: 'Not yet <b>' }, ifMatch: 1 });
    const params = { id: (await ask()).id };
    const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
    await api('deferRequest', { params, body: { until }, ifMatch: 1 });
    const { serial = '' } = await api('approveRequest', { params, body: {}, ifMatch: 2 });
    await api('openActivationWindow', { params: { userId } });
    const { link } = await browser.api('openOwnActivation', { params: { serial } });
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error('no link');
    const { activationCode } = parsed;
    const token = await provisioned(deployment, { ctkipUrl: parsed.url, activationCode });
    await browser.api('testOwnToken', { params: { serial }, body: { passcode: tokencode(token) } });
    await browser.api('setOwnPin', { params: { serial }, body: { pin: PIN } });
    const events = [
      'request-submitted',
      'request-cancelled',
      'request-submitted',
      'request-rejected',
      'request-submitted',
      'request-deferred',
      'request-approved',
      'token-ready',
      'window-opened',
      'token-activated',
      'pin-changed',
    ] as const;
    const mails = await mailsTo(userId, events.length);
    const subjects = events.map((event) =>
      renderTemplate(ORIGINAL_TEMPLATES.en[event].subject, { offer: 'Whole way' }).trim(),
    );
    expect(mails.map(({ parsed: { subject } }) => subject).sort()).toEqual(subjects.sort());
    const secrets = [
      activationCode,
      link,
      'activationCode',
      PIN,
      password,
      Buffer.from(token.seed).toString('hex'),
      Buffer.from(token.seed).toString('base64'),
    ];
    for (const { raw, parsed: mail } of mails) {
      const words = [raw.toString(), mail.text ?? '', String(mail.html)].join('\n');
      for (const secret of secrets) expect(words).not.toContain(secret);
    }
    // On which device, and when: so that the user notices when it was somebody else.
    const activated = mails.find(({ parsed: mail }) => mail.subject === 'Your token was activated');
    expect(activated?.parsed.text).toMatch(/was activated on \d+ \w+ 20\d\d/);
    expect(activated?.parsed.text).toContain('Device: A1B2C3D4E5F60718293A4B5C');
  });

  test('two mails: the address in one, the code in the other, never both', async () => {
    const { api } = deployment;
    const serial = await holder('two');
    expect(await api('getMailDeliveryOptions', { params: { serial } })).toEqual({
      encrypted: expect.stringContaining('no certificate'),
    });
    const body = { profile: 'url', mail: 'separate' } as const;
    const {
      activationCode = '',
      ctkipUrl,
      mailed,
    } = await api('distributeToken', { params: { serial }, body });
    expect(mailed).toBe('separate');
    const mails = await mailsTo('two', 2);
    const [link, code] = mails.map(({ parsed }) => parsed.text ?? '') as [string, string];
    const together = (text: string): string => text.replace(/\s/g, '');
    expect(link).toContain(ctkipUrl);
    expect(together(link)).not.toContain(activationCode);
    expect(code).toContain(activationCode.replace(/(.{4})(?=.)/g, '$1 '));
    expect(code).not.toContain(ctkipUrl);
    // In HTML the groups are a matter of looks: what is copied is the code.
    const [linkHtml, codeHtml] = mails.map(({ parsed }) => String(parsed.html).replace(/<[^>]+>/g, '')) as [
      string,
      string,
    ];
    expect(codeHtml).toContain(activationCode);
    expect(together(linkHtml)).not.toContain(activationCode);
    const { items } = await api('listAudit', { query: { object: `token:${serial}` } });
    expect(items[0]?.reason).toContain('mailed in two mails');
  });

  test('where it is not allowed, or not possible, it is refused and nothing is distributed', async () => {
    const { api } = deployment;
    const serial = await holder('none');
    const encrypted = { profile: 'url', mail: 'encrypted' } as const;
    expect(await problem(api('distributeToken', { params: { serial }, body: encrypted }))).toMatchObject({
      code: 'wrong-state',
      detail: expect.stringContaining('no certificate'),
    });
    const qr = { profile: 'qr', mail: 'separate' } as const;
    expect((await problem(api('distributeToken', { params: { serial }, body: qr })))?.code).toBe(
      'invalid-request',
    );
    await save({ urlDelivery: 'encrypted' });
    const separate = { profile: 'url', mail: 'separate' } as const;
    expect((await problem(api('distributeToken', { params: { serial }, body: separate })))?.detail).toContain(
      'Only encrypted',
    );
    await save({ urlDelivery: 'separate' });
    expect((await api('getToken', { params: { serial } })).distribution).toBeUndefined();
  });

  test('S/MIME: one mail, signed by the deployment and encrypted to the user; openssl opens and verifies it', async () => {
    const { api } = deployment;
    const serial = await holder('secret');
    ssl.make('sower', 'sower@example.com');
    const certificate = ssl.make('secret', 'secret@example.com');
    const pkcs12 = ssl.pkcs12('sower', 'pässword').toString('base64');
    const signing = await api('setMailSigning', { body: { pkcs12, password: 'pässword' } });
    expect(signing.signing).toMatchObject({ subject: 'CN=sower', addresses: ['sower@example.com'] });
    const known = await api('editUserMail', { params: { userId: 'secret' }, body: { certificate } });
    expect(known.certificate?.addresses).toEqual(['secret@example.com']);
    const { activationCode = '', link = '' } = await api('distributeToken', {
      params: { serial },
      body: { profile: 'url', mail: 'encrypted' },
    });
    const [mail] = (await mailsTo('secret', 1)) as [Received];
    expect(mail.raw.toString()).not.toContain(activationCode);
    expect(mail.parsed.headers.get('content-type')).toMatchObject({ value: 'application/pkcs7-mime' });
    const inner = ssl.verify('sower', ssl.decrypt('secret', mail.raw));
    const { text } = await simpleParser(inner);
    expect(text).toContain(activationCode);
    expect(text).toContain(link);
    // Nobody else opens it, and nothing in it can be changed unseen.
    ssl.make('thief', 'thief@example.com');
    expect(() => ssl.decrypt('thief', mail.raw)).toThrow();
    const signed = ssl.decrypt('secret', mail.raw).toString('latin1');
    const altered = signed.replace(/(base64\r?\n\r?\n)./, '$1Z');
    expect(altered).not.toBe(signed);
    expect(() => ssl.verify('sower', Buffer.from(altered, 'latin1'))).toThrow();

    // Mail that is not encrypted is signed too, and read without a key.
    await api('setPin', { params: { serial }, body: { pin: PIN } });
    const clear = (await mailsTo('secret', 2))[1] as Received;
    expect(clear.parsed.text).toContain(serial);
    expect((await simpleParser(ssl.verify('sower', clear.raw))).text).toContain(serial);
    await api('removeMailSigning', {});
  });

  test('an encrypted mail whose certificate is gone is not sent in clear: it is dead, with the reason', async () => {
    const { api } = deployment;
    const serial = await holder('gone');
    await save({ port: 1 });
    const certificate = ssl.make('gone', 'gone@example.com');
    await api('editUserMail', { params: { userId: 'gone' }, body: { certificate } });
    await api('distributeToken', { params: { serial }, body: { profile: 'url', mail: 'encrypted' } });
    await api('editUserMail', { params: { userId: 'gone' }, body: { certificate: '' } });
    const first = async () =>
      (await api('listMail', {})).items.find(({ recipient }) => recipient === 'gone@example.com');
    await expect.poll(async () => (await first())?.attempts, { timeout: 20_000 }).toBeGreaterThan(0);
    await save({ port: sink.port });
    const dead = async () => (await first())?.state;
    // Tried with the certificate still there: the server was away. It is tried again after half a minute.
    await expect.poll(dead, { timeout: 45_000, interval: 500 }).toBe('dead');
    expect((await first())?.reason).toContain('the user no longer has a certificate');
    expect(sink.received.filter(({ to }) => to[0] === 'gone@example.com')).toEqual([]);
    // Send again, with another certificate.
    const again = ssl.make('gone2', 'gone@example.com');
    await api('editUserMail', { params: { userId: 'gone' }, body: { certificate: again } });
    const { id = '' } = (await first()) ?? {};
    expect((await api('resendMail', { params: { id } })).state).toBe('queued');
    const [mail] = (await mailsTo('gone', 1)) as [Received];
    expect((await simpleParser(ssl.decrypt('gone2', mail.raw))).text).toContain(serial);
    expect((await problem(api('resendMail', { params: { id } })))?.code).toBe('wrong-state');
  });

  test('certificates that cannot keep the secret are refused, with the reason', async () => {
    const { api } = deployment;
    await holder('cert');
    const put = (certificate: string) =>
      problem(api('editUserMail', { params: { userId: 'cert' }, body: { certificate } }));
    const detail = async (certificate: string) => (await put(certificate))?.detail;
    expect(await detail('rubbish!')).toContain('not a certificate');
    expect(await detail(ssl.make('other', 'other@example.com'))).toContain('not for cert@example.com');
    expect(await detail(ssl.make('sign', 'cert@example.com', { usage: 'digitalSignature' }))).toContain(
      'key usage',
    );
    expect(await detail(ssl.make('weak', 'cert@example.com', { bits: 1024 }))).toContain('2048');
    const der = ssl.make('der', 'CERT@example.com').replace(/-----[^-]+-----|\n/g, '');
    expect(await put(der)).toBeUndefined();
    const signing = async (body: { pkcs12: string; password: string }) =>
      (await problem(api('setMailSigning', { body })))?.detail;
    const pkcs12 = ssl.pkcs12('der', 'right').toString('base64');
    expect(await signing({ pkcs12, password: 'wrong' })).toContain('The password is wrong');
    expect(await signing({ pkcs12: 'AAAA', password: '' })).toContain('not a PKCS#12 file');
  });

  test('a template of one’s own, for one device type, in one language; reset brings back the one that ships', async () => {
    const { api } = deployment;
    const params = { event: 'token-ready', language: 'en' } as const;
    const body = {
      deviceType: 'android',
      subject: 'For {{deviceType}} {{nickname}}',
      body: 'Hi <b>{{firstName}}</b>\n',
    };
    const wrong = await problem(api('editMailTemplate', { params, body: { ...body, body: 'x\ny {{cod}}' } }));
    expect(wrong).toMatchObject({ code: 'template-refused', errors: [{ path: 'body' }] });
    expect(wrong?.errors?.[0]?.message).toContain('Line 2, column 3: there is no placeholder {{cod}}');
    const preview = await api('previewMailTemplate', { params, body });
    expect(preview).toMatchObject({ subject: 'For Android phone', text: 'Hi <b>Jane</b>\n' });
    expect(preview.html).toContain('Hi &lt;b&gt;Jane&lt;/b&gt;');
    const german = await api('previewMailTemplate', {
      params: { event: 'code-expiring', language: 'de' },
      body: { deviceType: '', subject: 'Bis {{expires}}', body: '{{codeRule}}\n' },
    });
    expect(german).toMatchObject({ subject: 'Bis 1. Dezember 2026 um 12:00 UTC' });
    expect(german.text).toMatch(/^Wenn Sie Ihren Helpdesk anrufen/);
    await api('editMailTemplate', { params, body });
    for (const profile of ['android', 'qr'] as const) {
      const serial = await holder(`own-${profile}`);
      await api('distributeToken', { params: { serial }, body: { profile, nickname: 'x1' } });
    }
    expect((await mailsTo('own-android', 1))[0]?.parsed).toMatchObject({ text: 'Hi <b>Jane</b>\n' });
    expect((await mailsTo('own-android', 1))[0]?.parsed.subject).toContain('x1');
    expect((await mailsTo('own-qr', 1))[0]?.parsed.subject).toBe('Your token is ready to be activated');
    await api('resetMailTemplate', { params, body: { deviceType: 'android' } });
    const { items } = await api('listMailTemplates', {});
    expect(items.filter(({ original }) => !original)).toEqual([]);
    expect(items).toHaveLength(MAIL_EVENT_NAMES.length * MAIL_LANGUAGES.length);
  });

  test('no mail to who has no address; while mail is off nothing is queued', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'silent' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'silent' } });
    const count = async () => (await api('listMail', { query: { limit: 1000 } })).items.length;
    const before = await count();
    await api('setPin', { params: { serial }, body: { pin: PIN } });
    expect(await count()).toBe(before);
    const other = await holder('later');
    await save({ enabled: false });
    await api('setPin', { params: { serial: other }, body: { pin: PIN } });
    expect(await count()).toBe(before);
    await save({ enabled: true });
  });
});
