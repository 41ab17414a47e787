/** A receiver of the audit trail that does not take what it is sent: too much at once, a single row, or everything. Nothing is lost unnoticed. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ForwardTarget, forwardRound, newPace, type Pace } from '@sower/server/audit/forward/forward';
import { showForwarding } from '@sower/server/audit/forward/view';
import { forwardTargets } from '@sower/server/compose/forward/targets';
import { sealing } from '@sower/server/keys/seal/sealing';
import { findAuditForward, seeAuditForward } from '@sower/server/store/audit/forwards';
import { newId } from '@sower/server/store/db/ids';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeAuthority } from '../../harness/authority.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);
const READER = {
  kind: 'system',
  name: 'system',
  grants: [{ permissions: new Set(['audit:view']), domain: '/' }],
} as never;
const ROWS = 300;
type Sent = { readonly seq: number; readonly object: string };

onBothDatabases('a receiver that refuses', (kind) => {
  const { stored } = openedDatabase(kind.fresh);
  let receiver: Server;
  let target: ForwardTarget;
  let pace: Pace;
  let clock = Date.parse('2026-05-02T12:00:00Z');
  let taken: number[] = [];
  let calls = 0;
  /** The status for what came; 0: the connection is cut. */
  let answer: (rows: readonly Sent[], octets: number) => number;
  let headers: Record<string, string> = {};
  const ids = { now: () => clock, random };

  beforeAll(async () => {
    const authority = await makeAuthority();
    const leaf = await authority.issue();
    receiver = createServer(
      { cert: leaf.pem + authority.intermediate.pem, key: leaf.keyPem },
      async (request, response) => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const { rows } = (JSON.parse(body) as { data: { rows: Sent[] } }).data;
        calls += 1;
        const status = answer(rows, Buffer.byteLength(body));
        if (status === 204) taken.push(...rows.map(({ seq }) => seq));
        if (status === 0) request.socket.destroy();
        else response.writeHead(status, headers).end();
      },
    );
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const place = {
      kind: 'webhook',
      url: `https://localhost:${port}/hook`,
      key: random(32),
      authority: authority.root.pem,
      fromStart: true,
    } as const;
    [target] = forwardTargets([place], { ...ids, host: 'otp.example.com', version: '1' }) as [ForwardTarget];
  });
  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const link = async (...objects: readonly string[]): Promise<void> => {
    const { db } = stored;
    const { seq } = (await db
      .selectFrom('audit_chain')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow()) as { seq: number | null };
    const rows = objects.map((object) => ({
      ...{ id: newId(ids), at: clock, actor: 'x', action: 'user.add', object, result: 'success' as const },
      ...{ reason: 'x'.repeat(100), text: null, source: null, mark: 'x', request: null },
    }));
    await db.insertInto('audit').values(rows).execute();
    const links = rows.map(({ id }, at) => ({
      ...{ seq: Number(seq ?? 0) + 1 + at, audit_id: id, hash: 'x', mac: 'x' },
    }));
    await db.insertInto('audit_chain').values(links).execute();
  };
  const plain = (count: number): string[] => Array.from({ length: count }, (_, at) => `user:${at}`);
  /** An attempt, when it is due. @returns what is known of the place afterwards */
  const round = async () => {
    clock += 300_001;
    const context = { ...ids, db: stored.db, sealing: seal, ends: new AbortController().signal };
    await forwardRound(context, target, pace);
    const row = await findAuditForward(stored.db, target.name);
    if (!row) throw new Error('the place is gone');
    return row;
  };
  const seqs = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const told = async () =>
    (
      await stored.db
        .selectFrom('audit')
        .select(['result', 'reason'])
        .where('action', '=', 'audit.set-aside')
        .execute()
    ).map(({ result, reason }) => `${result}: ${reason}`);

  beforeEach(async () => {
    for (const table of ['audit_forwards', 'audit_chain', 'audit_unlinked', 'audit'] as const)
      await stored.db.deleteFrom(table).execute();
    await seeAuditForward(stored.db, { id: target.name, seq: 0, now: clock });
    [taken, calls, pace, headers] = [[], 0, newPace(), {}];
  });

  test('a batch that is too large is made smaller, at once if it says so', async () => {
    answer = (_, octets) => (octets > 20_000 ? 413 : 204);
    await link(...plain(ROWS));
    expect(await round()).toMatchObject({ seq: ROWS, failures: 0, set_aside: 0 });
    expect(taken).toEqual(seqs(1, ROWS));
    expect(calls).toBeLessThan(30);
  });

  test('and after some attempts if it only cuts the connection', async () => {
    answer = (_, octets) => (octets > 20_000 ? 0 : 204);
    await link(...plain(ROWS));
    let attempts = 0;
    for (; (await round()).seq < ROWS; attempts += 1) expect(attempts).toBeLessThan(12);
    expect(taken).toEqual(seqs(1, ROWS));
    expect(await told()).toEqual([]);
  });

  test('a row that is refused by itself is set aside once others are taken: shown, counted, in the trail; the rest goes on', async () => {
    answer = (rows) => (rows.some(({ object }) => object === 'poison') ? 422 : 204);
    await link(...plain(10), 'poison', 'poison');
    for (const failures of [1, 2, 3, 4, 5])
      expect(await round()).toMatchObject({ seq: 10, failures, set_aside: 0 });
    await link(...plain(10), 'poison', ...plain(10));
    expect(await round()).toMatchObject({ seq: 33, failures: 0, set_aside: 3, set_aside_link: 23 });
    expect(taken).toEqual([...seqs(1, 10), ...seqs(13, 22), ...seqs(24, 33)]);
    expect(await told()).toEqual([
      expect.stringMatching(/^failure: links that https:\S+ refused .*: 11, 12;/),
      expect.stringMatching(/^failure: links that https:\S+ refused .*: 23;/),
    ]);
    expect(await showForwarding(stored, READER)).toMatchObject({
      value: { items: [{ lag: 0, setAside: 3, setAsideLink: 23 }] },
    });
  });

  test('not for one wrong answer, and not by a receiver that refuses everything', async () => {
    let wrong = 2;
    answer = () => (wrong-- > 0 ? 400 : 204);
    await link('user:a', 'user:b', 'user:c');
    await round();
    await round();
    expect(taken).toEqual([1, 2, 3]);
    answer = () => 400;
    await link(...plain(ROWS));
    for (let attempts = 1; attempts < 8; attempts += 1)
      expect(await round()).toMatchObject({ seq: 3, failures: attempts, set_aside: 0 });
    answer = () => 204;
    while ((await round()).seq < ROWS + 3);
    expect(taken).toEqual(seqs(1, ROWS + 3));
    expect(await told()).toEqual([]);
  });

  test('a wrong key or address is mended by somebody: no row is set aside for it', async () => {
    for (const status of [401, 403, 404, 410, 429, 503]) {
      answer = (rows) => (rows.some(({ object }) => object === 'poison') ? status : 204);
      await link('poison', 'user:a');
      for (let attempts = 0; attempts < 5; attempts += 1)
        expect(await round(), String(status)).toMatchObject({ seq: 0, set_aside: 0 });
    }
    answer = () => 204;
    expect(await round()).toMatchObject({ seq: 12, set_aside: 0 });
    expect(taken).toEqual(seqs(1, 12));
  });

  test('a receiver that says when to come again is left alone until then, for an hour at most', async () => {
    await link('user:a');
    // Rounds are five minutes apart.
    const usual = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000];
    const date = (wait: number) => (): string =>
      new Date(Math.ceil(clock / 1_000) * 1_000 + wait).toUTCString();
    for (const [at, [status, after, wait]] of (
      [
        [429, 'soon', usual[0]],
        [429, '-900', usual[1]],
        [429, '900.5', usual[2]],
        [429, '1', usual[3]],
        [500, '900', usual[4]],
        [429, '900', 900_000],
        [503, date(1_800_000), 1_800_000],
        [503, '99999', 3_600_000],
      ] as const
    ).entries()) {
      answer = () => {
        headers = { 'retry-after': typeof after === 'string' ? after : after() };
        return status;
      };
      const row = await round();
      expect(row.failures).toBe(at + 1);
      const waits = row.next_at - (row.failed_at ?? 0);
      expect(Math.floor(waits / 1_000) * 1_000, headers['retry-after']).toBe(wait);
      // Whatever the other node looks at meanwhile.
      while (clock + 300_001 < row.next_at) await round();
      expect(calls).toBe(at + 1);
    }
    answer = () => 204;
    expect(await round()).toMatchObject({ seq: 1, failures: 0 });
  });

  test('that a row was set aside, if that is refused too, is not told again', async () => {
    answer = (rows) => (rows.some(({ object }) => object !== 'user:x') ? 422 : 204);
    await link('audit', 'user:x');
    await stored.db
      .updateTable('audit')
      .set({ action: 'audit.set-aside' })
      .where('object', '=', 'audit')
      .execute();
    for (let attempts = 0; attempts < 4; attempts += 1) await round();
    expect(await findAuditForward(stored.db, target.name)).toMatchObject({ seq: 2, set_aside: 1 });
    expect(await told()).toHaveLength(1);
  });
});
