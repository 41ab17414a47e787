/** Nothing secret leaves: every route driven at the most verbose level, then log, audit, replies and database searched. */
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, type Operation } from '@sower/api/operations';
import type { ImportTokensInput } from '@sower/api/token-imports';
import { parseLink } from '@sower/ctkip/links';
import { approvalCode, approvalSeed } from '@sower/otp/approval';
import { toBase32 } from '@sower/otp/base32';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { openDatabase } from '@sower/server/store/db/open';
import pg from 'pg';
import { expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { provisioned, runExchange, tokencode } from '../../harness/authenticator.ts';
import { makeAuthority } from '../../harness/authority.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import type { ServerProcess } from '../../harness/deployment.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { fernetFile, PSKC_FACTS, pskcFile } from '../../harness/jobs/token-files.ts';
import { ask, RADIUS_OPTIONS, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { sealingOf, selfServiceClient } from '../../harness/self-service-client.ts';

const CODE = 'Sentinel-Activation-Code-4758';
const PIN = 'Pin5Sent';
const WRONG = '13572468';
const SMTP_PASSWORD = 'Sentinel-Smtp-Password-5321';
const CARRIED = 'Car7iedPin';
const CERTIFICATE_PASSWORD = 'Sentinel certificate 7292';

/** Every way octets or text would look, written out. */
function spellings(secret: string | Uint8Array): string[] {
  const octets = Buffer.from(secret);
  const list = [
    octets.toString('hex'),
    octets.toString('base64').replace(/=+$/, ''),
    octets.toString('base64url'),
    toBase32(octets),
  ];
  return typeof secret === 'string' ? [secret, ...list] : list;
}

onBothDatabases('secrets', (kind) => {
  const { database, deployment } = deployed(
    { installed: kind.fresh },
    {
      arguments: ['--log-level', 'trace', '--access-log', '--wrong-codes', '100000', ...RADIUS_OPTIONS],
    },
  );

  async function everythingStored(): Promise<string> {
    if (database.location.kind === 'sqlite') {
      const { file } = database.location;
      return ['', '-wal', '-shm'].map((suffix) => readFileSync(file + suffix, 'latin1')).join('\n');
    }
    const client = new pg.Client({ connectionString: database.location.url });
    await client.connect();
    const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    let text = '';
    for (const { tablename } of rows as { tablename: string }[]) {
      text += JSON.stringify((await client.query(`select * from "${tablename}"`)).rows);
    }
    await client.end();
    return text;
  }

  /** Each way that a seed comes in by a file or goes out: imported, left waiting, left out, refused as a whole, exported. */
  async function ofFiles(replies: string[], secrets: Map<string, string | Uint8Array>): Promise<void> {
    const { api } = deployment;
    const [password, key, out] = [
      'Sentinel file 4711 in',
      '00112233445566778899aabbccddeeff',
      'Sentinel file 4711 out',
    ];
    const seed = (what: string): Uint8Array => {
      const octets = new Uint8Array(randomBytes(20));
      secrets.set(`seed of ${what}`, octets);
      return octets;
    };
    const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
    for (const userId of ['eve', 'holder']) await api('addUser', { body: { userId } });
    const pskc = (what: string) => ({
      ...{ ...PSKC_FACTS, serial: `S-${what.replaceAll(' ', '-')}`, userId: '', seed: seed(what) },
      ...({ algorithm: 'hotp', hash: 'sha1', digits: 6, counter: 0 } as const),
    });
    const entry = { serial: 'S-PI', type: 'hotp', otpkey: hex(seed('an export')), otplen: 6, count: 0 };
    const fernet = fernetFile(JSON.stringify([entry]));
    const link = (what: string): string =>
      `otpauth://totp/Shop:${what}?secret=${toBase32(seed('a link'))}&digits=6`;
    const secret = new Uint8Array(randomBytes(16));
    secrets.set('seed of sdtid', secret);
    const sdtid = writeSdtid({
      tokens: [
        {
          ...({ serial: '770011223344', seed: secret, digits: 8, intervalSeconds: 60 } as const),
          ...{ addPin: false, localPin: false, birthDay: '2020-01-01', expiryDay: '2037-12-31' },
          ...{ userFirstName: '', userLastName: '', userLogin: '', deviceSerialNumber: '', nickname: '' },
        },
      ],
      ...{ password, secret: new Uint8Array(randomBytes(16)) },
    });
    if (!sdtid.ok) throw new Error('sdtid');
    const csv = `serial,seed,user,pin\nS-CSV,${hex(seed('a table'))},holder,${CARRIED}\nS-OUT,${hex(seed('a row left out'))},no-such-user,${CARRIED}`;
    secrets
      .set('PIN of a table', CARRIED)
      .set('password of a file', password)
      .set('key of a file', Buffer.from(key, 'hex'))
      .set('key of an export', fernet.key)
      .set('password of an exported file', out);
    const files: readonly (readonly [string, Omit<ImportTokensInput, 'name' | 'file'>, boolean?])[] = [
      [await pskcFile({ kind: 'none' }, [pskc('a clear file')]), {}],
      [await pskcFile({ kind: 'password', password, iterations: 1_000 }, [pskc('a password')]), { password }],
      [await pskcFile({ kind: 'key', key: Buffer.from(key, 'hex') }, [pskc('a key')]), { key }],
      [await pskcFile({ kind: 'none' }, [pskc('one that waits')]), {}, false],
      [fernet.file, { key: fernet.key }],
      [link('eve'), {}],
      [sdtid.xml, { password }],
      [csv, { pins: 'carry' }],
    ];
    for (const [index, [text, input, start = true]] of files.entries()) {
      const name = `file ${index}`;
      const file = Buffer.from(text).toString('base64');
      const made = await api('importTokens', { body: { name, file, ...input } });
      const job = await jobSettled(api, made.id);
      if (start) {
        await api('startJob', { params: { id: job.id }, body: { name } });
        expect(await jobEnded(api, job.id)).toMatchObject({ done: 1 });
      }
      const call = { params: { id: job.id } };
      replies.push(
        JSON.stringify([await api('getJob', call), await api('listJobRows', { ...call, query: {} })]),
      );
      replies.push(JSON.stringify(await api('takeJobResult', call)));
      for (const wrong of [{ password: `${password}x` }, { key: fernet.key }])
        await api('importTokens', { body: { name, file, ...wrong } }).catch((error: Error) =>
          replies.push(error.message),
        );
    }
    // In parts: imported, and left behind; with the secrets of their files.
    const csvPart = (what: string): string =>
      `serial,seed\nS-${what.replaceAll(' ', '-')},${hex(seed(what))}\n`;
    const protectedPart = await pskcFile({ kind: 'password', password, iterations: 1_000 }, [
      pskc('a part with a password'),
    ]);
    const parts = [
      ['csv', csvPart('a part'), {}, true],
      ['csv', csvPart('a part left behind'), {}, false],
      ['pskc', protectedPart, { password }, true],
      ['sdtid', sdtid.xml, { password }, false],
    ] as const;
    for (const [index, [format, part, opened, done]] of parts.entries()) {
      const reading = { format, delimiter: ',' } as const;
      const { id } = await api('openTokenImport', { body: { name: `parts ${index}`, reading } });
      const params = { id };
      const file = Buffer.from(part).toString('base64');
      for (const given of [
        { from: 0, password: `${password}x` },
        { from: 0, ...opened },
        { from: 5, ...opened },
      ])
        replies.push(
          await api('addTokenImportPart', { params, body: { ...given, file } }).then(
            (job) => JSON.stringify(job),
            (error: Error) => error.message,
          ),
        );
      if (!done) continue;
      await api('endTokenImport', { params, body: { total: 1 } });
      await jobSettled(api, id);
      await api('startJob', { params, body: { name: `parts ${index}` } });
      expect(await jobEnded(api, id)).toMatchObject({ done: 1 });
    }
    const administrator = selfServiceClient(deployment);
    const session = { userName: 'admin', password: await adminPassword(deployment) };
    await administrator.api('openSession', { body: session });
    const exported = await administrator.api('exportTokens', {
      body: { choose: { serials: ['S-CSV', 'S-A-KEY'] }, password: out },
    });
    expect(exported).toMatchObject({ count: 2 });
    replies.push(JSON.stringify(exported));
    await toTransferKeys(administrator.api, replies, secrets);
  }

  /** Exported to a key and imported back; and a private key, pasted by mistake. */
  async function toTransferKeys(
    administrator: ReturnType<typeof selfServiceClient>['api'],
    replies: string[],
    secrets: Map<string, string | Uint8Array>,
  ): Promise<void> {
    const { api } = deployment;
    const shown = await api('makeTransferKey', { body: {} });
    const choose = { serials: ['S-CSV', 'S-A-KEY'] };
    const sent = await administrator('exportTokens', { body: { choose, transferKey: shown.pem } });
    const file = Buffer.from(sent.pskc ?? '').toString('base64');
    const { id } = await api('importTokens', { body: { name: 'back', file, existing: 'skip' } });
    await jobSettled(api, id);
    const changed = Buffer.from((sent.pskc ?? '').replace(/<ValueMAC>..../g, '<ValueMAC>AAAA'));
    for (const octets of [changed, changed.subarray(0, 900)])
      await api('importTokens', { body: { name: 'x', file: octets.toString('base64') } }).catch(
        (error: Error) => replies.push(error.message),
      );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3_072 });
    const pasted = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    await administrator('exportTokens', { body: { choose, transferKey: pasted } }).catch((error: Error) =>
      replies.push(error.message),
    );
    replies.push(JSON.stringify([shown, sent]));
    secrets
      .set('a line of a private key', pasted.split('\n')[9] as string)
      .set('a private key', privateKey.export({ format: 'der', type: 'pkcs8' }));
    const { db, close } = await openDatabase(database.location);
    const row = await db.selectFrom('transfer_keys').selectAll().executeTakeFirstOrThrow();
    await close();
    const own = sealingOf(deployment.dataFolder).open(aadOf('transfer_keys.private_key', 1), row.private_key);
    const { d, p } = createPrivateKey({ key: Buffer.from(own), format: 'der', type: 'pkcs8' }).export({
      format: 'jwk',
    });
    secrets
      .set('the transfer key', own)
      .set('its secret number', Buffer.from(d as string, 'base64url'))
      .set('its prime', Buffer.from(p as string, 'base64url'));
  }

  test('log, audit, replies, metrics and database hold no seed, code, PIN, passcode, key or password', async () => {
    const { api } = deployment;
    const replies: string[] = [];
    const secrets = new Map<string, string | Uint8Array>();

    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'fob' },
    });
    await api('addUser', { body: { userId: 'watched', email: 'watched@example.com' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'watched' } });
    const chosen = await api('distributeToken', {
      params: { serial },
      body: { profile: 'p', activationCode: { kind: 'chosen', value: CODE } },
    });
    expect(chosen.activationCode).toBe(CODE);
    secrets
      .set('activation code', CODE)
      .set('activation code, canonical', CODE.replaceAll('-', '').toUpperCase());
    await runExchange(deployment, { ...chosen, activationCode: `${CODE}x` });
    await runExchange(deployment, chosen, { deviceClass: 'wrong' });
    const token = await provisioned(deployment, chosen);
    secrets.set('seed', token.seed);
    const digits = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
    secrets.set('second activation code', digits.activationCode as string);
    const strict = await provisioned(deployment, digits, { dialectName: 'rfc4758' });
    secrets.set('second seed', strict.seed);
    await api('setPin', { params: { serial }, body: { pin: PIN } });
    // The PIN once more, sealed for another token.
    await api('mintTokens', { body: {} });
    expect(await api('replaceToken', { params: { serial }, body: {} })).toMatchObject({ pinSet: true });
    secrets.set('PIN', PIN);
    const passcodes = [PIN + tokencode(strict, -1), PIN + tokencode(strict), PIN + WRONG, WRONG];
    for (const passcode of passcodes) await api('authenticate', { body: { userId: 'watched', passcode } });
    secrets.set('passcode', passcodes[0] as string).set('wrong passcode', PIN + WRONG);
    const emergency = await api('giveEmergencyAccess', { params: { serial }, body: { kind: 'set' } });
    for (const [index, code] of emergency.codes.slice(0, 3).entries())
      secrets.set(`emergency code ${index}`, code);
    await api('authenticate', { body: { userId: 'watched', passcode: `${PIN}${emergency.codes[0]}` } });
    await api('testToken', { params: { serial }, body: { passcode: PIN + tokencode(strict, 1) } });
    const resync = { first: tokencode(strict, 3), second: tokencode(strict, 4) };
    await api('resynchronizeToken', { params: { serial }, body: resync });
    secrets.set('resynchronisation', resync.first).set('resynchronisation, second', resync.second);
    // A mail server that is away: what holds the code waits in the queue.
    const { version: mailVersion } = await api('getMailSettings', {});
    await api('editMailSettings', {
      body: {
        enabled: true,
        host: 'localhost',
        port: 1,
        user: 'sower',
        password: SMTP_PASSWORD,
        from: 'sower@example.com',
        urlDelivery: 'separate',
      },
      ifMatch: mailVersion,
    });
    secrets.set('password of the mail server', SMTP_PASSWORD);
    await api('addUser', { body: { userId: 'mailed', email: 'mailed@example.com' } });
    const { first: another } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial: another }, body: { userId: 'mailed' } });
    const mailed = await api('distributeToken', {
      params: { serial: another },
      body: { profile: 'p', mail: 'separate' },
    });
    secrets.set('mailed activation code', mailed.activationCode as string);
    expect((await api('listMail', {})).items.filter(({ state }) => state === 'queued')).toHaveLength(2);
    const apiKey = await api('addApiKey', { body: { name: 'k', permissions: ['audit:view'] } });
    secrets.set('API key', apiKey.key).set('admin API key', deployment.apiKey);
    const given = 'Sentinel-RADIUS-secret-2865';
    const client = await api('addRadiusClient', { body: { name: 'r', network: '127.0.0.1', secret: given } });
    const [server] = deployment.servers;
    const peer = await radiusPeer(radiusPort(server as ServerProcess, 'authentication'));
    for (const passcode of [PIN + WRONG, `${PIN}${tokencode(strict, 1)}`])
      await ask(peer, given, 'watched', passcode);
    await ask(peer, 'Sentinel-wrong-RADIUS-secret', 'watched', PIN + WRONG, [], 1_000);
    peer.close();
    const changed = await api('changeRadiusSecret', { params: { id: client.id }, body: {} });
    secrets.set('RADIUS secret', given).set('RADIUS secret, made', changed.secret as string);
    const agent = await api('addAgent', { body: { name: 'a' } });
    secrets.set('agent key', agent.key);
    const oldSecret = 'Sentinel-secret-of-the-old-servers';
    await api('addCoexistence', {
      body: { name: 'o', servers: ['192.0.2.9:1812'], secret: oldSecret, endsOn: '2099-12-31' },
    });
    secrets.set('secret of old servers', oldSecret);
    const shared = await api('addAgentCredential', { body: { note: 'a' } });
    secrets.set('access key', shared.accessKey);
    const password = await adminPassword(deployment);
    secrets.set('password', password);
    const session = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/session',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName: 'admin', password }),
    });
    const cookie = /session=([\w-]+)/.exec(String(session.headers['set-cookie']))?.[1] as string;
    secrets.set('session', cookie);
    const own = 'Sentinel Password of a User';
    await api('setUserPassword', {
      params: { userId: 'watched' },
      body: { password: own, mustChange: false },
    });
    secrets.set('password of a user', own);
    await api('addProfile', {
      body: { name: 'qr', deviceType: 'sower', delivery: 'qr', authenticationType: 'tokencode' },
    });
    const { first: ownSerial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial: ownSerial }, body: { userId: 'watched' } });
    await api('distributeToken', { params: { serial: ownSerial }, body: { profile: 'qr' } });
    await api('openActivationWindow', { params: { userId: 'watched' } });
    const browser = selfServiceClient(deployment);
    for (const password of [WRONG, own]) {
      const body = { method: 'password', userId: 'watched', password } as const;
      await browser.api('openUserSession', { body }).catch(() => undefined);
    }
    secrets.set('session of a user', browser.cookies.get('__Host-sower-user') as string);
    const params = { serial: ownSerial };
    const { link } = await browser.api('openOwnActivation', { params });
    const target = parseLink(link);
    if (!target.ok) throw new Error(target.defect);
    secrets.set('activation code of a QR code', target.activationCode as string);
    const scanned = await provisioned(deployment, {
      ctkipUrl: target.url,
      activationCode: target.activationCode,
    });
    secrets.set('seed of a QR code', scanned.seed);
    const first = tokencode(scanned);
    secrets.set('first tokencode', first);
    await browser.api('testOwnToken', { params, body: { passcode: first } });
    for (const name of ['listOwnTokens', 'getUserSession'] as const) {
      replies.push(JSON.stringify(await browser.api(name, {})));
    }
    const approval = await approvalCode({
      ...approvalSeed({ algorithm: 'securid', hash: 'sha1' }, scanned.seed),
      serial: ownSerial,
      moment: Math.floor(Date.now() / 60_000),
    });
    secrets.set('approval', approval);
    await browser.api('moveOwnToken', { params, body: { approval } });
    await browser.api('moveOwnToken', { params, body: { approval } }).catch(() => undefined);
    replies.push(JSON.stringify(await browser.api('watchActivation', { params })));
    secrets.set('raised session of a user', browser.cookies.get('__Host-sower-user') as string);
    secrets.set(
      'master key',
      Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64'),
    );

    // The key of an uploaded certificate, encrypted on its way. A request's key is told to nobody, so that nobody can look for it.
    const authority = await makeAuthority();
    const leaf = await authority.issue();
    const privateKey = createPrivateKey(leaf.keyPem);
    const encrypted = privateKey.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: CERTIFICATE_PASSWORD,
    }) as string;
    const upload = {
      kind: 'pem',
      chain: authority.chain(leaf),
      key: encrypted,
      password: CERTIFICATE_PASSWORD,
    } as const;
    secrets
      .set('private key of the certificate', privateKey.export({ format: 'der', type: 'pkcs8' }))
      .set('its secret number', Buffer.from(privateKey.export({ format: 'jwk' }).d as string, 'base64url'))
      .set('password of the certificate', CERTIFICATE_PASSWORD);
    await api('addCertificate', { body: { ...upload, password: `${CERTIFICATE_PASSWORD}x` } }).catch(
      () => {},
    );
    await api('addCertificate', { body: upload });
    await api('requestCertificate', { body: { keyType: 'ec-p256', names: ['localhost'] } });
    await api('useCertificate', { params: { id: 'own' } });

    await ofFiles(replies, secrets);

    // Every route once more, with what it takes and with rubbish, and all that comes back is kept.
    for (const operation of Object.values(OPERATIONS) as Operation[]) {
      const path = `/api/v1${operation.path.replace(':serial', serial).replace(':userId', 'watched').replace(/:\w+/, '1')}`;
      if (operation.method === 'DELETE' || /unassign|withdraw|disable$|server-keys|session/.test(path))
        continue;
      for (const body of operation.body
        ? ['{}', `{"pin":"${PIN}!"}`, `{"passcode":"${PIN}","userId":7}`]
        : [undefined]) {
        const answer = await deployment.send(0, {
          method: operation.method,
          path,
          headers: {
            authorization: `Bearer ${deployment.apiKey}`,
            'content-type': 'application/json',
            'if-match': '"1"',
          },
          ...(body === undefined ? {} : { body }),
        });
        replies.push(answer.body.toString());
      }
    }
    replies.push(await deployment.metrics(0));
    for (const path of ['/metrics', '/readyz', '/api/openapi.json', `/nowhere?code=${CODE}`]) {
      replies.push((await deployment.send(0, { path })).body.toString());
    }
    const audit: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api('listAudit', {
        query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
      });
      audit.push(JSON.stringify(page.items));
      cursor = page.next;
    } while (cursor !== undefined);

    const log = deployment.servers[0]?.output() ?? '';
    const files = readdirSync(deployment.dataFolder)
      .filter((name) => /sqlite|server\.json/.test(name))
      .map((name) => readFileSync(join(deployment.dataFolder, name), 'latin1'));
    const places = {
      log,
      audit: audit.join('\n'),
      replies: replies.join('\n'),
      database: await everythingStored(),
      files: files.join('\n'),
    };
    expect(places.log.length).toBeGreaterThan(100);
    expect(places.database).toContain('watched');
    for (const [what, secret] of secrets) {
      for (const [where, text] of Object.entries(places)) {
        for (const spelling of spellings(secret)) {
          expect(text.includes(spelling), `${what} in ${where} as ${spelling}`).toBe(false);
        }
      }
    }
    // The search finds what is there: the proof that it could fail.
    expect(spellings(serial).some((spelling) => places.database.includes(spelling))).toBe(true);
  });
});
