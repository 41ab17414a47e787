/** What the machine can do at best: the private operations and durable transactions that everything else is measured against. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import pg from 'pg';

export type RsaLimit = { readonly perSecond: number; readonly by: string };

/** RSA-2048 private operations per second on all cores. */
export async function rsaLimit(seconds: number): Promise<RsaLimit> {
  const cores = availableParallelism();
  const speed = spawnSync(
    'openssl',
    ['speed', '-multi', String(cores), '-seconds', String(seconds), 'rsa2048'],
    {
      encoding: 'utf8',
      timeout: (seconds * 4 + 20) * 1000,
    },
  );
  // The times of one operation come first, then the rates: signatures (the private operation), verifications, and so on.
  const rate = /^rsa\s+2048 bits\s+(?:[\d.]+s\s+)+([\d.]+)/m.exec(speed.stdout ?? '')?.[1];
  if (rate !== undefined) return { perSecond: Number(rate), by: `openssl speed -multi ${cores}` };

  const counts = await Promise.all(Array.from({ length: cores }, () => decryptionsOfThread(seconds)));
  return {
    perSecond: counts.reduce((sum, count) => sum + count, 0) / seconds,
    by: `${cores} Node.js threads`,
  };
}

function decryptionsOfThread(seconds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./rsa-thread.ts', import.meta.url), { workerData: { seconds } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Single-row transactions per second on one SQLite connection, each durable before the next begins. */
export function sqliteLimit(seconds: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'sower-limit-'));
  const database = new DatabaseSync(join(folder, 'limit.sqlite'));
  try {
    database.exec('pragma journal_mode = WAL');
    database.exec('pragma synchronous = FULL');
    database.exec('create table rows (id integer primary key, value text not null)');
    const insert = database.prepare('insert into rows (value) values (?)');
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < seconds * 1000) {
      insert.run(VALUE);
      count += 1;
    }
    return count / ((performance.now() - start) / 1000);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const LIMIT_CONNECTIONS = 16;

/** The same on PostgreSQL, from {@link LIMIT_CONNECTIONS} connections at once. */
export async function postgresqlLimit(url: string, seconds: number): Promise<number> {
  const clients = Array.from({ length: LIMIT_CONNECTIONS }, () => new pg.Client({ connectionString: url }));
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await clients[0]?.query('drop table if exists limit_rows');
    await clients[0]?.query('create table limit_rows (id bigserial primary key, value text not null)');
    const start = performance.now();
    let count = 0;
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() - start < seconds * 1000) {
          await client.query({
            name: 'one',
            text: 'insert into limit_rows (value) values ($1)',
            values: [VALUE],
          });
          count += 1;
        }
      }),
    );
    return count / ((performance.now() - start) / 1000);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** About as long as a line of the audit trail. */
const VALUE = 'x'.repeat(120);
