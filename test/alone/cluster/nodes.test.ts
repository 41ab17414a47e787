/** What nodes say of themselves: who serves, whose clock is wrong, and who has fallen silent. On both databases. */
import { randomBytes } from 'node:crypto';
import type { NodesView } from '@sower/api/nodes';
import type { Actor } from '@sower/server/core/actor';
import { worded } from '@sower/server/core/unworded';
import { type OwnNode, ownNode, showNodes, wrongClocks } from '@sower/server/operations/nodes/nodes';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { EACH_TEST, openedDatabase } from '../../harness/deployed.ts';

const HOUR = 3_600_000;
const ACTOR: Actor = {
  name: 'api-key:test',
  grants: [{ permissions: new Set(['settings:edit']), domain: '/' }],
} as never;

onBothDatabases('nodes', (kind) => {
  const { stored: opened } = openedDatabase(kind.fresh, EACH_TEST);

  const node = (host: string, { ahead = 0, refusal }: { ahead?: number; refusal?: Text } = {}): OwnNode =>
    ownNode({
      db: opened.db,
      now: () => Date.now() + ahead,
      random: (length) => new Uint8Array(randomBytes(length)),
      host,
      process: 1,
      version: '1.2.3',
      refusal: async () => refusal,
    });
  const clocks = () => wrongClocks({ db: opened.db, now: Date.now });
  async function shown(): Promise<string[]> {
    const all = await showNodes({ db: opened.db, now: Date.now }, ACTOR);
    if (!all.ok) throw new Error(JSON.stringify(all));
    return worded<NodesView>(all.value, inEnglish).items.map(({ host, problems }) =>
      [host, ...problems].join(': '),
    );
  }

  test('are there while they serve; one that died is silent, and forgotten after a day by those that serve on', async () => {
    const c = node('c');
    await c.round();
    await c.leave();
    const [a, b] = [node('a'), node('b', { refusal: text('node.database-unusable') })];
    await a.round();
    await b.round();
    await b.round();
    expect(await shown()).toEqual(['a', 'b: The database cannot be used. The log has the reason.']);
    expect(await clocks()).toEqual([]);
    await a.leave();
    await opened.db
      .updateTable('nodes')
      .set({ seen_at: Date.now() - 60_000 })
      .execute();
    expect(await shown()).toEqual([expect.stringMatching(/^b: It has not been heard from since /)]);
    await opened.db
      .updateTable('nodes')
      .set({ seen_at: Date.now() - 25 * HOUR })
      .execute();
    await c.round();
    expect(await shown()).toEqual(['c']);
  });

  test.runIf(kind.name === 'PostgreSQL')(
    'a clock that is an hour wrong: it says so, and is not ready as soon as another one is right',
    async () => {
      for (const [ahead, words] of [
        [HOUR, /^wrong: Its clock is 3,600 s ahead of the clock of the database/],
        [-HOUR, /^wrong: Its clock is 3,600 s behind the clock of the database/],
      ] as const) {
        const [wrong, other] = [node('wrong', { ahead }), node('other', { ahead: ahead + 2_000 })];
        await other.round();
        await wrong.round();
        // Either the clock of the database is wrong, or that of all nodes: who turned away everybody would help nobody.
        expect(wrong.clockRefusal()).toBeUndefined();
        expect((await shown()).at(-1)).toMatch(words);
        expect(await clocks()).toContainEqual({ host: 'wrong', seconds: 3_600 });
        await other.leave();
        const right = node('right');
        await right.round();
        await wrong.round();
        expect(wrong.clockRefusal()).toMatchObject({ values: { seconds: 3_600 } });
        expect(right.clockRefusal()).toBeUndefined();
        expect(await shown()).toEqual(['right', expect.stringMatching(words)]);
        // Once it is right again.
        await right.leave();
        await wrong.leave();
      }
    },
  );
});
