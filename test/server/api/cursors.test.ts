/** A cursor is what a client says: whatever it is, a list answers, or says what is wrong. On both databases. */
import { OPERATIONS, type Operation } from '@sower/api/operations';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

const SAID = [
  '',
  'x',
  '0',
  '-1',
  '1.5',
  '9e999',
  '-1e300',
  '99999999999999999999',
  '\u0000',
  '9e999\u0000x',
  'x\u0000\u0000y',
  '\ud800',
  '1/2',
  '1 2',
  '{}',
  '[1]',
  'x'.repeat(400),
];
const LISTS = Object.values(OPERATIONS as Readonly<Record<string, Operation>>).filter(
  ({ path, query }) => query !== undefined && 'cursor' in query.shape && !path.includes(':'),
);

onBothDatabases('cursors', (kind) => {
  const { deployment } = deployed(kind);

  test('that is empty: the first page, in either order', async () => {
    const { api } = deployment;
    await api('mintTokens', { body: { count: 3 } });
    for (const order of ['asc', 'desc'] as const) {
      const first = await api('listTokens', { query: { limit: 2, order } });
      expect(first.items).toHaveLength(2);
      expect(await api('listTokens', { query: { limit: 2, order, cursor: '' } })).toEqual(first);
    }
    const { items } = await api('listAudit', { query: { action: 'token.mint', cursor: '' } });
    expect(items).not.toEqual([]);
  });

  test.each(LISTS.map(({ path, query }) => ({ path, sorts: sortsOf(query) })))(
    'that a client has made up: $path',
    async ({ path, sorts }) => {
      for (const sort of sorts)
        for (const said of SAID) {
          const cursor = encodeURIComponent(Buffer.from(said).toString('base64url'));
          for (const given of [cursor, encodeURIComponent(said.toWellFormed()), '%ed%a0%80']) {
            const answer = await deployment.send(0, {
              path: `/api/v1${path}?limit=2&cursor=${given}${sort}`,
              headers: { authorization: `Bearer ${deployment.apiKey}` },
            });
            expect(answer.status, `${given}${sort}: ${answer.body}`).toBeLessThan(500);
          }
        }
    },
  );
});

function sortsOf(query: Operation['query']): readonly string[] {
  const sort: unknown = query?.shape.sort;
  const values = (sort as { unwrap?: () => { options?: readonly string[] } } | undefined)?.unwrap?.().options;
  return values?.map((one) => `&sort=${one}&search=a`) ?? [''];
}
