/**
 * What goes wrong while many get a token: whatever it is, no code is issued that nobody will get, none is issued twice, and the rest is done or
 * says why not. A node is killed in kill.test.ts; a profile is edited, a job cancelled and restarted, and two work on the same tokens in
 * distribution.test.ts. The clock is the test's.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DistributeManyInput, distributeManySchema } from '@sower/api/jobs';
import { mailSettingsSchema } from '@sower/api/mail';
import type { Actor } from '@sower/server/core/actor';
import { distributeMany } from '@sower/server/jobs/distribution/input';
import { takeResult } from '@sower/server/jobs/distribution/result';
import { addJobAbout } from '@sower/server/jobs/distribution/undo';
import { jobKinds } from '@sower/server/jobs/kinds';
import { mailQueue } from '@sower/server/mail/queue';
import { sendDueMail } from '@sower/server/mail/send-due';
import type { SendMail } from '@sower/server/smtp/transport';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { hasOpenJob } from '@sower/server/store/distribution/rules';
import { findMailSettings, updateMailSettings } from '@sower/server/store/mail/settings';
import { collectJob } from '@sower/server/work/collect';
import { cancelJob, resumeJob, startJob } from '@sower/server/work/jobs';
import { forgetOldJobs, workOnJob } from '@sower/server/work/runner';
import { inEnglish, readText } from '@sower/texts/outcomes';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { actorOf, type NodeContext, nodeOf, valueIn } from '../../harness/jobs/node.ts';
import { type Openssl, openssl } from '../../harness/mail/smime.ts';
import { amount } from '../../harness/randomness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

onBothDatabases('bad input of jobs', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;
  let folder: string;
  let clock: number;
  let begun: number;
  let node: NodeContext;
  let actor: Actor;
  let ofNorth: Actor;
  let north: string;
  let ssl: Openssl;
  let names = 0;

  beforeAll(async () => {
    ssl = openssl();
    folder = mkdtempSync(join(tmpdir(), 'sower-bad-input-'));
    database = await kind.installed();
    const deployment = await deploy(database, { dataIn: folder });
    const { api } = deployment;
    for (const delivery of ['qr', 'url'] as const)
      await api('addProfile', {
        body: { name: delivery, delivery, deviceType: 'sower', authenticationType: 'tokencode' },
      });
    north = (await api('addSecurityDomain', { body: { name: 'North' } })).path;
    const permissions = [
      'users:view',
      'tokens:view',
      'tokens:distribute',
      'tokens:assign',
      'tokens:mint',
    ] as const;
    const all = await api('addApiKey', { body: { name: 'all', permissions: [...permissions] } });
    const some = await api('addApiKey', {
      body: { name: 'north', permissions: [...permissions], securityDomain: 'North' },
    });
    await deployment.stop();
    stored = await openDatabase(database.location);
    begun = Date.now();
    clock = begun;
    node = await nodeOf(stored.db, deployment.dataFolder, () => clock);
    actor = await actorOf(node, all.key);
    ofNorth = await actorOf(node, some.key);
  });
  beforeEach(async () => {
    clock = begun;
    await mailIs({ enabled: false });
  });
  afterEach(async () => {
    await stored.db.deleteFrom('mail').execute();
  });
  afterAll(async () => {
    ssl.remove();
    await stored.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const mailIs = async (settings: { enabled: boolean }): Promise<void> => {
    const { version } = await findMailSettings(stored.db);
    const whole = { host: 'localhost', from: 's@example.com', urlDelivery: 'separate', ...settings };
    await updateMailSettings(stored.db, version, {
      settings: JSON.stringify(mailSettingsSchema.parse(whole)),
    });
    node.mailSettings.forget();
  };
  /** @param more in place of what a node does otherwise */
  const uses = (more: Partial<NodeContext> = {}): NodeContext => {
    const base = { ...node, ...more };
    return { ...base, queueMail: more.queueMail ?? mailQueue(base) };
  };
  const workOn = async (context: NodeContext): Promise<void> => {
    while (await workOnJob(context, jobKinds(context)));
  };
  /** Checked, and started. @returns its ID */
  async function started(
    input: Omit<DistributeManyInput, 'name' | 'profile'> & { profile?: string },
    by = actor,
  ): Promise<string> {
    names += 1;
    const body = distributeManySchema.parse({ name: `job ${names}`, profile: 'qr', ...input });
    const { id, name } = valueIn(await distributeMany(uses(), by, body));
    await workOn(uses());
    valueIn(await startJob(node, by, { id, name }));
    return id;
  }
  const jobOf = (id: string) =>
    stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const rowsOf = (id: string) =>
    stored.db.selectFrom('job_rows').selectAll().where('job_id', '=', id).orderBy('position').execute();
  const codeIn = (text: string | null): string | undefined =>
    text === null ? undefined : readText(text)?.code;
  const outcomes = async (id: string): Promise<(readonly [string, string, string | undefined])[]> =>
    (await rowsOf(id)).map(({ subject, state, text }) => [subject, state, codeIn(text)]);
  const madeBy = (id: string) =>
    stored.db.selectFrom('distributions').selectAll().where('job_id', '=', id).execute();
  /** Every row that is done has one live code, and no other has any. */
  async function eachOnce(id: string): Promise<number> {
    const rows = (await rowsOf(id)).filter(({ state }) => state === 'done');
    const made = await madeBy(id);
    expect(made.map((row) => row.id).sort()).toEqual(rows.map((row) => row.distribution_id).sort());
    expect(new Set(made.map(({ token_id }) => token_id)).size).toBe(made.length);
    expect((await jobOf(id)).done).toBe(made.length);
    return made.length;
  }
  /** Something that happens after the first batch. */
  const afterFirst = (happens: () => Promise<void>): Partial<NodeContext> => {
    let happened = false;
    return {
      sleep: async () => {
        if (happened) return;
        happened = true;
        await happens();
      },
    };
  };

  test('a file that is none: binary, or with a quotation mark that is never closed, names nobody, whatever the database', async () => {
    const hex = randomBytes(20_000).toString('hex');
    const file = ['userId,nickname,address', 'a\0b,n\0,x', `${hex},n,x`, `"c,${hex}\n${hex}`].join('\n');
    const id = await started({ choose: { file } });
    await workOn(uses());
    expect((await outcomes(id)).map(([, ...rest]) => rest)).toEqual(
      Array(3).fill(['left-out', 'job-row.no-user']),
    );
    for (const { subject } of await rowsOf(id)) expect(subject.length).toBeLessThan(150);
  });

  test('a job whose rows could not all be stored is none: it is not open, and is not resumed', async () => {
    const open = async () =>
      (await stored.db.selectFrom('jobs').select('id').where('state', '=', 'collecting').execute()).length;
    async function* pages(between: () => Promise<void>) {
      yield ['x'];
      await between();
    }
    const collect = (between: () => Promise<void>) =>
      collectJob(
        uses(),
        actor,
        { kind: 'distribute', name: 'torn', input: '{"tokens":"held","profile":"qr"}', phase: 'check' },
        { pages: pages(between), insert: async () => {}, field: 'choose' },
      );
    await expect(
      collect(async () => {
        throw new Error('the database went away');
      }),
    ).rejects.toThrow('went away');
    expect(await open()).toBe(0);
    const torn = await stored.db
      .selectFrom('jobs')
      .selectAll()
      .where('name', '=', 'torn')
      .executeTakeFirstOrThrow();
    expect(torn).toMatchObject({ state: 'cancelled', text: '{"code":"job.not-stored"}' });
    expect(await resumeJob(node, actor, torn.id)).toMatchObject({ ok: false, problem: 'wrong-state' });
    // Its server was killed: whoever made it cancels it, or it is found within hours; until then its rule waits.
    const left = async (id: string) =>
      void (await stored.db
        .updateTable('jobs')
        .set({ state: 'collecting', ended_at: null, rule_id: 'a rule' })
        .where('id', '=', id)
        .execute());
    await left(torn.id);
    expect(await cancelJob(node, actor, torn.id)).toMatchObject({ ok: true, value: { state: 'cancelled' } });
    await left(torn.id);
    expect(await hasOpenJob(stored.db, 'a rule')).toBe(true);
    await forgetOldJobs({ db: stored.db, now: () => clock + 2 * HOUR });
    expect(await hasOpenJob(stored.db, 'a rule')).toBe(false);
    // One that is canceled while it is stored stays so.
    const made = await collect(async () => {
      await stored.db
        .updateTable('jobs')
        .set({ state: 'cancelled' })
        .where('state', '=', 'collecting')
        .execute();
    });
    expect(made).toMatchObject({ ok: true, value: { state: 'cancelled' } });
  });

  test('a file with people who are unknown, doubled, disabled or of another domain: each says so, and nothing of strangers is shown', async () => {
    const mine = (await addPeople(stored.db, 'mine', 3, { domain: north })).userIds;
    const [foreign = ''] = (await addPeople(stored.db, 'foreign', 1)).userIds;
    await stored.db
      .updateTable('users')
      .set({ enabled: 0 })
      .where('user_id', '=', mine[1] as string)
      .execute();
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|calc!A0'];
    const lines = ['userId', mine[0], 'nobody', mine[1], foreign, mine[0], ` ${mine[2]} `, ...formulas];
    const id = await started({ choose: { file: lines.join('\n') } }, ofNorth);
    await workOn(uses());
    expect(await outcomes(id)).toEqual([
      [mine[0], 'done', undefined],
      ['nobody', 'left-out', 'job-row.no-user'],
      [mine[1], 'left-out', 'job-row.user-disabled'],
      [foreign, 'left-out', 'job-row.no-user'],
      [mine[0], 'left-out', 'job-row.doubled'],
      [mine[2], 'done', undefined],
      ...formulas.map((formula) => [formula, 'left-out', 'job-row.no-user']),
    ]);
    const stranger = (await rowsOf(id))[3];
    expect([stranger?.target, stranger?.user_id, stranger?.serial]).toEqual([null, null, null]);
    expect(await eachOnce(id)).toBe(2);
    const { csv } = valueIn(await takeResult(node, ofNorth, { id }, inEnglish));
    const cells = csv.split('\r\n').map((line) => line.split(',')[1]);
    for (const formula of formulas) expect(cells).toContain(`'${formula}`);
  });

  test('a search that finds others while the job runs: those that it found at first, as they are when their turn comes', async () => {
    const people = (await addPeople(stored.db, 'found', 120, { domain: north })).userIds;
    const id = await started({ choose: { users: { search: 'found' } } }, ofNorth);
    const [gone = '', moved = '', renamed = ''] = people.slice(-3);
    await workOn(
      uses(
        afterFirst(async () => {
          await addPeople(stored.db, 'founder', 5, { domain: north });
          await stored.db.updateTable('users').set({ enabled: 0 }).where('user_id', '=', gone).execute();
          await stored.db.updateTable('users').set({ domain: '/' }).where('user_id', '=', moved).execute();
          await stored.db
            .updateTable('users')
            .set({ last_name: 'Other', last_name_key: 'other' })
            .where('user_id', '=', renamed)
            .execute();
        }),
      ),
    );
    const rows = await outcomes(id);
    expect(rows.map(([subject]) => subject)).toEqual(people);
    expect(rows.slice(-3)).toEqual([
      [gone, 'failed', 'job-row.user-disabled'],
      [moved, 'failed', 'job-row.no-user'],
      [renamed, 'done', undefined],
    ]);
    expect(await eachOnce(id)).toBe(118);
  });

  test('certificates that expire in between: whoever is not done by then gets no code, and the row says why', async () => {
    await mailIs({ enabled: true });
    const { userIds } = await addPeople(stored.db, 'cert', 60);
    // One certificate names them all: making sixty takes a minute.
    const certificate = ssl.make('cert', 'cert@example.com', { days: 1 });
    // Not before it begins to be valid.
    clock = Date.now() + 2_000;
    await stored.db
      .updateTable('users')
      .set({ email: 'cert@example.com' })
      .where('user_id', 'in', userIds)
      .execute();
    for (const { id } of await stored.db
      .selectFrom('users')
      .select('id')
      .where('user_id', 'in', userIds)
      .execute())
      await stored.db.insertInto('user_mail').values({ user_id: id, language: null, certificate }).execute();
    const id = await started({ choose: { userIds }, profile: 'url', mail: 'encrypted' });
    await workOn(
      uses(
        afterFirst(async () => {
          clock += 2 * DAY;
        }),
      ),
    );
    const rows = await outcomes(id);
    const states = Map.groupBy(rows, ([, state]) => state);
    expect(states.get('done')?.length).toBeGreaterThan(0);
    expect(states.get('failed')?.length).toBeGreaterThan(0);
    expect(rows).toHaveLength((states.get('done')?.length ?? 0) + (states.get('failed')?.length ?? 0));
    for (const [, , reason] of states.get('failed') ?? [])
      expect(reason).toMatch(/^mail-certificate\.|^mail\./);
    expect(await eachOnce(id)).toBe(states.get('done')?.length);
    const mails = await stored.db.selectFrom('mail').select('event').execute();
    expect(mails.filter(({ event }) => event === 'delivery-encrypted')).toHaveLength(
      states.get('done')?.length ?? 0,
    );
  });

  test('the mail server is down: every code waits in its mail, once, and goes out when the server is back', async () => {
    await mailIs({ enabled: true });
    const { userIds } = await addPeople(stored.db, 'down', 40);
    const id = await started({ choose: { userIds }, profile: 'url', mail: 'separate' });
    await workOn(uses());
    expect(await eachOnce(id)).toBe(40);
    const send = async (sendMail: SendMail) => {
      while ((await sendDueMail({ ...uses(), sendMail })) > 0);
    };
    await send(async () => ({ kind: 'failed', reply: 'no answer' }));
    const waiting = await stored.db.selectFrom('mail').select(['recipient', 'event', 'state']).execute();
    expect(waiting.every(({ state }) => state === 'queued')).toBe(true);
    for (const event of ['delivery-link', 'delivery-code'] as const)
      expect(
        waiting
          .filter((row) => row.event === event)
          .map(({ recipient }) => recipient)
          .sort(),
      ).toEqual(userIds.map((userId) => `${userId}@example.com`));
    clock += HOUR;
    const sent: string[] = [];
    await send(async (_, mail) => {
      sent.push(JSON.stringify(mail));
      return { kind: 'accepted', reply: '250' };
    });
    expect(sent).toHaveLength(waiting.length);
    expect(await stored.db.selectFrom('mail').select('state').where('state', '!=', 'sent').execute()).toEqual(
      [],
    );
  });

  test('mail is switched off while the job runs: it ends, and no code was issued whose mail was not queued', async () => {
    for (const when of ['between batches', 'within one'] as const) {
      await mailIs({ enabled: true });
      await stored.db.deleteFrom('mail').execute();
      const { userIds } = await addPeople(stored.db, `off${when.slice(0, 1)}${when.length}x`, 60);
      const id = await started({ choose: { userIds }, profile: 'url', mail: 'separate' });
      const queue = mailQueue(node);
      let batches = 0;
      const context = uses({
        // What a batch rests on is read anew before each.
        monotonic: () => performance.now() + batches * 1_000,
        sleep: async () => {
          batches += 1;
          if (batches === 1 && when === 'between batches') await mailIs({ enabled: false });
        },
        queueMail: async (trx, ...notices) => {
          if (batches === 1 && when === 'within one') {
            const settings = mailSettingsSchema.parse({ enabled: false, host: 'x', from: 's@example.com' });
            await trx
              .updateTable('mail_settings')
              .set({ settings: JSON.stringify(settings) })
              .execute();
            node.mailSettings.forget();
            await node.mailSettings.current(trx);
          }
          return queue(trx, ...notices);
        },
      });
      if (when === 'between batches') await workOn(context);
      else {
        await expect(workOn(context)).rejects.toThrow('mail');
        // The transaction took the change back with it; the cached settings last two seconds.
        node.mailSettings.forget();
        await mailIs({ enabled: false });
        clock += 6_000;
        await workOn(uses());
      }
      const job = await jobOf(id);
      expect([job.state, codeIn(job.text)]).toEqual(['failed', 'mail.not-set-up']);
      const made = await eachOnce(id);
      expect(made).toBeGreaterThan(0);
      expect(made).toBeLessThan(60);
      const mails = await stored.db.selectFrom('mail').select('event').execute();
      expect(mails.filter(({ event }) => event === 'delivery-code')).toHaveLength(made);
      // Switched on again, and resumed: the others, and nobody twice.
      await mailIs({ enabled: true });
      const resumed = await resumeJob(node, actor, id);
      expect(resumed.ok).toBe(true);
      await workOn(uses());
      expect(await eachOnce(id)).toBe(60);
    }
  });

  test('the disk is full: nothing is half done, the job waits without giving up, and goes on when there is room', async () => {
    const { userIds } = await addPeople(stored.db, 'full', 400);
    const id = await started({ choose: { userIds }, profile: 'url' });
    const fill = kind.name === 'SQLite' ? fillSqlite : fillPostgresql;
    const free = await fill();
    let failures = 0;
    for (; failures < 8; failures += 1) {
      const error = await workOn(uses()).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) break;
      expect(String(error)).toMatch(/full/);
      expect(await eachOnce(id)).toBe((await jobOf(id)).done);
      // Until the lease has run out.
      clock += 6_000;
    }
    // More often than an error that is the job's own would be borne.
    expect(failures).toBe(8);
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempts: 0 });
    await free();
    clock += 6_000;
    await workOn(uses());
    expect(await jobOf(id)).toMatchObject({ state: 'done', done: 400, failed: 0 });
    expect(await eachOnce(id)).toBe(400);
  });

  /** A limit just above what the file has. @returns lifts it */
  async function fillSqlite(): Promise<() => Promise<void>> {
    const limit = (pages: number) =>
      stored.db.transaction().execute(async (trx) => {
        await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(trx);
      });
    const { rows } = await stored.db
      .transaction()
      .execute((trx) => sql<{ page_count: number }>`pragma page_count`.execute(trx));
    await limit((rows[0]?.page_count ?? 0) + 8);
    return () => limit(1_000_000_000);
  }
  async function fillPostgresql(): Promise<() => Promise<void>> {
    await sql`create function no_room() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: disk full' using errcode = '53100'; end $$`.execute(
      stored.db,
    );
    await sql`create trigger no_room before insert on distributions for each statement execute function no_room()`.execute(
      stored.db,
    );
    return async () => {
      await sql`drop trigger no_room on distributions`.execute(stored.db);
    };
  }

  test('the clock is set back, or forward, while a node dies: another goes on at once, and every token is distributed once', async () => {
    for (const [step, turn] of [-30 * DAY, 30 * DAY].entries()) {
      clock = begun;
      const { userIds } = await addPeople(stored.db, `clock${step}x`, 300);
      const id = await started({ choose: { userIds } });
      const dies = afterFirst(async () => {
        throw new Error('killed');
      });
      await expect(workOn(uses(dies))).rejects.toThrow('killed');
      const before = await jobOf(id);
      expect(before.state).toBe('running');
      expect(before.done).toBeGreaterThan(0);
      // As it is: its lease has not run out.
      await workOn(uses());
      expect((await jobOf(id)).position).toBe(before.position);
      clock += turn;
      await workOn(uses());
      expect(await jobOf(id)).toMatchObject({ state: 'done', done: 300 });
      expect(await eachOnce(id)).toBe(300);
    }
  });

  test('what fails after another node has taken the job does not count against it', async () => {
    const { userIds } = await addPeople(stored.db, 'taken', 60);
    const id = await started({ choose: { userIds } });
    const context = uses();
    const kinds = jobKinds(context);
    const fails = (before: () => Promise<unknown>) =>
      workOnJob(context, {
        ...kinds,
        distribute: {
          ...kinds.distribute,
          prepare: async () => {
            await before();
            throw new Error('its own fault');
          },
        },
      });
    await expect(fails(async () => {})).rejects.toThrow('its own fault');
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempts: 1 });
    clock += 6_000;
    const taken = { lease: 'lease of the second' };
    await expect(
      fails(() => stored.db.updateTable('jobs').set(taken).where('id', '=', id).execute()),
    ).rejects.toThrow('its own fault');
    expect(await jobOf(id)).toMatchObject({ state: 'running', attempts: 1, ...taken });
    clock += 6_000;
    await workOn(uses());
    expect(await jobOf(id)).toMatchObject({ state: 'done', done: 60, attempts: 0 });
  });

  test('undone after 30 % were provisioned: those stay, and everything else is as it was, row for row', async () => {
    const PEOPLE = amount({ usual: 200, long: 10_000 });
    const tables = ['tokens', 'users', 'seeds', 'distributions', 'replacements'] as const;
    /** All rows but those of these tokens and what the job made. Versions only say that something was edited. */
    const everything = async (but: ReadonlySet<string>, jobId?: string): Promise<string> => {
      const all = await Promise.all(
        tables.map(async (table) => {
          const rows = (await stored.db.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
          return rows
            .filter((row) => !but.has(String(table === 'tokens' ? row.id : row.token_id)))
            .filter((row) => jobId === undefined || row.job_id !== jobId)
            .map((row) => JSON.stringify(table === 'tokens' ? { ...row, version: 0 } : row))
            .sort();
        }),
      );
      return JSON.stringify(all);
    };
    for (const tokens of ['held', 'stock', 'mint'] as const) {
      const { userIds } = await addPeople(stored.db, `undo${tokens}`, PEOPLE, {
        tokens: tokens === 'held' ? 'held' : 'none',
      });
      if (tokens === 'stock') await addPeople(stored.db, 'shelf', PEOPLE, { tokens: 'free' });
      const before = new Map(
        (await stored.db.selectFrom('tokens').selectAll().execute()).map((row) => [row.id, row]),
      );
      const earlier = await everything(new Set());
      const id = await started({ choose: { userIds }, tokens });
      await workOn(uses());
      const used = (await madeBy(id)).slice(0, Math.round(PEOPLE * 0.3));
      for (const { id: of } of used)
        await stored.db
          .updateTable('distributions')
          .set({ state: 'provisioned' })
          .where('id', '=', of)
          .execute();
      const undo = valueIn(await addJobAbout(uses(), actor, id, 'undo'));
      await workOn(uses());
      expect(await jobOf(undo.id)).toMatchObject({
        state: 'done',
        done: PEOPLE - used.length,
        left_out: used.length,
      });
      const stay = new Set(used.map(({ token_id }) => token_id));
      for (const { id: of } of used)
        expect(
          await stored.db.selectFrom('distributions').select('state').where('id', '=', of).executeTakeFirst(),
        ).toEqual({ state: 'provisioned' });
      // Of before, without those that stay.
      const [rows] = JSON.parse(earlier) as string[][];
      const expected = JSON.parse(earlier) as string[][];
      expected[0] = (rows ?? []).filter((row) => !stay.has(JSON.parse(row).id));
      expect(before.size).toBe(rows?.length);
      expect(await everything(stay, id)).toBe(JSON.stringify(expected));
    }
  });
});
