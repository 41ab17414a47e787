/** Nothing secret leaves: every route driven at the most verbose level, then log, audit, replies and database searched. */
import { createPrivateKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, type Operation } from '@sower/api/operations';
import { parseLink } from '@sower/ctkip/links';
import { approvalCode, approvalSeed } from '@sower/otp/approval';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { provisioned, runExchange, tokencode } from '../../harness/authenticator.ts';
import { makeAuthority } from '../../harness/authority.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess } from '../../harness/deployment.ts';
import { ask, RADIUS_OPTIONS, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const CODE = 'Sentinel-Activation-Code-4758';
const PIN = 'Pin5Sent';
const WRONG = '13572468';
const SMTP_PASSWORD = 'Sentinel-Smtp-Password-5321';
const CERTIFICATE_PASSWORD = 'Sentinel certificate 7292';

/** Every way octets or text would look, written out. */
function spellings(secret: string | Uint8Array): string[] {
  const octets = Buffer.from(secret);
  const list = [
    octets.toString('hex'),
    octets.toString('base64').replace(/=+$/, ''),
    octets.toString('base64url'),
  ];
  return typeof secret === 'string' ? [secret, ...list] : list;
}

onBothDatabases('secrets', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;

  beforeAll(async () => {
    database = await kind.fresh();
    deployment = await deploy(database, {
      arguments: ['--log-level', 'trace', '--access-log', '--wrong-codes', '100000', ...RADIUS_OPTIONS],
    });
  });
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
  });

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
    await ask(peer, 'Sentinel-wrong-RADIUS-secret', 'watched', PIN + WRONG).catch(() => {});
    peer.close();
    const changed = await api('changeRadiusSecret', { params: { id: client.id }, body: {} });
    secrets.set('RADIUS secret', given).set('RADIUS secret, made', changed.secret as string);
    const agent = await api('addAgent', { body: { name: 'a' } });
    secrets.set('agent key', agent.key);
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
      ...approvalSeed('securid', scanned.seed),
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
