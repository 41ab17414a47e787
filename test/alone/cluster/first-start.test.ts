/** Several processes begin on one empty database at once, with one master key or with different ones: exactly one installation comes of it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstStart } from '@sower/server/compose/first-start';
import { passwords } from '@sower/server/directory/password';
import { type MasterKey, masterKeyOf } from '@sower/server/keys/seal/key-ring';
import { makePrivate } from '@sower/server/keys/seal/private-file';
import { sealing } from '@sower/server/keys/seal/sealing';
import { firstDataKey } from '@sower/server/operations/rotation/begin';
import { keyRingOf, loadKeys } from '@sower/server/operations/rotation/follow';
import { openDatabase } from '@sower/server/store/db/open';
import { readDataKeys } from '@sower/server/store/keys/data-keys';
import type { Database } from '@sower/server/store/schema/schema';
import { afterEach, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { Cleanups } from './replicated.ts';

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): number => Date.now();

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sower-first-'));
  cleanups.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Wraps as an HSM does: nobody has its octets. */
function inHsm(): MasterKey {
  const made = masterKeyOf(random(32));
  return { ...made, name: `hsm:test:${made.name}`, octets: undefined };
}

/** The start of one process, in its two steps: its keys, and the installation. */
async function beginning(db: Database, master: MasterKey) {
  const keyRing = keyRingOf(master);
  const firstKey = await firstDataKey({ db, now, random }, master);
  if (firstKey) keyRing.keys = firstKey.keys;
  else await loadKeys(db, keyRing);
  const dataFolder = folder();
  const install = () =>
    firstStart({
      ...{ db, now, random, dataFolder, firstKey, serverKeyBits: 1024 },
      passwords: passwords(random),
      sealing: sealing(() => keyRing.keys, random),
      loadKeys: () => loadKeys(db, keyRing),
    });
  return { install, left: () => readdirSync(dataFolder).sort() };
}

const start = async (db: Database, master: MasterKey) => (await beginning(db, master)).install();
const FILES = ['admin-api-key', 'first-password'];

onBothDatabases('a first start', (kind) => {
  async function empty(): Promise<Database> {
    const fresh = await kind.fresh();
    cleanups.push(() => fresh.drop());
    const { db, close } = await openDatabase(fresh.location);
    cleanups.push(close);
    return db;
  }

  test.each([
    ['a file', 'an HSM', /belongs to another master key, which is in no HSM/],
    ['an HSM', 'a file', /belongs to another master key: hsm:test:.*since its first start/],
    ['an HSM', 'an HSM', /belongs to another master key: hsm:test:.*since its first start/],
    ['a file', 'a file', /belongs to another master key\. Use the one it was created with/],
  ])(
    'two have read their keys, %s is first, and %s is told that it is another',
    async (first, second, told) => {
      const db = await empty();
      const [winner, loser] = [first, second].map((where) =>
        where === 'a file' ? masterKeyOf(random(32)) : inHsm(),
      ) as [MasterKey, MasterKey];
      const [one, other] = [await beginning(db, winner), await beginning(db, loser)];
      expect(await one.install()).toMatchObject({ administrator: { userName: 'admin' } });
      await expect(other.install()).rejects.toThrow(told);
      expect([one.left(), other.left()]).toEqual([FILES, []]);
      // Afterwards too, each of them.
      expect(await start(db, winner)).toEqual({});
      await expect(start(db, loser)).rejects.toThrow(told);
      expect((await readDataKeys(db)).wraps.map(({ master }) => master)).toEqual(
        winner.octets ? [] : [winner.name],
      );
    },
  );

  test('all at once, each with a key of its own: one has everything, the others have left nothing', async () => {
    const db = await empty();
    const masters = [masterKeyOf(random(32)), inHsm(), masterKeyOf(random(32)), inHsm()];
    const begun = await Promise.all(masters.map((master) => beginning(db, master)));
    const ends = await Promise.allSettled(begun.map(({ install }) => install()));
    const won = ends.findIndex(({ status }) => status === 'fulfilled');
    expect(ends.map(({ status }) => status === 'fulfilled')).toEqual(
      masters.map((_, place) => place === won),
    );
    expect(begun.map(({ left }) => left())).toEqual(masters.map((_, place) => (place === won ? FILES : [])));
    expect(await start(db, masters[won] as MasterKey)).toEqual({});
  });

  test('all at once with the same key in an HSM: one makes what there is, and all can use it', async () => {
    const db = await empty();
    const master = inHsm();
    const begun = await Promise.all([1, 2, 3].map(() => beginning(db, master)));
    const ends = await Promise.all(begun.map(({ install }) => install()));
    expect(ends.filter(({ administrator }) => administrator !== undefined)).toHaveLength(1);
    expect((await readDataKeys(db)).keys).toHaveLength(1);
  });

  test('two servers at once, each with a data folder of its own: one serves, the other ends with one sentence', async () => {
    const database = await kind.empty();
    cleanups.push(() => database.drop());
    const folders = [folder(), folder()];
    const ends = await Promise.allSettled(
      folders.map((dataFolder) => deploy(database, { dataFolder, dataIn: 'kept', described: false })),
    );
    const won = ends.findIndex(({ status }) => status === 'fulfilled');
    expect(ends.map(({ status }) => status)).toContain('rejected');
    const { value: deployment } = ends[won] as PromiseFulfilledResult<Deployment>;
    cleanups.push(() => deployment.stop());
    const { reason } = ends[1 - won] as PromiseRejectedResult;
    const lines = String(reason)
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line));
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([60]);
    expect(lines[0]).toContain('this database belongs to another master key');
    expect(readdirSync(folders[1 - won] as string)).toEqual(['master.key']);
    expect(await deployment.api('listUsers', {})).toMatchObject({ items: [] });
  });

  test('two servers at once on one data folder: both serve, with one master key and one certificate authority', async () => {
    const database = await kind.empty();
    cleanups.push(() => database.drop());
    const dataFolder = folder();
    const ends = await Promise.allSettled(
      [1, 2].map(() => deploy(database, { dataFolder, dataIn: 'kept', described: false })),
    );
    for (const end of ends) if (end.status === 'fulfilled') cleanups.push(() => end.value.stop());
    expect(ends.flatMap((end) => (end.status === 'rejected' ? String(end.reason) : []))).toEqual([]);
    const [one, other] = ends.map((end) => (end as PromiseFulfilledResult<Deployment>).value);
    for (const each of [one, other]) expect(await each?.api('listUsers', {})).toMatchObject({ items: [] });
    // And with what lies there now.
    await one?.stop();
    const again = await deploy(database, { dataFolder, dataIn: 'kept', described: false });
    cleanups.push(() => again.stop());
    expect(await again.api('listUsers', {})).toMatchObject({ items: [] });
    expect(existsSync(join(dataFolder, 'tls', 'ca.pem'))).toBe(true);
  });
});

test('a file that none may replace is made once, however many find none', async () => {
  const path = join(folder(), 'master.key');
  const made = await Promise.all(Array.from({ length: 50 }, (_, index) => makePrivate(path, `${index}`)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(String(made.indexOf(true)));
  expect(readdirSync(join(path, '..'))).toEqual(['master.key']);
});
