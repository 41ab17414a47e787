import { setFlagsFromString } from 'node:v8';
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

  test('rows of forty columns are no hash tables for V8, whatever the names', async () => {
    setFlagsFromString('--allow-natives-syntax');
    const isFast = new Function('row', 'return %HasFastProperties(row)') as (row: unknown) => boolean;
    setFlagsFromString('--no-allow-natives-syntax');
    const names = [...Array.from({ length: 38 }, (_, at) => `column_${at}`), 'a "b"', "it's"];
    const columns = sql.join(names.map((name, at) => sql`cast(${String(at)} as text) as ${sql.id(name)}`));
    const read = async () => (await sql<Record<string, string>>`select ${columns}`.execute(stored.db)).rows;
    // As often as the function that makes them needs to know what it makes.
    for (let time = 0; time < 20; time += 1) await read();
    const [row = {}] = await read();
    expect(Object.entries(row)).toEqual(names.map((name, at) => [name, String(at)]));
    expect(isFast(row)).toBe(true);
  });
});
