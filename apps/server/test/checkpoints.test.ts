/** SQLite's commits: which of them wait for the disk, and who brings the write-ahead log into the database file. */
import { statSync } from 'node:fs';
import { openDatabase } from '@sower/server/store/db/open';
import { inBatchTransaction, inTransaction } from '@sower/server/store/db/transaction';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { freshSqlite } from '../../../test/harness/fresh-database.ts';

const PAGE = 4_096;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('the commit of a batch does not wait for the disk; every other one does, also after a batch that failed', async () => {
  const database = await freshSqlite();
  const { db, close } = await openDatabase(database.location);
  try {
    const level = async (trx: typeof db) =>
      (await sql<{ synchronous: number }>`pragma synchronous`.execute(trx)).rows[0]?.synchronous;
    expect(await inBatchTransaction(db, level)).toBe(1);
    expect(await inTransaction(db, level)).toBe(2);
    await expect(
      inBatchTransaction(db, async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await inTransaction(db, level)).toBe(2);
    const both = await Promise.all([inBatchTransaction(db, level), inTransaction(db, level)]);
    expect(both).toEqual([1, 2]);
  } finally {
    await close();
    await database.drop();
  }
});

test('in a process that stays, neither the commit of a batch nor another brings the log into the file by itself', async () => {
  const database = await freshSqlite();
  const { db, close } = await openDatabase(database.location, { stays: true });
  try {
    const pages = async (trx: typeof db) =>
      (await sql<{ wal_autocheckpoint: number }>`pragma wal_autocheckpoint`.execute(trx)).rows[0]
        ?.wal_autocheckpoint;
    expect([await inTransaction(db, pages), await inBatchTransaction(db, pages)]).toEqual([32_768, 32_768]);
  } finally {
    await close();
    await database.drop();
  }
});

test('a process that stays has a thread for it from 2 MB of log on, and not before', async () => {
  const database = await freshSqlite();
  let threads = 0;
  const counts = () => {
    threads += 1;
  };
  process.on('worker', counts);
  const { db, close } = await openDatabase(database.location, { stays: true });
  try {
    await sql`create table filled (text text)`.execute(db);
    const writers = threads;
    const fill = (kilobytes: number) =>
      sql`insert into filled values (hex(randomblob(${kilobytes * 512})))`.execute(db);
    for (let at = 0; at < 20; at += 1) await fill(10);
    expect(threads).toBe(writers);
    for (let at = 0; at < 3; at += 1) await fill(2_000);
    expect(threads).toBe(writers + 1);
  } finally {
    process.off('worker', counts);
    await close();
    await database.drop();
  }
});

test('the write-ahead log of a process that stays is emptied by its thread while it writes, and what was written is there', async () => {
  const database = await freshSqlite();
  const { db, close } = await openDatabase(database.location, { stays: true });
  try {
    await sql`create table filled (text text)`.execute(db);
    let pages = 0;
    const log = `${database.option.slice('sqlite:'.length)}-wal`;
    // It never becomes shorter: once emptied, it is written from its beginning again.
    const isLong = () => pages > 0 && statSync(log).size / PAGE >= pages / 2;
    for (const begun = Date.now(); pages < 60_000 && Date.now() - begun < 60_000; pages += 500) {
      await inBatchTransaction(db, (trx) =>
        sql`insert into filled with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
          select hex(randomblob(2000)) from n`.execute(trx),
      );
      // On a busy machine, the thread needs its time too.
      await sleep(isLong() ? 200 : 5);
    }
    // Without the thread it would be as long as all that was written, or the commits' own checkpoints would have to keep up.
    expect(isLong()).toBe(false);
    const { rows } = await sql<{ count: number }>`select count(*) as count from filled`.execute(db);
    expect(rows[0]?.count).toBe(pages);
  } finally {
    await close();
    await database.drop();
  }
});
