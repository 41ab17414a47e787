/**
 * Users follow a real OpenLDAP: added, changed, renamed, moved, disabled, gone, back; conflicts and entries that cannot be users; and the
 * stop, whatever goes wrong while reading: nobody is disabled by it.
 */

import { DAY, HOUR, MINUTE } from '@sower/api/time';
import { editSource } from '@sower/server/directory/sources/sources';
import { editUser } from '@sower/server/directory/users';
import { runFile } from '@sower/server/jobs/synchronize/findings';
import { readers } from '@sower/server/jobs/synchronize/read';
import { cancelRun, confirmRun, startDueRun, startRun } from '@sower/server/jobs/synchronize/runs';
import { inTransaction } from '@sower/server/store/db/transaction';
import { findSource, type SourceRow } from '@sower/server/store/sources/identity-sources';
import { findRun, type RunRow, updateRun } from '@sower/server/store/sources/runs';
import { claimJob, type JobRow } from '@sower/server/store/work/jobs';
import { cancelJob, pauseJob } from '@sower/server/work/jobs';
import { forgetOldJobs, workOnJob } from '@sower/server/work/runner';
import { inEnglish, readText } from '@sower/texts/outcomes';
import { Attribute, Change } from 'ldapts';
import { beforeEach, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../../harness/databases.ts';
import { EACH_TEST } from '../../../harness/deployed.ts';
import { cutWire } from '../../../harness/directory/cut-wire.ts';
import {
  addedSource,
  confirmed,
  findings,
  kindsOf,
  ran,
  said,
  shownRun,
  usersNow,
  workAll,
} from '../../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX, startSlapd } from '../../../harness/directory/slapd.ts';
import { done, slapdSource, slapdSuite } from '../../../harness/directory/source.ts';
import { userRow } from '../../../harness/directory/user-row.ts';

const dn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${SUFFIX}`;
/** A time as a directory writes it. */
const generalized = (at: number) => new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
const replace = (type: string, ...values: string[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) });

describe.skipIf(!hasSlapd)('synchronization with slapd', () => {
  onBothDatabases('synchronization', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () =>
        personLdif({ uid: 'ada', sn: 'Lovelace', givenName: 'Ada', mail: 'ada@example.com' }) +
        Array.from({ length: 99 }, (_, index) =>
          personLdif({ uid: `user${index}`, mail: `u${index}@example.com` }),
        ).join(''),
      { lasts: EACH_TEST },
    );
    let id: string;

    beforeEach(async () => {
      id = await addedSource(
        context,
        slapdSource(slapd, { search: { base: SUFFIX }, connection: { pageSize: 10 } }),
      );
    });

    const user = (userId: string) =>
      context.db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirst();
    const actions = async (run: string) => (await findings(context, run)).map(said).sort();
    const events = async (action: string) =>
      (await context.db.selectFrom('audit').selectAll().where('action', '=', action).execute()).map(
        ({ object, reason }) => `${object}: ${reason}`,
      );

    test('a preview changes nothing; what it says is done; a second run does nothing', async () => {
      const preview = await ran(context, id, { preview: true });
      expect(preview).toMatchObject({
        state: 'waiting',
        read: 100,
        counts: { added: 100 },
        disables: 0,
        stopped: false,
      });
      expect(await usersNow(context)).toEqual([]);
      const run = await confirmed(context, id, preview.id);
      expect(run).toMatchObject({ state: 'done', done: 100, leftOut: 0 });
      expect(await user('ada')).toMatchObject({
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'ada@example.com',
        enabled: 1,
        source_id: id,
        source_state: 'active',
        source_name: dn('ada'),
      });
      expect(await events('user.add')).toHaveLength(100);
      const before = await usersNow(context);
      const second = await ran(context, id);
      expect(second).toMatchObject({ state: 'done', done: 0, counts: { added: 0, changed: 0, gone: 0 } });
      expect(await actions(second.id)).toEqual([]);
      expect(await usersNow(context)).toEqual(before);
    });

    test('a user ID that an earlier version took is kept, and what else changes is followed', async () => {
      await ran(context, id);
      const { client } = slapd;
      await client.modifyDN(dn('user40'), 'uid=o\u2019neill');
      const refused = await ran(context, id);
      expect(await actions(refused.id)).toEqual([expect.stringMatching(/^refused o\u2019neill/)]);
      await context.db
        .updateTable('users')
        .set({ user_id: 'o\u2019neill', user_id_key: 'o\u2019neill' })
        .where('user_id', '=', 'user40')
        .execute();
      await client.modify(dn('o\u2019neill'), [replace('sn', 'O\u2019Neill')]);
      const run = await ran(context, id);
      expect(run).toMatchObject({ state: 'done', done: 1 });
      expect(await user('o\u2019neill')).toMatchObject({ last_name: 'O\u2019Neill', enabled: 1 });
      const again = await ran(context, id);
      expect(again).toMatchObject({ state: 'done', done: 0 });
      expect(await actions(again.id)).toEqual([]);
    });

    test('a marriage, a new user ID, a move: the same row; gone, disabled, back: with what they had', async () => {
      await ran(context, id);
      const ada = await user('ada');
      const { client } = slapd;
      await client.modify(dn('ada'), [replace('sn', 'King'), replace('mail', 'ada.king@example.com')]);
      await client.modifyDN(dn('ada'), 'uid=aking');
      await client.modifyDN(dn('user1'), `uid=user1,ou=elsewhere,${SUFFIX}`);
      await client.modify(dn('user2'), [replace('pwdAccountLockedTime', '000001010000Z')]);
      await client.del(dn('user3'));
      await client.add(dn('new'), { objectClass: ['inetOrgPerson'], uid: 'new', cn: 'new', sn: 'new' });
      const run = await ran(context, id);
      expect(run).toMatchObject({ state: 'done', disables: 2, done: 5, leftOut: 0 });
      expect(await actions(run.id)).toEqual(
        [
          'added new',
          'changed aking email,entry,lastName,logOnNames,userId',
          'disabled user2 enabled,state',
          'gone user3 enabled,state',
          'moved user1 entry',
        ].sort(),
      );
      expect(await user('aking')).toMatchObject({ id: ada?.id, last_name: 'King', enabled: 1 });
      expect(await user('ada')).toBe(undefined);
      expect(await user('user2')).toMatchObject({
        enabled: 0,
        disabled_by_source: 1,
        source_state: 'disabled',
      });
      expect(await user('user3')).toMatchObject({ enabled: 0, disabled_by_source: 1, source_state: 'gone' });

      // Somebody here disables one of them too: the directory does not enable them again.
      const two = await user('user2');
      done(
        await editUser(context, context.chief, {
          userId: 'user2',
          version: two?.version ?? 0,
          change: { enabled: false },
        }),
      );
      await client.modify(dn('user2'), [
        new Change({ operation: 'delete', modification: new Attribute({ type: 'pwdAccountLockedTime' }) }),
      ]);
      const back = await ran(context, id);
      expect(await actions(back.id)).toEqual(['changed user2 state']);
      expect(await user('user2')).toMatchObject({
        enabled: 0,
        disabled_by_source: 0,
        source_state: 'active',
      });
      expect((await events('user.edit')).join('\n')).toMatch(/user:user3: gone by slapd: .*state/);
      // The trail of the earlier ID leads to the one of now.
      expect(await events('user.edit')).toContain('user:ada: from now on aking');
    });

    test('who is missing is disabled and comes back enabled, the same row, by the same key', async () => {
      await ran(context, id);
      const before = await user('user5');
      const { client } = slapd;
      const hidden = { search: { base: SUFFIX, filter: '(&(objectClass=inetOrgPerson)(!(uid=user5)))' } };
      const edit = async (search: object) => {
        const row = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
        const { search: now } = JSON.parse(row.settings);
        done(
          await editSource(context, context.chief, {
            id,
            version: row.version,
            change: { search: { ...now, ...search } },
          }),
        );
      };
      await edit(hidden.search);
      expect(await actions((await ran(context, id)).id)).toEqual(['gone user5 enabled,state']);
      await edit({ filter: '(objectClass=inetOrgPerson)' });
      await client.modify(dn('user5'), [replace('sn', 'Back')]);
      expect(await actions((await ran(context, id)).id)).toEqual(['returning user5 enabled,lastName,state']);
      expect(await user('user5')).toMatchObject({
        id: before?.id,
        enabled: 1,
        disabled_by_source: 0,
        last_name: 'Back',
      });
    });

    test('user IDs of others: never taken over; of two that want one, the first; chains and circles', async () => {
      await context.db
        .insertInto('users')
        .values(userRow('user7', { id: 'internal' }))
        .execute();
      const first = await ran(context, id);
      expect(first).toMatchObject({ state: 'done', done: 99, counts: { added: 99, conflict: 1 } });
      const [conflict] = await findings(context, first.id, 'conflict');
      expect([conflict?.user_id, inEnglish(readText(conflict?.text ?? '') as never)]).toEqual([
        'user7',
        expect.stringContaining('Another user has this user ID'),
      ]);
      expect(await user('user7')).toMatchObject({ id: 'internal', source_id: null });
      // Again and again the same, and nothing is done.
      const again = await ran(context, id);
      expect(again).toMatchObject({ done: 0, counts: { conflict: 1 } });

      const { client } = slapd;
      const rowsOf = async () => new Map((await usersNow(context)).map((row) => [row.id, row.user_id]));
      const idOf = async (userId: string) => (await user(userId))?.id ?? '';
      const [ten, eleven, twelve, twenty, thirty] = [
        await idOf('user10'),
        await idOf('user11'),
        await idOf('user12'),
        await idOf('user20'),
        await idOf('user30'),
      ];
      // A chain: 10 becomes 11, 11 becomes 12, 12 becomes free. A circle: 20 and 30 change places.
      await client.modifyDN(dn('user12'), 'uid=free12');
      await client.modifyDN(dn('user11'), 'uid=user12');
      await client.modifyDN(dn('user10'), 'uid=user11');
      await client.modifyDN(dn('user20'), 'uid=swap');
      await client.modifyDN(dn('user30'), 'uid=user20');
      await client.modifyDN(dn('swap'), 'uid=user30');
      const run = await ran(context, id);
      expect(run).toMatchObject({ state: 'done', leftOut: 0, counts: { conflict: 1, changed: 5 } });
      const rows = await rowsOf();
      expect([ten, eleven, twelve, twenty, thirty].map((row) => rows.get(row))).toEqual([
        'user11',
        'user12',
        'free12',
        'user30',
        'user20',
      ]);
      const third = await ran(context, id);
      expect(third).toMatchObject({ done: 0, counts: { conflict: 1, changed: 0 } });
    });

    test('what was changed since the preview is left out, and a preview of other settings is not done', async () => {
      const preview = await ran(context, id, { preview: true });
      await context.db
        .insertInto('users')
        .values(userRow('ADA', { id: 'quick' }))
        .execute();
      const run = await confirmed(context, id, preview.id);
      expect(run).toMatchObject({ state: 'done', done: 99, leftOut: 1 });
      expect(await user('ADA')).toMatchObject({ id: 'quick', source_id: null });
      const file = done(await runFile(context, context.chief, { id, run: run.id }, inEnglish));
      expect(file.csv.split('\r\n')).toHaveLength(102);
      expect(file.csv).toContain('Changed since the preview');
    });

    test('what was found about people goes with a run that is given up, and stays with one that has begun', async () => {
      const entries = async (run: string) => (await findings(context, run)).length;
      const waiting = () => ran(context, id, { preview: true });
      const steps: Record<string, (run: string) => Promise<unknown>> = {
        'by who manages the source': (run) => cancelRun(context, context.chief, { id, run }),
        'as a job': (run) => cancelJob(context, context.chief, run),
        'by time': () => forgetOldJobs({ ...context, now: () => context.now() + 8 * DAY }),
        'by another run': waiting,
      };
      for (const [how, step] of Object.entries(steps)) {
        const preview = await waiting();
        expect(await entries(preview.id), how).toBe(100);
        await step(preview.id);
        expect(await shownRun(context, id, preview.id), how).toMatchObject({ state: 'cancelled' });
        expect(await entries(preview.id), how).toBe(0);
      }
      const begun = await waiting();
      done(await confirmRun(context, context.chief, { id, run: begun.id, exceeding: undefined }));
      let batches = 0;
      await workOnJob(context, kindsOf(context), () => ++batches > 1, 'synchronize');
      done(await cancelRun(context, context.chief, { id, run: begun.id }));
      expect(await entries(begun.id)).toBe(100);
    });

    test('what a run leaves out is found by the next one, whether that reads changes or everything', async () => {
      await ran(context, id);
      const stored = () => context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      const put = (change: Partial<Awaited<ReturnType<typeof stored>>>) =>
        context.db.updateTable('identity_sources').set(change).execute();
      const { version, settings } = await stored();
      const { schedule } = JSON.parse(settings);
      const daily = { ...schedule, everyMinutes: 15, fullEveryHours: 24 };
      done(
        await editSource(context, context.chief, {
          id,
          version,
          change: { enabled: true, schedule: daily },
        }),
      );
      const touch = async (userId: string) => {
        const { version: present = 0 } = (await user(userId)) ?? {};
        const change = { enabled: true };
        done(await editUser(context, context.chief, { userId, version: present, change }));
      };
      // Each from 10 minutes before the watermark on.
      const longBefore = { server: '', value: generalized(Date.now() - HOUR) };
      await put({ watermark: JSON.stringify(longBefore) });
      await slapd.client.modify(dn('user40'), [replace('sn', 'Married')]);
      const delta = await ran(context, id, { mode: 'delta', preview: true });
      await touch('user40');
      expect(await confirmed(context, id, delta.id)).toMatchObject({ state: 'done', done: 0, leftOut: 1 });
      expect(JSON.parse((await stored()).watermark ?? '')).toMatchObject(longBefore);
      expect(await ran(context, id, { mode: 'delta' })).toMatchObject({ state: 'done', done: 1, leftOut: 0 });
      expect(await user('user40')).toMatchObject({ last_name: 'Married' });
      expect(JSON.parse((await stored()).watermark ?? '').value > longBefore.value).toBe(true);

      // Someone who has left, which a run for changes never sees.
      await slapd.client.del(dn('user41'));
      const full = await ran(context, id, { preview: true });
      await touch('user41');
      expect(await confirmed(context, id, full.id)).toMatchObject({ state: 'done', leftOut: 1 });
      expect(await user('user41')).toMatchObject({ enabled: 1 });
      const onSchedule = async () => {
        await put({ due_at: context.now() - 1 });
        expect(await startDueRun(context)).toBe(true);
        await workAll(context);
        const last = context.db.selectFrom('source_runs').select('mode').orderBy('job_id', 'desc');
        return (await last.executeTakeFirstOrThrow()).mode;
      };
      expect(await onSchedule()).toBe('full');
      expect(await user('user41')).toMatchObject({ enabled: 0, source_state: 'gone' });
      expect(await onSchedule()).toBe('delta');

      // What stays in conflict was not left out.
      await slapd.client.modifyDN(dn('user42'), 'uid=ada2');
      await context.db
        .insertInto('users')
        .values(userRow('ada2', { id: 'internal' }))
        .execute();
      await put({ full_at: null });
      expect(await onSchedule()).toBe('full');
      expect(await onSchedule()).toBe('delta');
    });

    test('a run that was paused for so long that it cannot be resumed makes way for the next one', async () => {
      const source = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      done(
        await editSource(context, context.chief, { id, version: source.version, change: { enabled: true } }),
      );
      const begun = done(await startRun(context, context.chief, { id, mode: 'full', preview: false }));
      let batches = 0;
      await workOnJob(context, kindsOf(context), () => ++batches > 4, 'synchronize');
      done(await pauseJob(context, context.chief, begun.job_id));
      expect((await findings(context, begun.job_id)).length).toBeGreaterThan(0);
      const dueAfter = async (minutes: number) => {
        const later = { ...context, now: () => Date.now() + minutes * MINUTE };
        await context.db
          .updateTable('identity_sources')
          .set({ due_at: later.now() - 1 })
          .execute();
        expect(await startDueRun(later)).toBe(true);
        const jobs = await context.db.selectFrom('jobs').select('state').orderBy('id').execute();
        return jobs.map(({ state }) => state);
      };
      expect(await dueAfter(59)).toEqual(['paused']);
      expect(await dueAfter(61)).toEqual(['cancelled', 'queued']);
      expect(await findings(context, begun.job_id)).toEqual([]);
      await workAll(context);
      expect(await usersNow(context)).toHaveLength(100);
    });

    test('a node that has lost its lease and its connection leaves alone what the next one has read', async () => {
      const wire = await cutWire(slapd.port);
      const open = { urls: [`ldap://localhost:${wire.port}`], startTls: false, plain: true };
      const other = await addedSource(
        context,
        slapdSource(slapd, { name: 'by wire', connection: { ...open, pageSize: 10 } }),
      );
      const { job_id } = done(
        await startRun(context, context.chief, { id: other, mode: 'full', preview: false }),
      );
      const run = async () => (await findRun(context.db, job_id)) as RunRow;
      const source = (await findSource(context.db, other)) as SourceRow;
      const pages = readers(context);
      const job = (await claimJob(context.db, 'lease of the first', context.now(), 'synchronize')) as JobRow;
      const batch = await pages.next(job, await run(), source);
      if (typeof batch !== 'function') throw new Error('nothing was read');
      await inTransaction(context.db, (trx) => batch(trx, job, 10));
      expect(await run()).toMatchObject({ read: 10, restarts: 0 });
      const taken = { lease: 'lease of the second' };
      await context.db.updateTable('jobs').set(taken).where('id', '=', job_id).execute();
      await updateRun(context.db, job_id, { read: 90 });
      await wire.close();
      // The next page may have been here before.
      for (let page = 0; page < 2; page += 1) await pages.next(job, await run(), source);
      expect(await run()).toMatchObject({ read: 90, restarts: 0 });
    });

    test('a time that a clock ahead has written hides no change: neither read nor stored', async () => {
      const ahead = '20990101000000Z';
      const own = await startSlapd({
        ldif:
          personLdif({ uid: 'ada' }) +
          `${personLdif({ uid: 'skewed' }).trimEnd()}\nmodifyTimestamp: ${ahead}\n\n`,
      });
      try {
        const skewed = await addedSource(context, slapdSource(own, { name: 'skewed', enabled: true }));
        const row = () =>
          context.db
            .selectFrom('identity_sources')
            .selectAll()
            .where('id', '=', skewed)
            .executeTakeFirstOrThrow();
        const put = (change: Partial<Awaited<ReturnType<typeof row>>>) =>
          context.db.updateTable('identity_sources').set(change).where('id', '=', skewed).execute();
        const isBehind = async () => JSON.parse((await row()).watermark ?? '').value < ahead;
        expect(await ran(context, skewed)).toMatchObject({ state: 'done', done: 2 });
        expect(await isBehind()).toBe(true);
        await own.client.modify(dn('ada'), [replace('sn', 'King')]);
        expect(await ran(context, skewed, { mode: 'delta' })).toMatchObject({ state: 'done', done: 1 });
        expect(await user('ada')).toMatchObject({ last_name: 'King' });
        expect(await isBehind()).toBe(true);
        // As an earlier version stored it.
        await put({ watermark: JSON.stringify({ server: '', value: ahead }), due_at: context.now() - 1 });
        const delta = await startRun(context, context.chief, { id: skewed, mode: 'delta', preview: false });
        expect(delta).toMatchObject({ ok: false, detail: { code: 'source-run.no-watermark' } });
        expect(await startDueRun(context)).toBe(true);
        await workAll(context);
        const runs = await context.db.selectFrom('source_runs').selectAll().orderBy('job_id').execute();
        expect(runs.map(({ mode }) => mode)).toEqual(['full', 'delta', 'full']);
        expect(await isBehind()).toBe(true);
      } finally {
        await own.stop();
      }
    });

    test('only what has changed: nobody is gone for not being in it, and who is gone is found by a full run', async () => {
      const early = await startRun(context, context.chief, { id, mode: 'delta', preview: false });
      expect(early).toMatchObject({ ok: false, detail: { code: 'source-run.no-watermark' } });
      await ran(context, id);
      // Old entries: what was written in the last minutes is always read again.
      const row = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      const anHour = { ...context, now: () => Date.now() + HOUR };
      await context.db
        .updateTable('identity_sources')
        .set({ watermark: JSON.stringify({ server: '', value: generalized(anHour.now()) }) })
        .where('id', '=', row.id)
        .execute();
      expect(await ran(anHour, id, { mode: 'delta' })).toMatchObject({ state: 'done', read: 0, done: 0 });
      await context.db.updateTable('identity_sources').set({ watermark: row.watermark }).execute();
      await slapd.client.modify(dn('user4'), [replace('sn', 'Delta')]);
      await slapd.client.del(dn('user6'));
      const delta = await ran(context, id, { mode: 'delta' });
      expect(await actions(delta.id)).toEqual(['changed user4 lastName']);
      expect(await user('user6')).toMatchObject({ enabled: 1, source_state: 'active' });
      expect(await actions((await ran(context, id)).id)).toEqual(['gone user6 enabled,state']);
    });

    test('runs on a schedule: the one that is due, once, in full when it is time, with the rights of who saved it', async () => {
      const due = { due_at: context.now() - 1, enabled: 1 } as const;
      const source = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      expect(await startDueRun(context)).toBe(false);
      const settings = JSON.parse(source.settings);
      done(
        await editSource(context, context.chief, {
          id,
          version: source.version,
          change: { enabled: true, schedule: { ...settings.schedule, everyMinutes: 15, fullEveryHours: 24 } },
        }),
      );
      await context.db.updateTable('identity_sources').set(due).execute();
      const started = await Promise.all([1, 2, 3].map(() => startDueRun(context)));
      expect(started.filter(Boolean)).toHaveLength(1);
      await workAll(context);
      await context.db.updateTable('identity_sources').set(due).execute();
      expect(await startDueRun(context)).toBe(true);
      await workAll(context);
      const runs = await context.db.selectFrom('source_runs').selectAll().orderBy('job_id').execute();
      expect(runs.map(({ mode }) => mode)).toEqual(['full', 'delta']);
      expect(await usersNow(context)).toHaveLength(100);
      // Altered beside the server: it reads nothing with settings that nobody has saved.
      await context.db
        .updateTable('identity_sources')
        .set({ ...due, settings: JSON.stringify({ ...settings, stop: { percent: 100, atLeast: 9_999 } }) })
        .execute();
      await startDueRun(context);
      expect(await context.db.selectFrom('source_runs').selectAll().execute()).toHaveLength(2);
    });

    test('two ask at once: one runs; two nodes work at once: as if it were one', async () => {
      const starts = await Promise.all(
        [1, 2, 3, 4].map(() => startRun(context, context.chief, { id, mode: 'full', preview: false })),
      );
      expect(starts.map((start) => (start.ok ? 'started' : start.detail.code)).sort()).toEqual([
        'source-run.running',
        'source-run.running',
        'source-run.running',
        'started',
      ]);
      await Promise.all([1, 2, 3].map(() => workOnJob(context, kindsOf(context), undefined, 'synchronize')));
      await workAll(context);
      expect(await usersNow(context)).toHaveLength(100);
      expect(await events('user.add')).toHaveLength(100);
    });

    test('a run that is taken from its node in the middle ends all the same', async () => {
      const { job_id } = done(await startRun(context, context.chief, { id, mode: 'full', preview: false }));
      let batches = 0;
      // Each node gives up after a few batches, as one does that is stopped; its connection is not the next one's.
      for (let nodes = 0; nodes < 30; nodes += 1) {
        batches = 0;
        const more = await workOnJob(
          context,
          kindsOf(context),
          () => {
            batches += 1;
            return batches > 3 + nodes;
          },
          'synchronize',
        );
        if (!more) break;
      }
      await workAll(context);
      expect(await shownRun(context, id, job_id)).toMatchObject({ state: 'done', done: 100, leftOut: 0 });
      expect(await usersNow(context)).toHaveLength(100);
    });

    test('of entries with one key the first is the user and the others are refused, in one page and in another', async () => {
      // 1 has the key of 0, in the same page; 14 that of 2, in the next one.
      for (let index = 0; index < 15; index += 1) {
        const key = { 1: 0, 14: 2 }[index] ?? index;
        await slapd.client.modify(dn(`user${index}`), replace('employeeNumber', `key-${key}`));
      }
      const keyed = slapdSource(slapd, {
        name: 'by number',
        search: { base: SUFFIX, filter: '(employeeNumber=*)' },
        connection: { pageSize: 10 },
        mapping: { key: 'employeeNumber' },
      });
      const other = await addedSource(context, keyed);
      const run = await ran(context, other);
      expect(run).toMatchObject({ state: 'done', read: 15, done: 13, counts: { added: 13, refused: 2 } });
      const refused = (await findings(context, run.id, 'refused')).map(({ source_key, text }) => [
        source_key,
        readText(text ?? '')?.code,
      ]);
      expect(refused).toEqual([
        [null, 'source-entry.same-key'],
        [null, 'source-entry.same-key'],
      ]);
      expect(await ran(context, other)).toMatchObject({ done: 0, counts: { added: 0, refused: 2 } });
    });

    test.each(['absent', 'compare'] as const)(
      'a run that an earlier version has read, and not compared (%s), begins anew',
      async (stage) => {
        const { job_id } = done(await startRun(context, context.chief, { id, mode: 'full', preview: false }));
        const kinds = kindsOf(context);
        let batches = 0;
        await workOnJob(context, kinds, () => ++batches > 4, 'synchronize');
        await context.db.updateTable('source_runs').set({ stage }).where('job_id', '=', job_id).execute();
        const uncompared = { action: null, claim: null, rank: null };
        await context.db.updateTable('source_entries').set(uncompared).execute();
        await workAll(context, kinds);
        expect(await shownRun(context, id, job_id)).toMatchObject({ state: 'done', read: 100, done: 100 });
        expect(await usersNow(context)).toHaveLength(100);
      },
    );

    describe('the stop', () => {
      const nobodyDisabled = async () => {
        const users = await usersNow(context);
        expect(users.filter(({ enabled }) => enabled === 0)).toEqual([]);
        expect(users).toHaveLength(100);
      };
      const stopped = async () => (await events('source.stop')).at(-1) ?? '';
      const setSearch = async (search: object, connection: object = {}) => {
        const row = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
        const settings = JSON.parse(row.settings);
        const change = {
          search: { ...settings.search, ...search },
          connection: { ...settings.connection, ...connection },
          password: 'the-password-of-the-root-of-the-test',
        };
        done(await editSource(context, context.chief, { id, version: row.version, change }));
      };
      beforeEach(async () => {
        await ran(context, id);
      });

      test('the base DN is wrong', async () => {
        await setSearch({ base: `ou=nowhere,${SUFFIX}` });
        expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
        await nobodyDisabled();
        expect(await stopped()).toContain('The base DN does not exist');
      });

      test('the answer is empty', async () => {
        await setSearch({ base: `ou=elsewhere,${SUFFIX}` });
        expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
        await nobodyDisabled();
        expect(await stopped()).toContain('returned no entries at all');
      });

      test('a third is gone: nothing is done before the number is typed, and then it is', async () => {
        for (let index = 0; index < 30; index += 1) await slapd.client.del(dn(`user${index}`));
        await slapd.client.modify(dn('user50'), [replace('sn', 'Changed')]);
        const run = await ran(context, id);
        expect(run).toMatchObject({ state: 'waiting', stopped: true, disables: 30, done: 0 });
        await nobodyDisabled();
        expect(await user('user50')).toMatchObject({ last_name: 'user50' });
        expect(await stopped()).toContain('It would disable 30 of 100 users, more than 5 %');
        for (const disable of [undefined, 0, 29, 31]) {
          const refusal = await confirmRun(context, context.chief, { id, run: run.id, exceeding: disable });
          expect(refusal).toMatchObject({ ok: false, detail: { code: 'source-run.confirm' } });
        }
        await nobodyDisabled();
        expect(await confirmed(context, id, run.id, 30)).toMatchObject({ state: 'done', done: 31 });
        expect((await usersNow(context)).filter(({ enabled }) => enabled === 0)).toHaveLength(30);
      });

      test('nineteen of a hundred are fewer than twenty', async () => {
        for (let index = 0; index < 19; index += 1) await slapd.client.del(dn(`user${index}`));
        expect(await ran(context, id)).toMatchObject({ state: 'done', done: 19, stopped: false });
      });

      test('the server gives out only half', async () => {
        const limited = await startSlapd({
          ldif: Array.from({ length: 100 }, (_, index) => personLdif({ uid: `user${index}` })).join(''),
          global: ['sizelimit size.soft=50 size.hard=50 size.prtotal=50'],
        });
        await setSearch({}, { urls: [limited.url], certificateAuthority: limited.authority, bindName: '' });
        expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
        await nobodyDisabled();
        expect(await stopped()).toContain('returns only some of the entries');
        await limited.stop();
      });

      test('the connection is lost after the first pages, once and for good', async () => {
        const wire = await cutWire(slapd.port);
        await setSearch({}, { urls: [`ldap://localhost:${wire.port}`], startTls: false, plain: true });
        wire.cutAfter(6_000);
        expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
        await nobodyDisabled();
        expect(await stopped()).toMatch(/could not be read completely/);
        expect(wire.cuts()).toBeGreaterThan(0);
        await wire.close();
      });

      test('the first server dies in the middle of a run: the second is read from the start', async () => {
        const wire = await cutWire(slapd.port);
        await setSearch(
          {},
          {
            urls: [`ldap://localhost:${wire.port}`, `ldap://localhost:${slapd.port}`],
            startTls: false,
            plain: true,
          },
        );
        wire.cutAfter(6_000);
        await slapd.client.del(dn('user3'));
        expect(await ran(context, id)).toMatchObject({
          state: 'done',
          read: 99,
          done: 1,
          counts: { gone: 1 },
        });
        expect(wire.cuts()).toBeGreaterThan(0);
        await wire.close();
      });
    });
  });
});
