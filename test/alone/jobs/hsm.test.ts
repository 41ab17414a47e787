/**
 * The master key in an HSM (SoftHSM): it wraps data keys and nothing else, servers go on without it, and it is changed for another one, in the HSM
 * or not. Skipped where SoftHSM or pkcs11js is not installed.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beginMarks, newKeyCheck } from '@sower/server/compose/first-marks';
import { hsmKey, PinRefused } from '@sower/server/keys/hsm/hsm';
import { readHsmUri } from '@sower/server/keys/hsm/uri';
import { type MasterKey, masterKeyOf } from '@sower/server/keys/seal/key-ring';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beginRotation, firstDataKey, rotationStatus } from '@sower/server/operations/rotation/begin';
import {
  keyFollower,
  keyRingOf,
  loadKeys,
  OVERLAP_MILLISECONDS,
} from '@sower/server/operations/rotation/follow';
import { openDatabase } from '@sower/server/store/db/open';
import { readDataKeys } from '@sower/server/store/keys/data-keys';
import { claimInstallation, findInstallation } from '@sower/server/store/operations/installation';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { backedUp, sower } from '../../harness/jobs/command.ts';
import { hasSoftHsm, softHsm } from '../../harness/jobs/hsm.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const PLACE = 'installation.key_check';

test('a PKCS#11 URI says where the key and the PIN are, and never contains the PIN', () => {
  const rest = '?module-path=/m.so&pin-source=file:/pin';
  expect(readHsmUri(`pkcs11:model=A%20B;token=t;object=k;id=%01a;type=secret-key${rest}`)).toMatchObject({
    module: '/m.so',
    token: { label: 't', model: 'A B' },
    key: { label: 'k', id: Buffer.from([1, 0x61]) },
    pin: { kind: 'file', from: '/pin' },
  });
  expect(
    readHsmUri('pkcs11:serial=1;id=%ff?module-path=/m&pin-source=%7Csystemd-creds%20cat%20pin'),
  ).toMatchObject({
    pin: { kind: 'command', from: 'systemd-creds cat pin' },
    key: { id: Buffer.from([0xff]) },
  });
  for (const [wrong, why] of [
    ['pkcs11:token=t;object=k?module-path=/m&pin-value=1234', 'contains a PIN'],
    [`pkcs11:object=k${rest}`, 'token='],
    [`pkcs11:token=t${rest}`, 'object='],
    ['pkcs11:token=t;object=k?pin-source=file:/pin', 'module-path'],
    ['pkcs11:token=t;object=k?module-path=m.so&pin-source=file:/pin', 'module-path'],
    ['pkcs11:token=t;object=k?module-path=/m', 'pin-source'],
    ['pkcs11:token=t;object=k?module-path=/m&pin-source=file:pin', 'absolute'],
    [`pkcs11:token=t;token=u;object=k${rest}`, 'too many'],
    [`pkcs11:token=t;object=k;slot-id=1${rest}`, 'slot-id'],
    [`pkcs11:token=t;object=k;type=private${rest}`, 'secret key'],
    [`pkcs11:token=%zz;object=k${rest}`, 'percent'],
  ] as const)
    expect(() => readHsmUri(wrong), wrong).toThrow(why);
});

describe.skipIf(!hasSoftHsm())('a master key in an HSM', () => {
  let hsm: ReturnType<typeof softHsm>;
  let [one, two] = ['', ''];
  const keyAt = (uri: string): Promise<MasterKey> => hsmKey(readHsmUri(uri))();
  beforeAll(() => {
    hsm = softHsm();
    [one, two] = [hsm.makeKey('master-1'), hsm.makeKey('master-2')];
  });
  afterAll(() => hsm.remove());

  test('many processes that ask at once all get their answer', async () => {
    const all = await Promise.all(Array.from({ length: 24 }, () => keyAt(one)));
    expect(new Set(all.map(({ name }) => name)).size).toBe(1);
  });

  test('a response is read though this process is busy while the one that asks the HSM ends', async () => {
    // Busy while it reads, where the end of a child is noticed before what it wrote meanwhile.
    const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const busy = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    busy.on('data', () => {
      const until = performance.now() + 50;
      while (performance.now() < until);
      if (busy.writable) busy.write('.');
    });
    busy.write('.');
    try {
      const all = await Promise.all(Array.from({ length: 24 }, () => keyAt(one)));
      expect(new Set(all.map(({ name }) => name)).size).toBe(1);
    } finally {
      busy.end();
      echo.close();
    }
  });

  test('each thing that is wrong with it is one sentence, and a refused PIN is not tried again', async () => {
    await expect(keyAt(one.replace('object=master-1', 'object=other'))).rejects.toThrow('no AES key');
    await expect(keyAt(one.replace('token=sower', 'token=other'))).rejects.toThrow('token is not there');
    await expect(keyAt(one.replace('libsofthsm2.so', 'libnone.so'))).rejects.toThrow('library of the HSM');
    await expect(keyAt(one.replace('pin-source=file:', 'pin-source=file:/none'))).rejects.toThrow('ENOENT');
    await expect(keyAt(one.replace(/pin-source=.*/, 'pin-source=%7Cexit%203'))).rejects.toThrow('failed (3)');
    await expect(keyAt(hsm.makeKey('open', '--extractable'))).rejects.toThrow('not extractable');
    hsm.makeKey('twice');
    await expect(keyAt(hsm.makeKey('twice'))).rejects.toThrow('several AES keys');
    let clock = 0;
    const wrongPin = hsmKey(
      readHsmUri(one.replace(/pin-source=.*/, 'pin-source=%7Cecho%2000000')),
      () => clock,
    );
    await expect(wrongPin()).rejects.toThrow(/the PIN was refused \(CKR_PIN_INCORRECT\)/);
    clock = 60_000;
    await expect(wrongPin()).rejects.toThrow(PinRefused);
    await expect(wrongPin()).rejects.toThrow('refused before');
    const key = await keyAt(`${one.replace(/pin-source=.*/, `pin-source=%7Ccat%20${hsm.pinFile}`)}`);
    expect(key.name).toMatch(/^hsm:master-1:[0-9a-f]{16}$/);
    expect(key.octets).toBe(undefined);
    const wraps = await key.wrap([random(32), random(32)]);
    expect(await (await keyAt(one)).unwrap([...wraps].reverse())).toBe('altered');
    expect(await (await keyAt(two)).unwrap(wraps)).toBe('altered');
  });

  onBothDatabases('in the database', (kind) => {
    test('an installation begins with it, and changes it for another one in the HSM, one outside, and back', async () => {
      const fresh = await kind.fresh();
      const { db, close } = await openDatabase(fresh.location);
      let [now, monotonic] = [1_700_000_000_000, 0];
      const keys = { one: await keyAt(one), two: await keyAt(two), file: masterKeyOf(random(32)) };
      const context = { db, now: () => now, random };
      const [a, b] = [keyRingOf(await keyAt(one)), keyRingOf(keys.one)];
      await (await firstDataKey(context, a.master))?.insert(db);
      expect(await firstDataKey(context, b.master)).toBe(undefined);
      await Promise.all([loadKeys(db, a), loadKeys(db, b)]);
      expect(a.keys).toEqual(b.keys);
      expect((await readDataKeys(db)).wraps).toHaveLength(1);
      const seal = sealing(() => a.keys, random);
      await claimInstallation(db, newKeyCheck(seal), now);
      await expect(loadKeys(db, keyRingOf(keys.file))).rejects.toThrow(
        `another master key: ${keys.one.name}`,
      );

      let found: MasterKey = keys.one;
      const follower = keyFollower({
        ...{ db, now: () => now, random, sealing: seal, keyRing: a },
        readMaster: async () => found,
        monotonic: () => monotonic,
        sleep: async () => {},
        isAlone: () => true,
      });
      const rounds = async (count: number): Promise<void> => {
        for (let round = 0; round < count; round += 1) {
          await follower.round();
          now += 1_000;
          monotonic += 1_000;
        }
      };
      for (const next of [keys.two, keys.file, keys.one]) {
        await beginRotation({ ...context, sealing: seal }, a.master, next);
        await rounds(20);
        found = next;
        await rounds(5);
        // Nobody asks the HSM, so nobody misses it.
        hsm.pull();
        await rounds(5);
        now += OVERLAP_MILLISECONDS;
        await rounds(10);
        expect(await rotationStatus(db)).toMatchObject({ state: 'done', masters: [next.name] });
        hsm.putBack();
        const check = (await findInstallation(db))?.key_check ?? '';
        expect(seal.open(PLACE, check).length).toBeGreaterThan(0);
        // Another process, which starts now.
        const late = keyRingOf(next.octets ? next : await keyAt(next.text.trim()));
        await loadKeys(db, late);
        expect(sealing(() => late.keys, random).open(PLACE, check).length).toBeGreaterThan(0);
        for (const other of Object.values(keys).filter((key) => key !== next))
          await expect(loadKeys(db, keyRingOf(other))).rejects.toThrow('another master key');
      }
      // Without it, a rotation does not begin, and nothing is changed.
      const before = await readDataKeys(db);
      hsm.pull();
      const cold = hsmKey(readHsmUri(two));
      await expect(cold()).rejects.toThrow('the token is not there');
      hsm.putBack();
      expect(await readDataKeys(db)).toEqual(before);
      await close();
      await fresh.drop();
    });

    test('a database that began with a file is not opened by an HSM', async () => {
      const fresh = await kind.fresh();
      const { db, close } = await openDatabase(fresh.location);
      const file = masterKeyOf(random(32));
      const context = { db, now: () => 1, random, sealing: sealing(file.octets as Uint8Array, random) };
      const check = newKeyCheck(context.sealing);
      await claimInstallation(db, check, 1);
      await beginMarks(context, check);
      const master = await keyAt(one);
      expect(await firstDataKey(context, master)).toBe(undefined);
      await expect(loadKeys(db, keyRingOf(master))).rejects.toThrow('which is in no HSM');
      expect((await readDataKeys(db)).keys).toEqual([]);
      await close();
      await fresh.drop();
    });
  });

  test('a server starts, seals and rotates, goes on while the HSM is pulled, and does not start without it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-with-hsm-'));
    const dataFolder = join(folder, 'data');
    mkdirSync(dataFolder);
    writeFileSync(join(dataFolder, 'master.key'), `${one}\n`);
    const [data, vault] = [await generateX25519Identity(), await generateX25519Identity()];
    writeFileSync(join(folder, 'age.key'), `${data}\n`);
    const fresh = await SQLITE.fresh();
    const backups = [
      ...['--backup-folder', folder, '--backup-recipients', await identityToRecipient(data)],
      ...['--backup-key-recipient', await identityToRecipient(vault)],
    ];
    const deployment = await deploy(fresh, { dataFolder, arguments: backups });
    const where = ['--data', dataFolder, '--database', fresh.option];
    const doctor = async (...more: string[]): Promise<string> =>
      (await sower(['doctor', ...where, '--json', ...more])).stdout;
    const start = () => sower(['serve', ...where, '--listen', '127.0.0.1:0', '--processes', '1']);

    expect(await doctor()).toContain('doctor.key-in-hsm');
    expect(await doctor(...backups)).toContain('doctor.key-not-in-backups');
    expect((await deployment.api('listBackups', { query: {} } as never)).withMasterKey).toBe(false);
    const file = join(folder, await backedUp(dataFolder));

    // Pulled: what runs goes on, and what starts says why it does not.
    hsm.pull();
    await deployment.api('addRadiusClient', { body: { name: 'vpn', network: '192.0.2.7' } });
    expect((await deployment.api('verifyAudit', { query: {} } as never)).findings).toEqual([]);
    const refused = await start();
    expect(refused.status).toBe(1);
    expect(refused.stdout.trim().split('\n')).toHaveLength(1);
    expect(refused.stdout).toContain('the token is not there');
    expect(await doctor()).toContain('the token is not there');
    const into = (...more: string[]) =>
      sower([
        ...['restore', file, '--identity', join(folder, 'age.key'), ...more],
        ...['--data', mkdtempSync(join(folder, 'restored-'))],
      ]);
    expect(await into()).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/in an HSM \(hsm:master-1:[0-9a-f]{16}\)/),
    });
    expect(await into('--master-key', join(dataFolder, 'master.key'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the token is not there'),
    });
    hsm.putBack();

    writeFileSync(hsm.pinFile, '000000\n');
    expect(await start()).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('PIN was refused'),
    });
    writeFileSync(hsm.pinFile, `${hsm.pin}\n`);
    expect(await into('--master-key', join(dataFolder, 'master.key'))).toMatchObject({
      status: 0,
      stderr: '',
    });

    // To another key of the HSM, without a restart, though the server is killed in the middle of it.
    const rotate = ['key', 'rotate', 'master', ...where];
    expect(await sower(rotate)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--new-key'),
    });
    const rotating = sower([...rotate, '--new-key', two]);
    const status = async () => JSON.parse((await sower(['key', 'status', '--json', ...where])).stdout);
    while (!['sealing', 'converting', 'overlap'].includes((await status()).state)) await wait(300);
    const { port, kill } = deployment.servers[0] as (typeof deployment.servers)[number];
    await kill('SIGKILL');
    await deployment.start(port);
    const rotated = await rotating;
    expect(rotated).toMatchObject({ status: 0, stderr: '' });
    expect(rotated.stdout).toMatch(/no longer opens anything: the database uses master key hsm:master-2/);
    expect(readFileSync(join(dataFolder, 'master.key'), 'utf8')).toBe(`${two}\n`);
    expect(readdirSync(dataFolder).some((name) => /^master-hsm-master-1-/.test(name))).toBe(true);
    expect(await doctor()).toContain('doctor.key-in-hsm');
    expect((await deployment.api('verifyAudit', { query: {} } as never)).findings).toEqual([]);
    const said = deployment.servers.map((server) => server.output()).join('');
    expect(said + refused.stdout + rotated.stdout).not.toContain(hsm.pin);

    await deployment.stop();
    await fresh.drop();
    rmSync(folder, { recursive: true, force: true });
  });
});
