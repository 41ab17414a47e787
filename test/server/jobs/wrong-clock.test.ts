/** A clock that was a year ahead, and is right again: what was put off by it does not wait for a year. On both databases. */
import { randomBytes } from 'node:crypto';
import { type ForwardTarget, forwardRound, placesLook } from '@sower/server/audit/forward/forward';
import { TextError } from '@sower/server/core/outcome';
import { sealing } from '@sower/server/keys/seal/sealing';
import { retryDelay } from '@sower/server/mail/send-due';
import {
  claimAuditForward,
  findAuditForward,
  listAuditForwards,
  seeAuditForward,
} from '@sower/server/store/audit/forwards';
import { newId } from '@sower/server/store/db/ids';
import { claimAcme, hastenAcme, isAcmeDue } from '@sower/server/store/keys/acme';
import { claimDueMail, insertMail, postponeMail } from '@sower/server/store/mail/queue';
import { claimBackup } from '@sower/server/store/operations/backups';
import { claimDueSource } from '@sower/server/store/sources/identity-sources';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = Date.parse('2026-05-02T12:00:00Z');
const AHEAD = NOW + 365 * DAY;
const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);

onBothDatabases('a clock that was a year ahead', (kind) => {
  const { stored } = openedDatabase(kind.fresh);
  let clock = AHEAD;
  const ids = { now: () => clock, random };

  test('mail that was claimed or postponed by it is sent, and what waits rightly still waits', async () => {
    const { db } = stored;
    const queued = (next_at: number) => ({
      ...{ id: newId(ids), event: 'x', recipient: 'a@example.com', subject: 'x', encrypted: 0 as const },
      ...{ message_id: newId(ids), state: 'queued' as const, attempts: 0, next_at },
      ...{ created_at: NOW, given_up_at: AHEAD },
    });
    const claim = (now: number, lease: string, limit = 5) =>
      claimDueMail(db, { now, lease, leaseUntil: now + 5 * MINUTE, limit });
    const rightly = queued(NOW + retryDelay(99));
    await insertMail(db, [queued(NOW), queued(NOW)] as never);
    const [one, two] = await claim(AHEAD, 'wrong', 2);
    if (!one || !two) throw new Error('nothing was claimed');
    await postponeMail(db, two, AHEAD + retryDelay(9), 'not now');
    // Whoever has a clock that is hours ahead may be sending it.
    expect(await claim(AHEAD - 5 * 3_600_000, 'early')).toMatchObject([{ id: two.id }]);
    await postponeMail(db, { id: two.id, lease: 'early' }, AHEAD + retryDelay(9), 'not now');
    await insertMail(db, [rightly] as never);
    const taken = [...(await claim(NOW, 'a')), ...(await claim(NOW, 'b')), ...(await claim(NOW, 'c'))];
    expect(taken.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect((await claim(NOW + 30 * MINUTE, 'd')).map(({ id }) => id)).toContain(rightly.id);
  });

  test('the audit trail is forwarded again', async () => {
    const { db } = stored;
    const id = 'file:/a';
    const sent: number[] = [];
    let down = true;
    const target: ForwardTarget = {
      name: id,
      fromStart: true,
      async send(rows) {
        if (down) throw new TextError({ code: 'audit-forward.failed' });
        sent.push(...rows.map(({ seq }) => seq));
      },
    };
    const audit = newId(ids);
    await db
      .insertInto('audit')
      .values({
        ...{ id: audit, at: NOW, actor: 'x', action: 'user.add', object: 'user:x', result: 'success' },
      } as never)
      .execute();
    await db
      .insertInto('audit_chain')
      .values({ seq: 1, audit_id: audit, hash: 'x', mac: 'x' } as never)
      .execute();
    await seeAuditForward(db, { id, seq: 0, now: AHEAD });
    const round = () =>
      forwardRound({ db, ...ids, sealing: seal, ends: new AbortController().signal }, target);
    clock = AHEAD;
    await round();
    expect(await findAuditForward(db, id)).toMatchObject({ failures: 1 });
    [clock, down] = [NOW, false];
    await round();
    expect(sent).toEqual([1]);
  });

  test('a jump of the clock forgets no place that a process sends to; what none sends to is forgotten, also after a jump back', async () => {
    const { db } = stored;
    await db.deleteFrom('audit_forwards').execute();
    const place = (name: string): ForwardTarget => ({ name, fromStart: false, send: async () => {} });
    const [a, b, elsewhere] = [place('file:/a'), place('file:/b'), place('file:/elsewhere')];
    clock = NOW;
    for (const id of ['file:/a', 'file:/b', 'file:/elsewhere', 'file:/nobody'])
      await seeAuditForward(db, { id, seq: 0, now: clock });
    const [here, there, nowhere] = [[a, b], [elsewhere], []].map((places) =>
      placesLook({ db, now: () => clock }, places),
    );
    const look = async () => {
      for (const process of [here, there, nowhere]) await process?.();
      return (await listAuditForwards(db)).map(({ id }) => id);
    };
    const ALL = ['file:/a', 'file:/b', 'file:/elsewhere', 'file:/nobody'];
    expect(await look()).toEqual(ALL);
    clock = AHEAD;
    await forwardRound({ db, ...ids, sealing: seal, ends: new AbortController().signal }, a);
    await here?.();
    await nowhere?.();
    expect((await listAuditForwards(db)).map(({ id }) => id)).toEqual(ALL);
    // Seen last by the clock that was wrong.
    await seeAuditForward(db, { id: 'file:/nobody', seq: 0, now: clock });
    clock = NOW;
    for (let looks = 0; looks < 59; looks += 1) {
      await look();
      clock += MINUTE;
    }
    expect(await look()).toEqual(ALL);
    await look();
    expect(await look()).toEqual(ALL.slice(0, 3));
    expect(await findAuditForward(db, 'file:/b')).toMatchObject({ seen_at: clock });
  });

  test('a certificate is ordered, a directory is read, and a backup that nobody makes any more stops no other', async () => {
    const { db } = stored;
    await db.updateTable('acme').set({ enabled: 1, next_at: AHEAD }).execute();
    expect(await isAcmeDue(db, NOW)).toBe(true);
    const acme = { lease: 'x', milliseconds: MINUTE, byDns: true };
    expect(await claimAcme(db, { ...acme, now: NOW })).toBeDefined();
    await hastenAcme(db, NOW + 7 * DAY);
    expect(await isAcmeDue(db, NOW)).toBe(false);
    await db
      .updateTable('acme')
      .set({ next_at: NOW - MINUTE, lease_until: AHEAD })
      .execute();
    expect(await claimAcme(db, { ...acme, now: NOW })).toBeDefined();

    const source = (id: string, due_at: number) => ({
      ...{
        id,
        name: id,
        name_key: id,
        kind: 'generic' as const,
        position: 1,
        enabled: 1 as const,
        domain: '/',
      },
      ...{ settings: '{}', password: null, actor_kind: 'api-key' as const, actor_id: 'x', actor_name: 'x' },
      ...{ mark: null, due_at, full_at: null, watermark: null, version: 1, created_at: NOW },
    });
    await db
      .insertInto('identity_sources')
      .values([source('far', AHEAD), source('week', NOW + 7 * DAY)] as never)
      .execute();
    expect(await claimDueSource(db, NOW, NOW + MINUTE)).toMatchObject({ id: 'far' });
    expect(await claimDueSource(db, NOW, NOW + MINUTE)).toBeUndefined();

    const backup = (id: string, begun_at: number) =>
      claimBackup(db, { id, name: id, begun_at, begun_by: 'x' }, '{}');
    expect(await backup('a', AHEAD)).toBe(true);
    expect(await backup('b', NOW)).toBe(true);
    expect(await backup('c', NOW + MINUTE)).toBe(false);
  });

  test('a node whose clock is a little behind takes no lease from one that is at work', async () => {
    const { db } = stored;
    const behind = NOW - 5_000;
    const free = { lease: null, lease_until: null };
    const acme = (lease: string, now: number) =>
      claimAcme(db, { lease, now, milliseconds: 10 * MINUTE, byDns: true });
    await db
      .updateTable('acme')
      .set({ ...free, enabled: 1, next_at: behind - MINUTE })
      .execute();
    expect(await acme('a', NOW)).toBeDefined();
    expect(await acme('b', behind)).toBeUndefined();
    const id = 'file:/lease';
    const place = (lease: string, now: number) =>
      claimAuditForward(db, { id, lease, now, milliseconds: MINUTE });
    await seeAuditForward(db, { id, seq: 0, now: behind - MINUTE });
    expect(await place('a', NOW)).toBeDefined();
    expect(await place('b', behind)).toBeUndefined();
    // It died: as soon as its lease has ended.
    expect(await place('b', NOW + MINUTE + 1)).toBeDefined();
  });
});
