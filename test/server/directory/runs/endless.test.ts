/** Directories that never end a search: bounded by pages, octets and time, each for itself, and no other source waits for them. */
import { setTimeout as wait } from 'node:timers/promises';
import { startRun } from '@sower/server/jobs/synchronize/runs';
import { connectTo, type LdapServer } from '@sower/server/ldap/connection';
import { failureOf } from '@sower/server/ldap/failure';
import { startLoop } from '@sower/server/work/loops';
import { sourceRounds } from '@sower/server/work/runner';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../../harness/databases.ts';
import { endlessDirectory } from '../../../harness/directory/endless.ts';
import { addedSource, kindsOf, ran, shownRun } from '../../../harness/directory/run.ts';
import { hasSlapd, personLdif, startSlapd } from '../../../harness/directory/slapd.ts';
import { done, slapdSource, sourceContext } from '../../../harness/directory/source.ts';

const server = (url: string, most: Partial<LdapServer>): LdapServer => ({
  ...{ urls: [url], startTls: false, plain: true, certificateAuthority: '', bindName: '', password: '' },
  ...{ connectMilliseconds: 2_000, requestMilliseconds: 10_000 },
  ...{ mostMilliseconds: 600_000, mostOctets: 2 ** 30 },
  ...most,
});

/** @returns how it ended, and after how many pages */
async function readToTheEnd(url: string, most: Partial<LdapServer>) {
  const connection = await connectTo(server(url, most), url);
  let pages = 0;
  try {
    for (let cookie: Buffer | undefined, first = true; first || cookie; first = false) {
      const search = { base: 'dc=example,dc=com', filter: '(uid=*)', attributes: ['uid'] };
      ({ cookie } = await connection.page(search, 10, cookie));
      pages += 1;
    }
    return { pages, kind: 'ended' };
  } catch (error) {
    return { pages, kind: failureOf(error, url).kind };
  } finally {
    await connection.close();
  }
}

test('a search ends after a hundred pages without entries, after so many octets, and after so much time', async () => {
  const empty = await endlessDirectory({ entries: 0, milliseconds: 0 });
  const large = await endlessDirectory({ entries: 10, octets: 10_000, milliseconds: 0 });
  const slow = await endlessDirectory({ entries: 1, milliseconds: 50 });
  try {
    expect(await readToTheEnd(empty.url, {})).toEqual({ pages: 100, kind: 'endless' });
    const most = await readToTheEnd(large.url, { mostOctets: 1_000_000 });
    expect([most.kind, most.pages > 5 && most.pages < 11]).toEqual(['endless', true]);
    const late = await readToTheEnd(slow.url, { mostMilliseconds: 1_000 });
    expect(late.kind).toBe('endless');
    expect(late.pages).toBeLessThan(21);
  } finally {
    for (const directory of [empty, large, slow]) await directory.close();
  }
});

const plain = { startTls: false, plain: true, bindName: '', certificateAuthority: '' };

onBothDatabases('endless directories', (kind) => {
  test('a run that meets one fails, says so, and is not read again', async () => {
    const database = await kind.fresh();
    const context = await sourceContext(database);
    const empty = await endlessDirectory({ entries: 0, milliseconds: 0 });
    try {
      const input = slapdSource({ url: empty.url, authority: '' } as never, { connection: plain });
      const run = await ran(context, await addedSource(context, input));
      expect(run).toMatchObject({ state: 'failed', done: 0 });
      expect(run.detail).toContain('The directory did not come to an end');
      expect(empty.pages()).toBeLessThan(110);
    } finally {
      await empty.close();
      await context.close();
      await database.drop();
    }
  });

  test.skipIf(!hasSlapd)('other sources are read meanwhile', async () => {
    const database = await kind.fresh();
    const context = await sourceContext(database);
    const slapd = await startSlapd({ ldif: ['ada', 'bob'].map((uid) => personLdif({ uid })).join('') });
    // Each page takes a while: the run goes on until somebody ends it.
    const slow = await endlessDirectory({ entries: 1, milliseconds: 200 });
    const hostile = { name: 'hostile', connection: { urls: [slow.url], ...plain } };
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const { round, leave } = sourceRounds(context, kindsOf(context), onError);
    const stop = startLoop(
      { name: 'read', every: 100, round: (ends) => round(() => ends.aborted), leave },
      { onError },
    );
    try {
      const bad = await addedSource(context, slapdSource(slapd, hostile));
      const begun = done(await startRun(context, context.chief, { id: bad, mode: 'full', preview: false }));
      const stateOf = async (id: string, run: string) => (await shownRun(context, id, run)).state;
      while ((await shownRun(context, bad, begun.job_id)).read < 2) await wait(20);
      const good = await addedSource(context, slapdSource(slapd));
      const run = done(await startRun(context, context.chief, { id: good, mode: 'full', preview: false }));
      while (['queued', 'running'].includes(await stateOf(good, run.job_id))) {
        expect(await stateOf(bad, begun.job_id)).toBe('running');
        await wait(20);
      }
      expect(await shownRun(context, good, run.job_id)).toMatchObject({ state: 'done', done: 2 });
      expect(await stateOf(bad, begun.job_id)).toBe('running');
      expect(errors).toEqual([]);
    } finally {
      await stop();
      await slow.close();
      await slapd.stop();
      await context.close();
      await database.drop();
    }
  });
});
