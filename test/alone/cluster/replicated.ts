/** A primary and its standby, a server on both of them, and what tests ask of these. */
import { setTimeout as wait } from 'node:timers/promises';
import { intervalAt } from '@sower/otp/totp';
import pg from 'pg';
import { codeOf, openSupply, PROFILE } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { startReplicated, type TestPostgresql } from '../../harness/postgresql.ts';
import { type Judged, judgeHistories, recorder } from '../../simulation/histories.ts';

/** What the end of a test undoes, the last first. */
export type Cleanups = (() => unknown)[];
export type Pair = { readonly first: TestPostgresql; readonly standby: TestPostgresql; readonly url: string };

/** @returns the result of the last statement */
export async function sql(server: TestPostgresql, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  let result: pg.QueryResult | undefined;
  for (const statement of statements) result = await client.query(statement);
  await client.end();
  return result as pg.QueryResult;
}

export async function replicated(cleanups: Cleanups): Promise<Pair> {
  const pair = await startReplicated();
  if (!pair) throw new Error('no PostgreSQL here');
  const { first, standby } = pair;
  cleanups.push(async () => {
    await first.stop();
    await standby.stop();
  });
  while ((await sql(first, `select 1 from pg_stat_replication where state = 'streaming'`)).rowCount === 0)
    await wait(50);
  const place = ({ url }: TestPostgresql): string => new URL(url).host;
  // The standby first: order says nothing about which is which.
  const url = `postgresql://sower@${place(standby)},${place(first)}/postgres?target_session_attrs=read-write&connect_timeout=2`;
  return { first, standby, url };
}

export const awaitStandby = (first: TestPostgresql): Promise<unknown> =>
  sql(first, `alter system set synchronous_standby_names = 'standby'`, 'select pg_reload_conf()');

export async function serving(url: string, cleanups: Cleanups, { processes = 1, count = 20 } = {}) {
  const location = { kind: 'postgresql', url } as const;
  const deployment = await deploy(
    { location, option: url, drop: async () => {} },
    { arguments: ['--wrong-codes', '1000000', '--drain-seconds', '0'], processes },
  );
  cleanups.push(() => deployment.stop());
  const supply = await openSupply(deployment, location);
  cleanups.push(() => supply.close());
  return { deployment, supply, tokens: await supply.tokens(count) };
}

export type Answer = { readonly status: number; readonly result?: string };

export async function verify(
  { send, apiKey }: Deployment,
  { userId }: VerifyToken,
  passcode: string,
): Promise<Answer> {
  const { status, body } = await send(0, {
    method: 'POST',
    path: '/api/v1/authentications',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId, passcode }),
  });
  return { status, ...JSON.parse(body.toString()) };
}

export const verifyNow = (deployment: Deployment, token: VerifyToken): Promise<Answer> =>
  verify(deployment, token, codeOf(token));

/** Once the answer is not 503. */
export async function served(
  work: () => Promise<Answer>,
): Promise<Answer & { readonly milliseconds: number }> {
  const begun = performance.now();
  for (;;) {
    const answer = await work();
    const milliseconds = performance.now() - begun;
    if (answer.status !== 503 || milliseconds > 30_000) return { ...answer, milliseconds };
    await wait(50);
  }
}

export const presentInterval = (): number => intervalAt(Date.now() / 1000, PROFILE.interval);

/** What clients write down: which tokencodes they showed, when, and what they were answered. */
export function history() {
  const { operations, ask } = recorder(() => performance.now());
  return {
    /** @param answer of the server, to a tokencode of this interval */
    show: <T extends string | undefined>(
      token: VerifyToken,
      interval: number,
      answer: (code: string) => Promise<T>,
    ): Promise<T> =>
      ask({ key: token.serial, what: `interval ${interval}`, position: interval }, () =>
        answer(codeOf(token, interval)),
      ) as Promise<T>,
    judge: (): Judged => judgeHistories(operations),
  };
}
