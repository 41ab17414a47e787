/** The chain over the audit trail: one row altered, removed or reordered is found and named, on the server and in an exported file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { commandLine } from '../../harness/jobs/command.ts';

onBothDatabases('audit chain', (kind) => {
  const { database, deployment } = deployed(kind, { processes: 2 });
  const beside = openedFor(database);
  /** As somebody with the database and without the master key has it. */
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-audit-'));
    const apis = [deployment.apiOf(0), deployment.apiOf(1)] as const;
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        apis[(index % 2) as 0 | 1]('addUser', { body: { userId: `u${index}` } }),
      ),
    );
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
  });

  const verify = () => deployment.api('verifyAudit', {});
  const sower = (...args: string[]) => commandLine(args, { SOWER_DATA: deployment.dataFolder });

  test('two processes write one chain, and it holds', async () => {
    const chain = await verify();
    expect(chain).toMatchObject({ intact: true });
    expect(chain.rows).toBeGreaterThanOrEqual(62);
    expect(await sower('audit', 'verify')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('intact'),
    });
  });

  test('a row altered, removed, put elsewhere, a link removed or made anew: found and named', async () => {
    const { db } = beside;
    const rows = await db.selectFrom('audit').selectAll().orderBy('id').execute();
    const [victim, other] = [rows[20] as (typeof rows)[number], rows[30] as (typeof rows)[number]];
    const broken = async (): Promise<string | undefined> => {
      const chain = await verify();
      expect(chain.intact).toBe(false);
      return chain.broken;
    };
    await db.updateTable('audit').set({ object: 'user:somebody-else' }).where('id', '=', victim.id).execute();
    expect(await broken()).toBe(victim.id);
    expect(await sower('audit', 'verify')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(victim.id),
    });
    await db.updateTable('audit').set({ object: victim.object }).where('id', '=', victim.id).execute();
    expect((await verify()).intact).toBe(true);

    await db.deleteFrom('audit').where('id', '=', victim.id).execute();
    expect(await broken()).toBe(victim.id);
    await db.insertInto('audit').values(victim).execute();
    expect((await verify()).intact).toBe(true);

    // Two rows change places.
    const links = await db
      .selectFrom('audit_chain')
      .selectAll()
      .where('audit_id', 'in', [victim.id, other.id])
      .orderBy('seq')
      .execute();
    const [first, second] = links as [(typeof links)[number], (typeof links)[number]];
    const swap = async (a: string, b: string): Promise<void> => {
      await db.updateTable('audit_chain').set({ audit_id: 'between' }).where('seq', '=', first.seq).execute();
      await db.updateTable('audit_chain').set({ audit_id: a }).where('seq', '=', second.seq).execute();
      await db.updateTable('audit_chain').set({ audit_id: b }).where('seq', '=', first.seq).execute();
    };
    await swap(first.audit_id, second.audit_id);
    expect([victim.id, other.id]).toContain(await broken());
    await swap(second.audit_id, first.audit_id);
    expect((await verify()).intact).toBe(true);

    // A link that fits, by somebody who has not the master key.
    await sql`update audit_chain set mac = 'x' where seq = ${second.seq}`.execute(db);
    expect((await verify()).detail).toContain('without the master key');
    await db.updateTable('audit_chain').set({ mac: second.mac }).where('seq', '=', second.seq).execute();
    expect((await verify()).intact).toBe(true);
  });

  test('an exported file is proven offline', async () => {
    const file = join(folder, `${kind.name}.jsonl`);
    expect((await sower('audit', 'export', file)).status).toBe(0);
    const offline = (path: string) => commandLine(['audit', 'verify-file', path]);
    expect(await offline(file)).toMatchObject({ status: 0, stdout: expect.stringContaining('intact') });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const changed = join(folder, 'changed.jsonl');
    const again = join(folder, 'again.jsonl');
    writeFileSync(again, [...lines.slice(0, 9), ...lines.slice(3)].join('\n'));
    expect(await offline(again)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${lines.length} rows`),
    });
    writeFileSync(again, '\n');
    expect(await offline(again)).toMatchObject({ status: 2, stderr: expect.stringContaining('no row') });
    const tampered = [
      [...lines.slice(0, 10), lines[9]?.replace('"success"', '"refused"'), ...lines.slice(10)],
      lines.map((line, index) => (index === 9 ? line.replace('"success"', '"refused"') : line)),
      lines.filter((_, index) => index !== 9),
      [...lines.slice(0, 9), lines[10], lines[9], ...lines.slice(11)],
    ];
    for (const version of tampered) {
      writeFileSync(changed, `${version.join('\n')}\n`);
      expect(await offline(changed)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('broken at row'),
      });
    }
  });

  test('a row inserted beside the server is found by the job that links, by verifying, and in the trail', async () => {
    const id = `${(await beside.db.selectFrom('audit').select('id').orderBy('id').executeTakeFirstOrThrow()).id.slice(0, -4)}ffff`;
    await sql`insert into audit (id, at, actor, action, object, result)
      values (${id}, ${Date.now()}, 'administrator:rival', 'user.delete', 'user:u1', 'success')`.execute(
      beside.db,
    );
    await sql`insert into audit_unlinked values (${id})`.execute(beside.db);
    await expect
      .poll(() => deployment.servers.map((server) => server.output()).join(), { timeout: 30_000 })
      .toContain(`Row ${id} was written or altered without the master key.`);
    expect(await verify()).toMatchObject({ intact: false, broken: id });
    // The line in the log comes before the row.
    const found = async () =>
      (await deployment.api('listAudit', { query: { action: 'audit.altered' } })).items[0]?.reason;
    await expect.poll(found).toContain(id);
    await beside.db.deleteFrom('audit').where('id', '=', id).execute();
    expect(await verify()).toMatchObject({ intact: true });
  });

  test('a trail that is cut short is found by the servers, and after a restart by an anchor', async () => {
    const early = await sql<{ audit_head: string }>`select audit_head from installation`.execute(beside.db);
    for (let count = 0; count < 5; count += 1) {
      await deployment.apiOf((count % 2) as 0 | 1)('addUser', { body: { userId: `late${count}` } });
    }
    const head = await sower('audit', 'head');
    expect(head.status).toBe(0);
    const anchor = head.stdout.trim();
    expect(await sower('audit', 'verify', '--anchor', anchor)).toMatchObject({ status: 0 });
    expect((await sower('audit', 'verify', '--anchor', anchor.replace(/.$/, '?'))).status).not.toBe(0);
    // Within a second each server has seen where the trail ends; here it is asked, so that the cut does not come before.
    for (const server of [0, 1] as const) await deployment.apiOf(server)('verifyAudit', {});
    const seq = Number(early.rows[0]?.audit_head.split('.')[0]);
    await sql`delete from audit where id in (select audit_id from audit_chain where seq > ${seq})`.execute(
      beside.db,
    );
    await sql`delete from audit_chain where seq > ${seq}`.execute(beside.db);
    await sql`update installation set audit_head = ${early.rows[0]?.audit_head}`.execute(beside.db);
    const found = await sower('audit', 'verify', '--anchor', anchor);
    // A server that linked a row of its own while the cut was made has left a hole instead of an end.
    const cut = /The chain reached link \d+|Links? \d+( to \d+)? of the chain (was|were) removed/;
    expect(found).toMatchObject({ status: 1, stderr: expect.stringMatching(cut) });
    expect((await verify()).intact).toBe(false);
    const file = join(folder, `cut-${kind.name}.jsonl`);
    expect((await sower('audit', 'export', file)).status).toBe(0);
    expect(await sower('audit', 'verify-file', file, '--anchor', anchor)).toMatchObject({ status: 1 });

    // What it ended with was in the log at the start, and is again when a server stops.
    const [server] = deployment.servers;
    expect(server?.output()).toMatch(/"anchor":"\d+\.[0-9a-f]{64}\.\d+\.0\.[\w-]{43}"/);
    await server?.kill('SIGTERM');
    const anchors = server?.output().match(/"anchor":"[^"]+"/g) ?? [];
    expect(anchors.length).toBeGreaterThanOrEqual(2);
  });
});
