/** A user's browser without a screen: keeps the cookies it is given, and calls the API as the Self-Service Console does. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient, ApiProblem, apiClient } from '@sower/api/client';
import { sealing } from '@sower/server/keys/seal/sealing';
import { type DatabaseLocation, openDatabase } from '@sower/server/store/db/open';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import type { Deployment, HttpAnswer } from './deployment.ts';
import type { FreshDatabase } from './fresh-database.ts';

export type SelfServiceClient = {
  readonly api: ApiClient;
  readonly cookies: Map<string, string>;
  /** The latest answer, with its headers. */
  last(): HttpAnswer;
};

export function selfServiceClient(
  deployment: Pick<Deployment, 'send'>,
  headers: Record<string, string> = {},
  server = 0,
): SelfServiceClient {
  const cookies = new Map<string, string>();
  let last: HttpAnswer | undefined;
  const api = apiClient(async ({ method, path, headers: own, body }) => {
    last = await deployment.send(server, {
      method,
      path,
      headers: {
        ...own,
        'sec-fetch-site': 'same-origin',
        ...headers,
        ...(cookies.size > 0 ? { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } : {}),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of [last.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: last.status, body: last.body.toString() };
  });
  return { api, cookies, last: () => last as HttpAnswer };
}

/** Code and sentence of the problem that an operation ends with. */
export async function problemOf(
  work: Promise<unknown>,
): Promise<{ code: string; detail: string; errors?: ApiProblem['problem']['errors'] }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) {
      const { code, detail, title, errors } = error.problem;
      return { code, detail: detail ?? title, ...(errors ? { errors } : {}) };
    }
    throw error;
  }
  return { code: 'none', detail: '' };
}

/** Lets the time of a token's live code pass. */
export async function expireCode(database: FreshDatabase, serial: string): Promise<void> {
  const { db, close } = await openDatabase(database.location);
  await db
    .updateTable('distributions')
    .set({ expires_at: Date.now() - 1000 })
    .where('state', 'in', ['issued', 'opened'])
    .where('token_id', 'in', db.selectFrom('tokens').select('id').where('serial', '=', serial))
    .execute();
  await close();
}

const random = (length: number) => new Uint8Array(randomBytes(length));

/** By the master key of a deployment. */
export const sealingOf = (dataFolder: string) =>
  sealing(Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64'), random);

/** Marks the rows that a test wrote past the server, as if the server had written them. */
export async function markRows(dataFolder: string, location: DatabaseLocation): Promise<void> {
  const { db, close } = await openDatabase(location);
  await markAllRows(db, { sealing: sealingOf(dataFolder) });
  await close();
}
