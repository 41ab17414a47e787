/** Data keys: how processes agree to use another, what still opens meanwhile and what afterwards, and what cannot be undone. On both databases. */

import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { onBothDatabases } from '../../../test/harness/databases.ts';
import { EACH_TEST, openedDatabase } from '../../../test/harness/deployed.ts';
import { headKeeper } from '../src/audit/head.ts';
import { verifyAudit } from '../src/audit/proof.ts';
import { newKeyCheck } from '../src/compose/first-marks.ts';
import { firstKeys, type MasterKey, masterKeyOf, openKeys } from '../src/keys/seal/key-ring.ts';
import { DataKeyMissing, type Sealing, sealing } from '../src/keys/seal/sealing.ts';
import { beginRotation, rotationStatus } from '../src/operations/rotation/begin.ts';
import {
  isBehind,
  type KeyRing,
  keyFollower,
  keyRingOf,
  loadKeys,
  OVERLAP_MILLISECONDS,
} from '../src/operations/rotation/follow.ts';
import { hasAuditMark, insertAudit } from '../src/store/audit/rows.ts';
import { isUnavailable } from '../src/store/db/errors.ts';
import { readDataKeys } from '../src/store/keys/data-keys.ts';
import { type AlteredRow, hasMark, markOf } from '../src/store/keys/marks.ts';
import { claimInstallation, findInstallation } from '../src/store/operations/installation.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const newMaster = (): MasterKey => masterKeyOf(random(32));
const PLACE = 'installation.key_check';
const YEAR = 365 * 86_400_000;

test('a value of the only data key is as it was before there were several', () => {
  const master = new Uint8Array(32).fill(7);
  const seal = sealing(master, random);
  expect(seal.keyedHash('activation-code', '1')).toBe('cWM9usEOthEq7S53s0GdnpJWU4p5FImICml3hvePSoM');
  expect(seal.seal(PLACE, Buffer.from('x'))).toMatch(/^v1\.[\w-]+$/);
  expect(() => firstKeys(new Uint8Array(31))).toThrow('32 octets');
});

test('a hash is hashed anew from what is stored, under as many data keys as there are', () => {
  const secrets = [random(32), random(32), random(32)];
  const at = (current: number, oldest: number) =>
    sealing(() => ({ secrets: secrets.slice(0, current), current, oldest }), random);
  const [first, second, third] = [at(1, 1), at(2, 1), at(3, 2)];
  const one = first.keyedHash('emergency-code', 'abc');
  const two = second.rehash('emergency-code', one);
  expect(two).toBe(second.keyedHash('emergency-code', 'abc'));
  expect(third.rehash('emergency-code', one)).toBe(third.keyedHash('emergency-code', 'abc'));
  expect(third.rehash('emergency-code', third.keyedHash('emergency-code', 'abc'))).toBe(undefined);
  expect(second.keyedHashes('emergency-code', 'abc')).toEqual([one, two]);
  expect(third.fits('emergency-code', 'abc', two as string)).toBe(true);
  expect(third.fits('emergency-code', 'abc', one)).toBe(false);
  expect(third.everFitted('emergency-code', 'abc', one)).toBe(true);
  for (const wrong of ['', 'k9:x', `k2:${one}`, `k3:${one}`])
    expect(third.fits('emergency-code', 'abc', wrong)).toBe(false);
  // What the server drew at random keeps its hash.
  expect(third.keyedHash('api-key', 'abc')).toBe(first.keyedHash('api-key', 'abc'));
});

