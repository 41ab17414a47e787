import { preparedBatch } from '@sower/server/store/db/prepared';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

onBothDatabases('batches', (kind) => {
  const { stored } = openedDatabase(kind.installed);

  test('of any size, in at most three texts', async () => {
    let texts = 0;
    const listed = preparedBatch<{ v: { at: 'bigint' }; c: { more: 'bigint' } }, { at: number | string }>(
      { v: { at: 'bigint' }, c: { more: 'bigint' } },
      (db, { v, c }) => {
        texts += 1;
        return sql<{ at: number | string }>`with ${v}, ${c} select v.at + c.more as at from v, c`.compile(db);
      },
    );
    for (let size = 0; size < 90; size += 1) {
      const v = Array.from({ length: size }, (_, at) => ({ at }));
      const found = await listed(stored.db, { v, c: [{ more: 7 }] });
      expect(found.map(({ at }) => Number(at))).toEqual(v.map(({ at }) => at + 7));
    }
    expect(texts).toBeLessThanOrEqual(3);
  });
});
