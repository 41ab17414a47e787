/**
 * What the preview of a directory holds in memory while it reads, on SQLite: the heap of V8 after a garbage collection, twice a second, for
 * directories that are each twice as large. `node --expose-gc test/bench/directory-heap.ts`. Prints figures; judges nothing.
 */
import { startRun } from '@sower/server/jobs/synchronize/runs';
import { workOnJob } from '@sower/server/work/runner';
import { endlessDirectory } from '../harness/directory/endless.ts';
import { addedSource, kindsOf } from '../harness/directory/run.ts';
import { done, slapdSource, sourceContext } from '../harness/directory/source.ts';
import { freshSqlite } from '../harness/fresh-database.ts';

const { gc } = globalThis;
if (!gc) throw new Error('run it with --expose-gc');
const heap = (): number => {
  void gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
const PAGE = 500;

for (const entries of [40_000, 80_000, 160_000, 320_000]) {
  const database = await freshSqlite();
  const context = await sourceContext(database);
  // One answer more: the connection is opened by a search.
  const directory = await endlessDirectory({ entries: PAGE, milliseconds: 0, answers: entries / PAGE + 1 });
  const id = await addedSource(
    context,
    slapdSource({ url: directory.url, authority: '' } as never, {
      search: { base: 'dc=example,dc=com', filter: '(uid=*)' },
      connection: {
        ...{ startTls: false, plain: true, bindName: '', certificateAuthority: '', requestSeconds: 60 },
      },
    }),
  );
  done(await startRun(context, context.chief, { id, mode: 'full', preview: true }));
  const kinds = kindsOf(context);
  const before = heap();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, heap());
  }, 500);
  while (await workOnJob(context, kinds, undefined, 'synchronize'));
  clearInterval(timer);
  const { read } = await context.db.selectFrom('source_runs').select('read').executeTakeFirstOrThrow();
  const resident = process.memoryUsage().rss / 2 ** 20;
  console.log(
    `${read} entries: heap ${before.toFixed(0)} MB before, at most ${most.toFixed(0)}, resident ${resident.toFixed(0)} MB`,
  );
  await directory.close();
  await context.close();
  await database.drop();
}
