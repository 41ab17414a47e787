/** Lending a token for some days: from the desk to the day it ends by itself, on both databases. */

import { randomBytes } from 'node:crypto';
import { hotp } from '@sower/otp/hotp';
import { hastenSchedule } from '@sower/server/store/work/due';
import { beforeAll, expect, test } from 'vitest';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { commandLine } from '../../harness/jobs/command.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemCode, problemReason } from '../../harness/problems.ts';

const DAY = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

onBothAtOnce('lending tokens', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);
  let names = 0;

  beforeAll(async () => {
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
    const { version } = await api('getMailSettings', {});
    const mail = { enabled: true, host: '127.0.0.1', port: 9, from: 'sower@example.com' };
    await api('editMailSettings', { body: mail, ifMatch: version });
  });

  const fresh = (what: string): string => {
    names += 1;
    return `${what}${names}`;
  };
  async function user(): Promise<string> {
    const userId = fresh('user');
    await api('addUser', { body: { userId, email: `${userId}@example.com` } });
    return userId;
  }
  /** Hardware tokens from the file of a maker; those with a user are assigned to them. */
  async function fobs(...users: (string | undefined)[]) {
    const made = users.map((userId) => ({
      userId,
      serial: fresh('FOB-'),
      key: new Uint8Array(randomBytes(20)),
    }));
    const lines = made.map(({ serial, userId = '', key }) =>
      [serial, userId, Buffer.from(key).toString('hex'), 'hotp'].join(','),
    );
    const file = Buffer.from(['serial,user,seed,type', ...lines].join('\n')).toString('base64');
    const { id, name } = await api('importTokens', { body: { name: fresh('fobs '), file, enabled: true } });
    await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name } });
    expect(await jobEnded(api, id)).toMatchObject({ done: users.length });
    return made.map(({ serial, key }) => ({
      serial,
      code: (counter: number) => hotp({ key, counter, digits: 6 }),
    }));
  }
  const get = (serial: string) => api('getToken', { params: { serial } });
  const lend = (serial: string, body: { until: string; userId?: string; instead?: string }) =>
    api('lendToken', { params: { serial }, body });
  async function accepted(userId: string, passcode: string): Promise<boolean> {
    const answer = await api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  }
  const lastDay = (serial: string, day: string) =>
    stored.db.updateTable('tokens').set({ lent_until: day }).where('serial', '=', serial).execute();
  /** As if its time had come: a node does it within seconds. */
  const round = () => hastenSchedule(stored.db, 'loans', Date.now());
  const mails = (userId: string) =>
    stored.db
      .selectFrom('mail')
      .innerJoin('users', 'users.id', 'mail.user_id')
      .select(['mail.event', 'mail.once_key'])
      .where('users.user_id', '=', userId)
      .execute();
  /** The last days that were announced. What announces a day that was moved is taken back when it would be sent. */
  const announced = async (userId: string) =>
    (await mails(userId)).flatMap(({ event, once_key: key }) =>
      event === 'loan-ending' ? [key?.split(':')[2]] : [],
    );

  test('a spare is lent in place of one that was left at home; on its day it comes back by itself', async ({
    expect,
  }) => {
    const userId = await user();
    const [own, spare] = await fobs(userId, undefined);
    if (!own || !spare) throw new Error('none');
    const until = inDays(1);
    const lent = await lend(spare.serial, { until, userId, instead: own.serial });
    expect(lent).toMatchObject({ userId, enabled: true, lentUntil: until, lentInstead: own.serial });
    expect(await accepted(userId, spare.code(0))).toBe(true);
    expect(await accepted(userId, own.code(0))).toBe(false);
    expect((await api('listTokens', { query: { lent: 'true', userId } })).items).toMatchObject([
      { serial: spare.serial },
    ]);
    await round();
    await expect.poll(() => announced(userId), { timeout: 20_000 }).toEqual([until]);
    // A reminder is sent once; and through its last day, in every time zone, the token is the user's.
    await lastDay(spare.serial, inDays(0));
    await round();
    await expect.poll(() => announced(userId), { timeout: 20_000 }).toContain(inDays(0));
    expect(await get(spare.serial)).toMatchObject({ userId });
    await lastDay(spare.serial, inDays(-3));
    await round();
    await expect.poll(async () => (await get(spare.serial)).userId, { timeout: 20_000 }).toBeUndefined();
    const back = await get(spare.serial);
    expect(back).toMatchObject({ enabled: false, pinSet: false });
    expect(back.lentUntil).toBeUndefined();
    expect(back.lentInstead).toBeUndefined();
    expect(await get(own.serial)).toMatchObject({ enabled: true, userId });
    expect(await accepted(userId, own.code(1))).toBe(true);
    expect(await accepted(userId, spare.code(1))).toBe(false);
    // It is not about to end when it has.
    expect(await announced(userId)).not.toContain(inDays(-3));
    expect((await mails(userId)).filter(({ event }) => event === 'loan-ended')).toHaveLength(1);
    const { items } = await api('listAudit', { query: { object: `token:${spare.serial}`, limit: 3 } });
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['token.unassign', 'system:loan'],
      ['token.lend', expect.stringContaining('api-key')],
      ['token.assign', expect.stringContaining('api-key')],
    ]);
  });

  test('brought back early, deleted with its user or kept: the own token works again, unless the lent one is kept', async () => {
    for (const how of ['unassign', 'bulk', 'keep'] as const) {
      const userId = await user();
      const [own, spare] = await fobs(userId, undefined);
      if (!own || !spare) throw new Error('none');
      const params = { serial: spare.serial };
      await lend(spare.serial, { until: inDays(5), userId, instead: own.serial });
      if (how === 'unassign') await api('unassignToken', { params });
      if (how === 'bulk')
        await api('doToTokens', { body: { action: 'unassign', choose: { serials: [spare.serial] } } });
      if (how === 'keep') await api('keepToken', { params });
      expect((await get(spare.serial)).lentUntil).toBeUndefined();
      expect((await get(spare.serial)).userId).toBe(how === 'keep' ? userId : undefined);
      expect((await get(own.serial)).enabled).toBe(how !== 'keep');
    }
    const gone = await user();
    const [own, spare] = await fobs(gone, undefined);
    if (!own || !spare) throw new Error('none');
    await lend(spare.serial, { until: inDays(5), userId: gone, instead: own.serial });
    await api('deleteUser', { params: { userId: gone } });
    for (const { serial } of [own, spare]) {
      const left = await get(serial);
      expect([left.userId, left.lentUntil]).toEqual([undefined, undefined]);
    }
  });

  test('what is refused: the past, more than a year, nobody’s, disabled, lost, expiring, another’s token set aside', async () => {
    const [userId, other] = [await user(), await user()];
    const [held, free, others, second] = await fobs(userId, undefined, other, userId);
    if (!held || !free || !others || !second) throw new Error('none');
    const reason = (serial: string, body: Parameters<typeof lend>[1]) => problemReason(lend(serial, body));
    const until = inDays(5);
    expect(await reason(held.serial, { until: inDays(-1) })).toBe('loan.past');
    expect(await reason(held.serial, { until: inDays(366) })).toBe('loan.too-far');
    expect(await problemCode(lend(held.serial, { until: 'tomorrow' }))).toBe('invalid-request');
    expect(await reason(free.serial, { until })).toBe('loan.not-assigned');
    expect(await problemCode(lend('FOB-0', { until, userId }))).toBe('not-found');
    expect(await problemCode(lend(free.serial, { until, userId: 'nobody' }))).toBe('not-found');
    // To someone who has another's: it is not theirs to have.
    expect(await reason(held.serial, { until, userId: other })).toBe('token.assigned-already');
    for (const instead of [others.serial, held.serial, 'FOB-0'])
      expect(await reason(held.serial, { until, instead })).toBe('loan.not-theirs');
    // Refused as a whole: with what could not be set aside, the spare was not assigned either.
    expect(await reason(free.serial, { until, userId, instead: others.serial })).toBe('loan.not-theirs');
    expect((await get(free.serial)).userId).toBeUndefined();
    await api('disableToken', { params: { serial: second.serial } });
    expect(await reason(second.serial, { until })).toBe('token.disabled');
    expect(await reason(held.serial, { until, instead: second.serial })).toBe('token.disabled');
    await api('enableToken', { params: { serial: second.serial } });
    await api('markLost', { params: { serial: second.serial }, body: { lost: true } });
    expect(await reason(second.serial, { until })).toBe('token.lost');
    const { version } = await get(held.serial);
    await api('editToken', {
      params: { serial: held.serial },
      ifMatch: version,
      body: { expiresOn: inDays(3) },
    });
    expect(await reason(held.serial, { until })).toBe('loan.expires');
    expect(await problemReason(api('keepToken', { params: { serial: held.serial } }))).toBe('loan.none');
    // The day is moved, and the one set aside stays so.
    await api('markLost', { params: { serial: second.serial }, body: { lost: false } });
    await lend(second.serial, { until, instead: held.serial });
    expect(await lend(second.serial, { until: inDays(9) })).toMatchObject({
      lentUntil: inDays(9),
      lentInstead: held.serial,
    });
    expect(await reason(second.serial, { until, instead: others.serial })).toBe('loan.instead-of');
  });

  test('an assignment by a job is not undone once the token is lent', async () => {
    const userId = await user();
    await api('mintTokens', { body: { count: 1 } });
    const { id, name } = await api('assignMany', {
      body: { name: fresh('many '), choose: { userIds: [userId] } },
    });
    await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name } });
    await jobEnded(api, id);
    const [serial] = (await api('getUser', { params: { userId } })).tokens;
    await lend(serial as string, { until: inDays(2) });
    const undone = await jobEnded(api, (await api('undoJob', { params: { id } })).id);
    expect(undone).toMatchObject({ done: 0, leftOut: 1 });
    expect(await get(serial as string)).toMatchObject({ userId, lentUntil: inDays(2) });
  });

  test('on the command line: lent, listed, kept', async () => {
    const userId = await user();
    const [spare] = await fobs(undefined);
    const serial = spare?.serial as string;
    const env = { SOWER_DATA: deployment.dataFolder };
    const lent = await commandLine(
      ['token', 'lend', serial, '--to', userId, '--until', inDays(2), '--json'],
      env,
    );
    expect(JSON.parse(lent.stdout)).toMatchObject({ serial, userId, lentUntil: inDays(2) });
    const list = await commandLine(['token', 'list', '--lent', '--user', userId], env);
    expect(list.stdout).toContain(serial);
    const past = await commandLine(['token', 'lend', serial, '--until', inDays(-1)], env);
    expect(past.status).toBe(1);
    expect(past.stderr).toContain('This day has passed.');
    const kept = await commandLine(['token', 'keep', serial, '--json'], env);
    expect(JSON.parse(kept.stdout)).toMatchObject({ serial, userId });
    expect((await get(serial)).lentUntil).toBeUndefined();
  });
});
