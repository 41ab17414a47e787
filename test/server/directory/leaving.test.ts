/** A date on which the access of a user ends: carried out by the clock, undone, and beside what a directory says. On both databases. */
import { endLeavers, setLeaving, undoLeaving } from '@sower/server/directory/leaving';
import { addUser, editUser, showUser } from '@sower/server/directory/users';
import { findUser } from '@sower/server/store/directory/users';
import { insertUserSession } from '@sower/server/store/log-on/self-service';
import type { Row } from '@sower/server/store/schema/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { addedSource, ran } from '../../harness/directory/run.ts';
import { hasSlapd } from '../../harness/directory/slapd.ts';
import { done, type SourceContext, sourceContext } from '../../harness/directory/source.ts';
import { type PasswordDirectory, slapdDirectory } from '../../harness/directory/with-passwords.ts';

const DAY = 86_400_000;
const on = (time: number): string => new Date(time).toISOString();
const never = () => false;

onBothDatabases('the date on which a user leaves', (kind) => {
  let database: FreshDatabase;
  let context: SourceContext;
  let clock = Date.now();
  const start = clock;

  beforeAll(async () => {
    database = await kind.fresh();
    context = await sourceContext(database, () => clock);
  });
  afterAll(async () => {
    await context?.close();
    await database?.drop();
  });

  const added = async (userId: string): Promise<void> => {
    const names = { firstName: '', lastName: '', email: '' };
    done(await addUser(context, context.chief, { userId, ...names }));
  };
  const leave = (userId: string, at: number) => setLeaving(context, context.chief, { userId, at: on(at) });
  const stay = (userId: string) => undoLeaving(context, context.chief, userId);
  const shown = async (userId: string) => {
    const { enabled, leaving } = done(await showUser(context, context.chief, userId));
    return { enabled, leaving };
  };
  const enable = async (userId: string, enabled: boolean) => {
    const { version } = done(await showUser(context, context.chief, userId));
    done(await editUser(context, context.chief, { userId, version, change: { enabled } }));
  };
  const sessions = async () =>
    (await context.db.selectFrom('user_sessions').select('id_hash').execute()).length;
  const trail = async (userId: string) =>
    (
      await context.db
        .selectFrom('audit')
        .select(['actor', 'action'])
        .where('object', '=', `user:${userId}`)
        .where('action', 'like', '%leav%')
        .orderBy('id')
        .execute()
    ).map(({ actor, action }) => `${action} ${actor.split(':')[0]}`);

  test('ends access and sessions when it comes, once, and is taken back before and after', async () => {
    await added('ada');
    await added('grace');
    const id = (await findUser(context.db, 'ada'))?.id as Row<'users'>['id'];
    await insertUserSession(context.db, {
      ...{ id_hash: 'x' as never, user_id: id, method: 'password' as const, source: null, user_agent: null },
      ...{ created_at: clock, last_seen_at: clock, expires_at: clock + 100 * DAY },
    });
    const at = clock + 2 * DAY;
    done(await leave('ada', at));
    done(await leave('grace', at));
    done(await stay('grace'));
    expect(await shown('ada')).toEqual({ enabled: true, leaving: { at: on(at), left: false } });
    clock = at - 1;
    await endLeavers(context, never);
    expect((await shown('ada')).enabled).toBe(true);
    expect(await sessions()).toBe(1);
    clock = at;
    await Promise.all([endLeavers(context, never), endLeavers(context, never)]);
    expect(await shown('ada')).toEqual({ enabled: false, leaving: { at: on(at), left: true } });
    expect(await shown('grace')).toEqual({ enabled: true, leaving: undefined });
    expect(await sessions()).toBe(0);
    expect(await leave('ada', at + DAY)).toMatchObject({ ok: false, detail: { code: 'user.has-left' } });
    done(await stay('ada'));
    expect(await shown('ada')).toEqual({ enabled: true, leaving: undefined });
    expect(await stay('ada')).toMatchObject({ ok: false, detail: { code: 'user.not-leaving' } });
    await endLeavers(context, never);
    expect((await shown('ada')).enabled).toBe(true);
    expect(await trail('ada')).toEqual([
      'user.set-leaving api-key',
      'user.leave system',
      'user.undo-leaving api-key',
    ]);
  });

  test('a user whose access cannot be ended does not hold up those who leave later', async () => {
    await added('sooner');
    await added('afterwards');
    done(await leave('sooner', clock + DAY));
    done(await leave('afterwards', clock + 2 * DAY));
    clock += 3 * DAY;
    let calls = 0;
    const random: typeof context.random = (length) => {
      if (calls++ === 0) throw new Error('no randomness');
      return context.random(length);
    };
    await expect(endLeavers({ ...context, random }, never)).rejects.toThrow('no randomness');
    expect((await shown('sooner')).enabled).toBe(true);
    expect((await shown('afterwards')).enabled).toBe(false);
    await endLeavers(context, never);
    expect((await shown('sooner')).enabled).toBe(false);
  });

  test('takes no time that has passed or is too far, and no user who is disabled', async () => {
    await added('idle');
    expect(await leave('idle', clock)).toMatchObject({ detail: { code: 'user.leaving-passed' } });
    expect(await leave('idle', clock + 30 * 366 * DAY)).toMatchObject({
      detail: { code: 'user.leaving-far' },
    });
    await enable('idle', false);
    expect(await leave('idle', clock + DAY)).toMatchObject({ detail: { code: 'user.disabled' } });
  });

  test('what an administrator decides about the user counts more than the date', async () => {
    await added('kept');
    await added('barred');
    for (const userId of ['kept', 'barred']) done(await leave(userId, clock + DAY));
    await enable('barred', false);
    clock += DAY;
    await endLeavers(context, never);
    // Disabled by hand before: the date is gone, and taking it back cannot enable the user.
    expect(await shown('barred')).toEqual({ enabled: false, leaving: undefined });
    expect(await stay('barred')).toMatchObject({ ok: false });
    await enable('kept', true);
    await endLeavers(context, never);
    expect(await shown('kept')).toEqual({ enabled: true, leaving: undefined });
  });

  test('a clock that jumps ahead and back ends access that can be given back, and nothing twice', async () => {
    await added('jumped');
    const at = clock + 100 * DAY;
    done(await leave('jumped', at));
    const right = clock;
    clock += 365 * DAY;
    await endLeavers(context, never);
    expect((await shown('jumped')).enabled).toBe(false);
    clock = right;
    await endLeavers(context, never);
    expect(await shown('jumped')).toEqual({ enabled: false, leaving: { at: on(at), left: true } });
    done(await stay('jumped'));
    done(await leave('jumped', at));
    clock = start - 365 * DAY;
    await endLeavers(context, never);
    expect((await shown('jumped')).enabled).toBe(true);
    clock = right;
  });

  test.skipIf(!hasSlapd)(
    'date and directory: the earlier ends access, and neither gives back what the other ended',
    async () => {
      const directory: PasswordDirectory = await slapdDirectory(
        ['first', 'later'],
        'Right-Pass-w0rd of 1',
        [],
      );
      try {
        const id = await addedSource(context, { ...directory.source, enabled: true });
        expect(await ran(context, id)).toMatchObject({ state: 'done', done: 2 });
        const ends = (name: string, years: number) =>
          directory.set(name, 'pwdEndTime', `${new Date().getUTCFullYear() + years}0101000000Z`);
        const both = ['first', 'later'];
        for (const userId of both) done(await leave(userId, clock + DAY));
        // The directory is earlier, and gives back what it has ended as long as the date has not come.
        await ends('later', -1);
        await ran(context, id);
        expect(await shown('later')).toMatchObject({ enabled: false, leaving: { left: false } });
        await ends('later', 2);
        await ran(context, id);
        expect((await shown('later')).enabled).toBe(true);
        await ends('later', -1);
        await ran(context, id);
        clock += DAY;
        await endLeavers(context, never);
        for (const userId of both)
          expect(await shown(userId)).toMatchObject({ enabled: false, leaving: { left: true } });
        await ends('later', 2);
        await ran(context, id);
        expect((await findUser(context.db, 'later'))?.source_state).toBe('active');
        expect((await shown('later')).enabled).toBe(false);
        // Taken back while the directory bars the user: the directory alone gives access back.
        await ends('first', -1);
        await ran(context, id);
        done(await stay('first'));
        expect(await shown('first')).toEqual({ enabled: false, leaving: undefined });
        await ends('first', 2);
        await ran(context, id);
        expect((await shown('first')).enabled).toBe(true);
      } finally {
        await directory.stop();
      }
    },
  );
});