onBothDatabases('data keys', (kind) => {
  const { stored: open } = openedDatabase(kind.fresh, EACH_TEST);
  let now: number;
  let monotonic: number;
  let master: MasterKey;
  let next: MasterKey;
  type Process = { keyRing: KeyRing; seal: Sealing; master: MasterKey; round: () => Promise<unknown> };
  beforeEach(async () => {
    [now, monotonic] = [1_700_000_000_000, 0];
    [master, next] = [newMaster(), newMaster()];
    const one = process();
    await claimInstallation(open.db, newKeyCheck(one.seal), now);
  });
  const uses = (seal: Sealing) => ({ db: open.db, sealing: seal, now: () => now, random });

  /** One that starts, with the master key that it finds. */
  function process(found = master): Process {
    const keyRing = keyRingOf(found);
    const seal = sealing(
      () => keyRing.keys,
      random,
      () => isBehind(keyRing, monotonic),
    );
    const made = { keyRing, seal, master: found, round: async () => {} } as Process;
    const follower = keyFollower({
      ...uses(seal),
      keyRing,
      readMaster: async () => made.master,
      monotonic: () => monotonic,
      sleep: async () => {},
      isAlone: () => true,
    });
    made.round = () => follower.round();
    return made;
  }
  async function seconds(count: number, ...processes: Process[]): Promise<void> {
    for (let second = 0; second < count; second += 1) {
      for (const one of processes) await one.round();
      now += 1_000;
      monotonic += 1_000;
    }
  }
  const state = async () => (await rotationStatus(open.db)).state;
  const check = async () => (await findInstallation(open.db))?.key_check as string;
  const opens = (seal: Sealing, sealed: string): boolean => {
    try {
      return seal.open(PLACE, sealed).length > 0;
    } catch {
      return false;
    }
  };
  const begin = (one: Process, to = next) => beginRotation(uses(one.seal), one.keyRing.master, to);

  test('one replaces another only when every living process knows it, and then nothing else opens', async () => {
    const [one, two] = [process(), process()];
    await insertAudit(open.db, uses(one.seal), {
      actor: 'a',
      action: 'server.start',
      object: 'server',
      result: 'success',
    });
    const old = { seal: await check(), code: one.seal.keyedHash('activation-code', 'x') };
    await begin(one);
    await expect(begin(one, newMaster())).rejects.toThrow('key.running');
    await seconds(4, one, two);
    expect(await state()).toBe('announced');
    expect(one.seal.seal(PLACE, random(1))).toMatch(/^v1\./);
    await seconds(3, one);
    expect(await state()).toBe('sealing');
    expect(one.seal.seal(PLACE, random(1))).toMatch(/^k2:/);
    expect(two.seal.seal(PLACE, random(1))).toMatch(/^v1\./);
    // The other one reads what it does not write yet.
    expect(opens(two.seal, one.seal.seal(PLACE, random(1)))).toBe(true);
    // It does not look for a while: it may still write what one would not convert.
    await seconds(5, one);
    expect(await state()).toBe('sealing');
    await seconds(20, one, two);
    expect(await state()).toBe('overlap');
    expect(await check()).toMatch(/^k2:/);
    // Both still have the old master key alone: it is not taken away from them.
    expect((await rotationStatus(open.db)).masters).toHaveLength(2);
    one.master = next;
    await seconds(10, one, two);
    expect((await rotationStatus(open.db)).masters).toHaveLength(2);
    two.master = next;
    await seconds(10, one, two);
    expect((await rotationStatus(open.db)).masters).toEqual([next.name]);
    const { keys, wraps } = await readDataKeys(open.db);
    expect(await openKeys(master, keys, wraps)).toBe('other-master');
    await expect(loadKeys(open.db, keyRingOf(master))).rejects.toThrow(
      `this database belongs to another master key: ${next.name}`,
    );
    expect([opens(one.seal, old.seal), one.seal.fits('activation-code', 'x', old.code)]).toEqual([
      true,
      true,
    ]);
    now += OVERLAP_MILLISECONDS;
    await seconds(10, one, two);
    expect(await state()).toBe('done');
    for (const { seal } of [one, two]) {
      expect([opens(seal, old.seal), seal.fits('activation-code', 'x', old.code)]).toEqual([false, false]);
      expect(opens(seal, await check())).toBe(true);
    }
    const context = { ...uses(one.seal), onAuditFindings: () => {} };
    const actor = {
      kind: 'system',
      name: 'x',
      grants: [{ permissions: new Set(['audit:view']), domain: '/' }],
    } as never;
    const proof = await verifyAudit({ ...context, auditHead: headKeeper(context) }, actor);
    // The installation of this test began without an end of the chain.
    expect(proof.ok && proof.value.rows).toBeGreaterThan(3);
    expect(proof.ok && proof.value.findings.filter(({ row }) => row !== undefined)).toEqual([]);
  });

  test('a process that died is waited for ten seconds, and one that starts in the middle does as the others', async () => {
    const [one, two] = [process(), process()];
    await begin(one);
    await seconds(4, one, two);
    await seconds(8, one);
    expect(await state()).toBe('sealing');
    const three = process(next);
    await loadKeys(open.db, three.keyRing);
    expect(three.seal.seal(PLACE, random(1))).toMatch(/^k2:/);
    one.master = next;
    await seconds(30, one, three);
    expect((await rotationStatus(open.db)).masters).toEqual([next.name]);
    // Again: each data key hashes what the one before it made.
    now += OVERLAP_MILLISECONDS;
    await seconds(10, one, three);
    expect(await state()).toBe('done');
    const third = newMaster();
    await begin(one, third);
    [one.master, three.master] = [third, third];
    await seconds(40, one, three);
    expect(await check()).toMatch(/^k3:/);
    expect(opens(process(third).seal, await check())).toBe(false);
    const late = process(third);
    await loadKeys(open.db, late.keyRing);
    expect(opens(late.seal, await check())).toBe(true);
  });

  test('a process that is held up takes nothing for altered before it has read the data keys again', async () => {
    const [one, two] = [process(), process()];
    await seconds(1, one, two);
    await begin(one);
    // A minute in which the other one does nothing.
    await seconds(60, one);
    expect(await state()).toBe('overlap');
    const altered: AlteredRow[] = [];
    const marks = { sealing: two.seal, onAlteredRow: (row: AlteredRow) => altered.push(row) };
    const role = { id: 'r', name: 'R', name_key: 'r', permissions: '[]' };
    const mark = markOf('roles', { sealing: one.seal }, role);
    expect(mark).toMatch(/^k2:/);
    const event = { actor: 'a', action: 'server.start', object: 'server', result: 'success' } as const;
    await insertAudit(open.db, uses(one.seal), event);
    const rows = await open.db.selectFrom('audit').selectAll().where('action', '=', event.action).execute();
    // A caller gets 503, and a job is worked on again.
    const unavailable = (work: () => unknown): void => expect(work).toThrow(DataKeyMissing);
    unavailable(() => hasMark('roles', marks, { ...role, mark }));
    for (const row of rows) unavailable(() => hasAuditMark({ sealing: two.seal }, row));
    unavailable(() => two.seal.open('place', one.seal.seal('place', new Uint8Array(1))));
    expect(isUnavailable(new DataKeyMissing(2))).toBe(true);
    expect(altered).toEqual([]);
    await two.round();
    expect(hasMark('roles', marks, { ...role, mark })).toBe(true);
    for (const row of rows) expect(hasAuditMark({ sealing: two.seal }, row)).toBe(true);
    expect(altered).toEqual([]);
    // What no data key made is altered, whatever it says.
    expect(hasMark('roles', marks, { ...role, mark: mark.replace('k2:', 'k3:') })).toBe(false);
    expect(altered).toEqual([{ table: 'roles', id: 'r' }]);
  });

  test('a clock that was a year ahead when it was over does not keep the one before for a year', async () => {
    const one = process();
    now += YEAR;
    await begin(one);
    one.master = next;
    await seconds(40, one);
    expect(await state()).toBe('overlap');
    now -= YEAR;
    monotonic += OVERLAP_MILLISECONDS - 60_000;
    await seconds(10, one);
    expect(await state()).toBe('overlap');
    monotonic += 60_000;
    await seconds(10, one);
    expect(await state()).toBe('done');
  });

  test('who writes the database can neither take the newest away nor bring the one before back', async () => {
    const one = process();
    await begin(one);
    one.master = next;
    await seconds(40, one);
    const during = await readDataKeys(open.db);
    now += OVERLAP_MILLISECONDS;
    await seconds(10, one);
    const { keys, wraps } = await readDataKeys(open.db);
    expect(keys.at(-1)?.state).toBe('done');
    expect(await openKeys(next, keys, wraps)).toMatchObject({ current: 2, oldest: 2 });
    expect(await openKeys(next, keys.slice(0, 1), wraps)).toBe('altered');
    expect(await openKeys(next, [], wraps)).toMatchObject({ current: 1 });
    const back = keys.map((key) => ({ ...key, state: 'overlap' as const }));
    expect(await openKeys(next, back, wraps)).toBe('altered');
    expect(
      await openKeys(
        master,
        during.keys,
        during.wraps.filter((wrap) => wrap.master === master.name),
      ),
    ).toBe('other-master');
    // With no data keys at all, the new master key is the first: nothing that is stored opens with that.
    expect(opens(sealing(next.octets as Uint8Array, random), await check())).toBe(false);
  });
});
