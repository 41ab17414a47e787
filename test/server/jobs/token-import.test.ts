/**
 * Importing tokens with their seeds, over the API and on both databases: files of other programs in, their codes accepted, each record once,
 * nothing overwritten unasked, and nothing of a seed anywhere but sealed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import type { Job, JobDetail } from '@sower/api/jobs';
import type { ImportTokensInput } from '@sower/api/token-imports';
import { hotp } from '@sower/otp/hotp';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { securidTokencode } from '@sower/otp/securid';
import { totp } from '@sower/otp/totp';
import { beforeAll, describe, expect, test } from 'vitest';
import { superAdminWithTokenOf } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { fernetFile, PSKC_FACTS, pskcFile } from '../../harness/jobs/token-files.ts';
import { problemCode } from '../../harness/problems.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const lacks = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined;

onBothDatabases('importing tokens', (kind) => {
  const { database, deployment, api } = deployed(kind, { arguments: ['--wrong-codes', '1000000'] });
  const stored = openedFor(database);
  let names = 0;

  beforeAll(async () => {
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
  });

  function fresh(what: string): string {
    names += 1;
    return `${what}${names}`;
  }
  /** Checked, and waiting to be started. */
  async function checked(
    file: string | Uint8Array,
    input: Omit<ImportTokensInput, 'name' | 'file'> = {},
    by: ApiClient = api,
  ): Promise<JobDetail> {
    const body = { name: fresh('import '), file: Buffer.from(file).toString('base64'), ...input };
    const { id } = await by('importTokens', { body });
    return jobSettled(by, id);
  }
  async function started({ id, name }: Job, by: ApiClient = api): Promise<JobDetail> {
    await by('startJob', { params: { id }, body: { name } });
    return jobEnded(by, id);
  }
  const imported = async (file: string | Uint8Array, input: Omit<ImportTokensInput, 'name' | 'file'> = {}) =>
    started(await checked(file, input));
  const reasonsOf = async (id: string) =>
    Object.fromEntries(
      (await api('listJobRows', { params: { id }, query: { limit: 1000 } })).items.map(
        ({ subject, state, reason }) => [subject, reason ?? state],
      ),
    );
  async function user(): Promise<string> {
    const userId = fresh('user');
    await api('addUser', { body: { userId } });
    return userId;
  }
  async function accepted(userId: string, passcode: string): Promise<boolean> {
    const answer = await api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  }
  const now = (seconds = 30): number => Math.floor(Date.now() / 1000 / seconds);

  describe.each([
    ['in the clear', {}],
    ['with a password', { password: 'qwerty' }],
    ['with a pre-shared key', { key: '000102030405060708090a0b0c0d0e0f' }],
  ] as const)('PSKC %s', (_, secrets) => {
    test('HOTP with its counter and TOTP of each hash: each code is accepted once', async () => {
      const protection =
        'password' in secrets
          ? ({ kind: 'password', password: secrets.password, iterations: 1_000 } as const)
          : 'key' in secrets
            ? ({ kind: 'key', key: Buffer.from(secrets.key, 'hex') } as const)
            : ({ kind: 'none' } as const);
      const tokens = await Promise.all(
        (['sha1', 'sha256', 'sha512', 'counter'] as const).map(async (what, index) => {
          const common = { ...PSKC_FACTS, seed: random(32), digits: ([6, 7, 8, 6] as const)[index]! };
          const named = { ...common, serial: fresh('p-'), userId: await user() };
          return what === 'counter'
            ? ({ ...named, algorithm: 'hotp', hash: 'sha1', counter: 41 } as const)
            : ({ ...named, algorithm: 'totp', hash: what, intervalSeconds: 60, driftIntervals: 0 } as const);
        }),
      );
      const job = await imported(await pskcFile(protection, tokens), {
        ...secrets,
        enabled: true,
      });
      expect(job).toMatchObject({ state: 'done', done: 4, failed: 0, leftOut: 0 });
      for (const { serial, userId, seed: key, digits, ...token } of tokens) {
        expect(await api('getToken', { params: { serial } })).toMatchObject({
          ...{ serial: serial.toUpperCase(), userId, kind: 'hardware', maker: 'Acme', batch: job.name },
          seeds: [{ state: 'current', digits, hash: token.hash }],
        });
        const code =
          token.algorithm === 'hotp'
            ? hotp({ key, counter: 41, digits })
            : totp({ key, interval: now(60), digits, hash: token.hash });
        expect(await accepted(userId, code)).toBe(true);
        expect(await accepted(userId, code)).toBe(false);
      }
    });
  });

  test.skipIf(lacks('oathtool'))('codes of oathtool are accepted after an OATH CSV with owners', async () => {
    const [first, second] = [await user(), await user()];
    const seeds = [hex(random(20)), hex(random(20))];
    const lines = [
      '# version: 2',
      `${first},r,r,${fresh('o-')},${seeds[0]},totp,6,30`,
      `${second},r,r,${fresh('o-')},${seeds[1]},hotp,6`,
    ];
    expect(await imported(lines.join('\n'), { enabled: true })).toMatchObject({ done: 2 });
    const oathtool = (...options: string[]) => execFileSync('oathtool', options, { encoding: 'utf8' }).trim();
    expect(await accepted(first, oathtool('--totp', seeds[0]!))).toBe(true);
    expect(await accepted(second, oathtool('--hotp', '-c', '0', seeds[1]!))).toBe(true);
  });

  test.skipIf(lacks('stoken'))(
    'the codes of stoken are accepted after the file that it exports',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sower-stoken-'));
      try {
        for (const password of [undefined, 'a password of 1']) {
          const protection = password === undefined ? [] : [`--new-password=${password}`];
          const xml = execFileSync('stoken', ['export', '--random', '--sdtid', ...protection], {
            encoding: 'utf8',
          });
          const file = join(folder, `${password === undefined}.sdtid`);
          writeFileSync(file, xml);
          const serial = /<SN>(\d+)/.exec(xml)?.[1] as string;
          const userId = await user();
          const owners = `${serial},${userId}`;
          const input = { owners, enabled: true, ...(password === undefined ? {} : { password }) };
          expect(await imported(xml, input)).toMatchObject({ done: 1, leftOut: 0 });
          // Four zeros are added to the tokencode digit by digit.
          const how = [
            '--file',
            file,
            '--pin',
            '0000',
            ...(password === undefined ? [] : ['--password', password]),
          ];
          const shown = execFileSync('stoken', ['tokencode', ...how, '--batch'], { encoding: 'utf8' });
          const code = /(\d{6,8})\s*$/.exec(shown)?.[1] as string;
          expect(await accepted(userId, code)).toBe(true);
          expect(await accepted(userId, code)).toBe(false);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test('sdtid with a password, a list of otpauth links, and the export of privacyIDEA', async () => {
    const [ada, ben, cas] = [await user(), await user(), await user()];
    const serial = String(Math.floor(Math.random() * 1e11)).padStart(12, '7');
    const seed = random(16);
    const token = {
      ...({ serial, seed, digits: 8, intervalSeconds: 60, addPin: false, localPin: false } as const),
      ...{ birthDay: '2020-01-01', expiryDay: '2037-12-31', userFirstName: '', userLastName: '' },
      ...{ userLogin: ada, deviceSerialNumber: '', nickname: 'Gate' },
    };
    const sdtid = writeSdtid({ tokens: [token], password: 'p4ss', secret: random(16) });
    if (!sdtid.ok) throw new Error('sdtid');
    expect(await imported(sdtid.xml, { password: 'p4ss', enabled: true })).toMatchObject({ done: 1 });
    const interval = now(60);
    expect(
      await accepted(ada, securidTokencode({ seed, serial, interval, intervalSeconds: 60, digits: 8 })),
    ).toBe(true);

    const link = `otpauth://totp/Shop:${ben}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop&digits=6`;
    expect(await imported(`${link}\r\n`, { enabled: true, kind: 'software' })).toMatchObject({ done: 1 });
    const key = Buffer.from('12345678901234567890');
    expect(await accepted(ben, totp({ key, interval: now(), digits: 6 }))).toBe(true);

    const entry = {
      ...{ serial: fresh('pi-'), type: 'totp', otpkey: hex(key), otplen: 8, count: 0, _hashed_pin: '$6$x' },
      ...{ info_list: { hashlib: 'sha256', timeStep: '60' }, user: { login: cas, realm: 'r' } },
    };
    const { file: padded, key: secret } = fernetFile(JSON.stringify([entry]));
    expect(await problemCode(checked(padded, { key: hex(random(32)) }))).toBe('invalid-request');
    expect(await imported(padded, { key: secret, enabled: true })).toMatchObject({ done: 1 });
    expect(await accepted(cas, totp({ key, interval: now(60), digits: 8, hash: 'sha256' }))).toBe(true);
  });

  test('the PIN policy of PSKC: one before the tokencode is chosen at the first use, one of the device is not asked for', async () => {
    const [prepend, local] = [await user(), await user()];
    const key = random(20);
    const tokens = ([prepend, local] as const).map((userId, at) => ({
      ...{ ...PSKC_FACTS, pin: at === 0 ? ('prepend' as const) : ('local' as const), userId },
      ...({
        seed: key,
        digits: 6,
        serial: fresh('pin-'),
        algorithm: 'hotp',
        hash: 'sha1',
        counter: 0,
      } as const),
    }));
    await imported(await pskcFile({ kind: 'none' }, tokens), { enabled: true });
    const code = hotp({ key, counter: 0, digits: 6 });
    const asked = await api('authenticate', { body: { userId: prepend, passcode: code } });
    expect(asked).toMatchObject({ challenge: { kind: 'new-pin' } });
    expect(await accepted(local, code)).toBe(true);
  });

  test('nothing is imported before it is started, tokens start disabled, and a second file names owners', async () => {
    const [serial, userId, seed] = [fresh('d-'), await user(), hex(random(20))];
    const job = await checked(`SN;Key\r\n${serial};${seed}\r\n`, {
      columns: { serial: 'SN', seed: 'Key' },
      owners: `serial,userId\n${serial},${userId}\n`,
    });
    expect(job).toMatchObject({ state: 'waiting', done: 1, kind: 'token-import' });
    expect(await problemCode(api('getToken', { params: { serial } }))).toBe('not-found');
    await started(job);
    expect(await api('getToken', { params: { serial } })).toMatchObject({ userId, enabled: false });
    const code = hotp({ key: Buffer.from(seed, 'hex'), counter: 0, digits: 6 });
    expect(await accepted(userId, code)).toBe(false);
    await api('enableToken', { params: { serial } });
    expect(await accepted(userId, code)).toBe(true);
  });

  test('each bad record has its reason, and the good ones beside it are imported', async () => {
    const [good, doubled, seed] = [fresh('g-'), fresh('g-'), hex(random(20))];
    const job = await checked(
      [
        `serial,seed,type,step,user,expires,digits`,
        `${good},${seed},totp,30,,,`,
        `${doubled},${seed},totp,30,,,`,
        `${doubled.toUpperCase()},${seed},totp,30,,,`,
        `short,${seed.slice(0, 20)},totp,30,,,`,
        `zero,${'00'.repeat(20)},totp,30,,,`,
        `step,${seed},totp,5,,,`,
        `nobody,${seed},totp,30,no.such.user,,`,
        `old,${seed},totp,30,,2020-01-01,`,
        `a/b,${seed},totp,30,,,`,
        `ocra,${seed},ocra,30,,,`,
        `nine,${seed},totp,30,,,9`,
        `octets\0of\0something else,${seed},totp,30,,,`,
        `of,${seed},totp,30,no\0one,,`,
      ].join('\n'),
    );
    expect(await reasonsOf(job.id)).toEqual({
      [good]: 'ready',
      [doubled]: 'token-row.doubled',
      [doubled.toUpperCase()]: 'token-row.doubled',
      short: 'token-row.seed',
      zero: 'token-row.seed',
      step: 'token-row.step',
      nobody: 'token-row.no-user',
      old: 'token-row.expired',
      'a/b': 'token-row.bad-serial',
      ocra: 'token-row.algorithm',
      nine: 'token-row.field',
      'octets\\u0000of\\u0000something else': 'token-row.bad-serial',
      of: 'token-row.no-user',
    });
    expect(await started(job)).toMatchObject({ state: 'done', done: 1, failed: 0 });
    const { csv } = await api('takeJobResult', { params: { id: job.id } });
    expect(csv).toContain('step');
    expect(csv.toLowerCase()).not.toContain(seed);
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, /password or key is wrong/],
    ['no password', {}, /protected with a password/],
  ] as const)('%s: refused as a whole', async (_, secrets, words) => {
    const facts = { ...PSKC_FACTS, seed: random(20), digits: 6, serial: fresh('w-'), userId: '' } as const;
    const protection = { kind: 'password', password: 'right', iterations: 1_000 } as const;
    const whole = await pskcFile(protection, [{ ...facts, algorithm: 'hotp', hash: 'sha1', counter: 0 }]);
    await expect(checked(whole, secrets)).rejects.toThrow(words);
    await expect(checked(whole.slice(0, -40), { password: 'right' })).rejects.toThrow(/no file of tokens/);
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>${whole.replace(/<\?xml[^>]*>/, '')}`;
    await expect(checked(bomb, { password: 'right' })).rejects.toThrow(/no file of tokens/);
  });

  describe('a serial number that is here already', () => {
    const row = (serial: string, seed: string, counter = 0) =>
      `serial,seed,type,counter\n${serial},${seed},hotp,${counter}\n`;

    test('skip leaves it, stop imports nothing, and replace takes an unassigned one only', async () => {
      const [serial, other, seed] = [fresh('e-'), fresh('e-'), hex(random(20))];
      await imported(row(serial, seed));
      expect(await reasonsOf((await checked(row(serial.toUpperCase(), seed))).id)).toEqual({
        [serial.toUpperCase()]: 'token-row.exists',
      });
      const both = `${row(serial, seed)}${other},${seed},hotp,0\n`;
      const stopped = await started(await checked(both, { existing: 'stop' }));
      expect(stopped).toMatchObject({ state: 'failed' });
      expect(await problemCode(api('getToken', { params: { serial: other } }))).toBe('not-found');
      const userId = await user();
      await api('assignToken', { params: { serial }, body: { userId } });
      const live = await checked(row(serial, hex(random(20))), { existing: 'replace' });
      expect(Object.values(await reasonsOf(live.id))).toEqual(['token-row.live']);
    });

    test('a counter never goes back', async () => {
      const [serial, key, userId] = [fresh('c-'), random(20), await user()];
      await imported(row(serial, hex(key), 7));
      await api('assignToken', { params: { serial }, body: { userId } });
      expect(await accepted(userId, hotp({ key, counter: 8, digits: 6 }))).toBe(true);
      await api('unassignToken', { params: { serial } });
      expect(await imported(row(serial, hex(key), 8), { existing: 'replace' })).toMatchObject({ done: 1 });
      await api('assignToken', { params: { serial }, body: { userId } });
      expect(await accepted(userId, hotp({ key, counter: 8, digits: 6 }))).toBe(false);
      expect(await accepted(userId, hotp({ key, counter: 9, digits: 6 }))).toBe(true);
    });
  });

  test('undo takes away what the import brought, and leaves what was used, assigned or changed since', async () => {
    const serials = ['used', 'assigned', 'edited', 'untouched', 'owned'].map((what) => fresh(`u-${what}-`));
    const [used, assigned, edited, untouched, owned] = serials as [string, string, string, string, string];
    const [first, second] = [await user(), await user()];
    const keys = serials.map(() => random(20));
    const job = await imported(
      [
        'serial,seed,user',
        ...serials.map(
          (serial, at) =>
            `${serial},${hex(keys[at]!)},${serial === used ? first : serial === owned ? second : ''}`,
        ),
      ].join('\n'),
      { enabled: true },
    );
    expect(job.done).toBe(5);
    expect(await accepted(first, hotp({ key: keys[0]!, counter: 0, digits: 6 }))).toBe(true);
    await api('assignToken', { params: { serial: assigned }, body: { userId: await user() } });
    const { version } = await api('getToken', { params: { serial: edited } });
    await api('editToken', { params: { serial: edited }, ifMatch: version, body: { label: 'mine' } });
    const undo = await api('undoJob', { params: { id: job.id } });
    expect(await jobEnded(api, undo.id)).toMatchObject({ state: 'done', done: 2, leftOut: 3 });
    for (const serial of [untouched, owned])
      expect(await problemCode(api('getToken', { params: { serial } }))).toBe('not-found');
    for (const serial of [used, assigned, edited])
      expect((await api('getToken', { params: { serial } })).seeds).toHaveLength(1);
  });

  test('undo leaves the token of an administrator to those with as many rights', async () => {
    const [serial, userId] = [fresh('boss-'), await user()];
    const job = await imported(`serial,seed,user\n${serial},${hex(random(20))},${userId}`);
    await superAdminWithTokenOf(api, stored.db, { userName: `boss ${kind.name}`, userId });
    const made = await api('addApiKey', {
      body: { name: 'fewer rights', permissions: ['tokens:view', 'tokens:mint', 'tokens:delete'] },
    });
    const lesser = deployment.apiOf(0, made.key);
    const { id } = await lesser('undoJob', { params: { id: job.id } });
    expect(await jobEnded(lesser, id)).toMatchObject({ state: 'done', done: 0, leftOut: 1 });
    expect(await reasonsOf(id)).toEqual({ [serial]: 'administrator.token-above-you' });
    expect((await api('getToken', { params: { serial } })).userId).toBe(userId);
  });

  test('the seed of a file ends when the one that was agreed by CT-KIP is proven', async () => {
    await api('addProfile', {
      body: {
        ...({
          name: 'Phones',
          deviceType: 'sower',
          delivery: 'url',
          authenticationType: 'tokencode',
        } as const),
        ...({ algorithm: 'totp', digits: 6, interval: 30 } as const),
      },
    });
    const [serial, key, userId] = [fresh('soft-'), random(20), await user()];
    await imported(`serial,seed,user\n${serial},${hex(key)},${userId}\n`, {
      enabled: true,
      kind: 'software',
    });
    const code = (counter: number) => hotp({ key, counter, digits: 6 });
    const token = await provisioned(
      deployment,
      await api('distributeToken', { params: { serial }, body: { profile: 'Phones' } }),
    );
    expect(await accepted(userId, code(0))).toBe(true);
    expect(await accepted(userId, tokencode(token))).toBe(true);
    expect(await accepted(userId, code(1))).toBe(false);
    expect((await api('getToken', { params: { serial } })).seeds).toHaveLength(1);
  });

  test('PINs: carried with the seed, chosen at the next logon, or none; one that the policy refuses has to be changed', async () => {
    const step = (userId: string, passcode: string) => api('authenticate', { body: { userId, passcode } });
    const rows = await Promise.all(
      ['8439', '', '1111', '8439'].map(async (pin, at) => ({
        ...{ serial: fresh('pin-'), key: random(20), pin, userId: at === 3 ? '' : await user() },
      })),
    );
    const csv = [
      'serial,seed,user,pin',
      ...rows.map(({ serial, key, userId, pin }) => `${serial},${hex(key)},${userId},${pin}`),
    ].join('\n');
    const [good, none, weak, free] = rows as [
      (typeof rows)[0],
      (typeof rows)[0],
      (typeof rows)[0],
      (typeof rows)[0],
    ];
    const code = ({ key }: { key: Uint8Array }, counter = 0): string => hotp({ key, counter, digits: 6 });
    expect(await imported(csv, { enabled: true, pins: 'carry' })).toMatchObject({ done: 4, failed: 0 });
    expect(await accepted(good.userId, code(good))).toBe(false);
    expect(await accepted(good.userId, `8439${code(good)}`)).toBe(true);
    expect(await accepted(none.userId, code(none))).toBe(true);
    expect(await step(weak.userId, `1111${code(weak)}`)).toMatchObject({ result: 'challenge' });
    expect(await step(weak.userId, code(weak, 1))).not.toMatchObject({ result: 'challenge' });
    // A PIN is its owner's, and there is none.
    const tokens = await stored.db
      .selectFrom('tokens')
      .select(['serial', 'pin', 'pin_change'])
      .where(
        'serial',
        'in',
        rows.map(({ serial }) => serial.toUpperCase()),
      )
      .execute();
    const stands = Object.fromEntries(tokens.map((row) => [row.serial, [row.pin !== null, row.pin_change]]));
    expect(stands).toEqual({
      [good.serial.toUpperCase()]: [true, 0],
      [none.serial.toUpperCase()]: [false, 0],
      [weak.serial.toUpperCase()]: [true, 1],
      [free.serial.toUpperCase()]: [false, 0],
    });
    // The same PIN is not chosen again where the policy remembers it.
    expect(await stored.db.selectFrom('pin_history').select('id').execute()).not.toHaveLength(0);

    // Without `carry`, the column means nothing; `none` asks for no PIN even if a policy wants one.
    const again = await Promise.all(
      ['new', 'none'].map(async () => ({ serial: fresh('pin-'), key: random(20), userId: await user() })),
    );
    for (const [at, pins] of (['new', 'none'] as const).entries()) {
      const { serial, key, userId } = again[at]!;
      await imported(`serial,seed,user,pin\n${serial},${hex(key)},${userId},8439`, { enabled: true, pins });
      expect(await accepted(userId, `8439${hotp({ key, counter: 0, digits: 6 })}`)).toBe(false);
      expect(await accepted(userId, hotp({ key, counter: 1, digits: 6 }))).toBe(true);
      expect(await problemCode(api('requireNewPin', { params: { serial }, body: {} }))).toBe(
        pins === 'none' ? 'wrong-state' : 'none',
      );
    }
    const { id } = await checked(`serial,seed,pin\n${fresh('pin-')},${hex(random(20))},Schlüssel`, {
      pins: 'carry',
    });
    expect(Object.values(await reasonsOf(id))).toEqual(['token-row.pin']);
  });

  test('no seed is anywhere but sealed: not in a row, a result or a log; one that is not imported is not kept', async () => {
    const keys = [random(20), random(20), random(20)];
    const written = keys.flatMap((key) => [hex(key), Buffer.from(key).toString('base64')]);
    const pin = '73918264';
    const owner = await user();
    const lines = keys.map(
      (key, at) => `${fresh('s-')},${hex(key)},totp,6,${at === 2 ? 5 : 30},${at === 0 ? owner : ''},${pin}`,
    );
    const head = 'serial,seed,type,digits,step,user,pin\n';
    const job = await checked(head + lines.join('\n'), { pins: 'carry' });
    const left = await checked(`${head}${fresh('s-')},${hex(keys[0]!)},totp,6,30,,${pin}`, { pins: 'carry' });
    await started(job);
    await api('cancelJob', { params: { id: left.id } });
    expect(await problemCode(api('resumeJob', { params: { id: left.id } }))).toBe('wrong-state');
    const rows = await stored.db
      .selectFrom('job_rows')
      .selectAll()
      .where('job_id', 'in', [job.id, left.id])
      .execute();
    expect(rows.map(({ sealed }) => sealed)).toEqual([null, null, null, null]);
    const everything = JSON.stringify([
      rows,
      await stored.db.selectFrom('jobs').selectAll().execute(),
      await stored.db.selectFrom('seeds').selectAll().execute(),
      await stored.db.selectFrom('tokens').selectAll().execute(),
      await stored.db.selectFrom('pin_history').selectAll().execute(),
      await stored.db.selectFrom('audit').selectAll().execute(),
      deployment.servers.map((server) => server.output()),
    ]).toLowerCase();
    for (const seed of [...written, pin]) expect(everything).not.toContain(seed.toLowerCase());
  });
});
