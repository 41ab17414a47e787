/**
 * Node by node from the version before: both serve on the schema of the newer. `SOWER_PREVIOUS=DIR` is a checkout of the version before, with its
 * packages and built (`npm start` once); without it only the migrations are looked at. Some order explains what both have answered.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '@sower/api/client';
import { MIGRATIONS } from '@sower/server/store/db/migrate';
import { expect, test } from 'vitest';
import { openSupply } from '../../bench/supply.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deploy, type ServerProcess, TREE } from '../../harness/deployment.ts';
import { amount } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import { history, presentInterval } from '../cluster/replicated.ts';

const PREVIOUS = process.env.SOWER_PREVIOUS;
/** Tokens whose tokencode is shown to both nodes, several times at once. */
const SHOWN = amount({ usual: 100, long: 2_000 });
const AT_ONCE = 10;
/** Up to here all processes had to be stopped for an upgrade. */
const FIRST = '0056';

/** What takes something away, and why the version before serves on all the same. */
const TAKES: Readonly<Record<string, string>> = {
  '0089-foreign-seeds': 'a column may be empty from now on; what the version before writes has a value',
  '0091-kinds-of-tokens': 'an index gives way to a narrower one: no answer depends on it',
};

test('migrations only add to the schema, so that the version before serves on', () => {
  const takes =
    /\b(?:dropColumn|dropTable|dropIndex|dropConstraint|renameTo|renameColumn|alterColumn|modifyColumn|setNotNull)\b|\bdrop (?:table|column|index|constraint)\b|\brename to\b/i;
  const texts = Object.entries(MIGRATIONS)
    .filter(([name]) => name >= FIRST)
    .map(([name, { up }]) => [name, String(up)] as const);
  expect(texts.length).toBeGreaterThan(3);
  const taking = texts.filter(([, text]) => takes.test(text)).map(([name]) => name);
  expect(taking).toEqual(Object.keys(TAKES));
  // Of a table that was there, a new column must be one that the version before need not write.
  const added = texts.flatMap(([, text]) =>
    [...text.matchAll(/alterTable\([^)]*\)([\s\S]*?)\.execute/g)].map(([, change = '']) => change),
  );
  expect(added.filter((change) => /notNull\(\)/.test(change) && !/defaultTo\(/.test(change))).toEqual([]);
});

if (PREVIOUS)
  onBothDatabases('a rolling upgrade', (kind) => {
    test('what one node issues or has used is so for the other, whichever version it has', async () => {
      const database = await kind.empty();
      const deployment = await deploy(database, { tree: PREVIOUS, described: false });
      const old = deployment.api;
      await old('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      await old('addUser', { body: { userId: 'anna' } });
      const { first: serial } = await old('mintTokens', { body: {} });
      await old('assignToken', { params: { serial }, body: { userId: 'anna' } });
      const issued = await old('distributeToken', { params: { serial }, body: { profile: 'p' } });

      const [before] = deployment.servers as [ServerProcess];
      const after = await deployment.start(undefined, TREE);
      const now = deployment.apiOf(1);
      // Issued by the version before, on the earlier schema; provisioned by it, on the new one.
      const token = await provisioned(deployment, issued);
      const accepted = async (api: ApiClient, passcode: string): Promise<string> =>
        (await api('authenticate', { body: { userId: 'anna', passcode } })).result;
      const first = tokencode(token);
      expect(await accepted(old, first)).toBe('accepted');
      expect(await accepted(now, first)).toBe('rejected');
      const second = tokencode(token, 1);
      expect(await accepted(now, second)).toBe('accepted');
      expect(await accepted(old, second)).toBe('rejected');
      // And a setting that both know.
      const { version } = await now('getSettings', {});
      await now('editSettings', { body: { 'tokens.maxPerUser': 4 }, ifMatch: version });
      expect((await old('getSettings', {})).settings['tokens.maxPerUser']).toBe(4);
      // And a policy, changed where there are more fields: nothing is said that the version before does not know.
      const params = { domain: 'top' };
      const policy = await now('getPolicy', { params: { ...params, kind: 'token' } });
      await now('editTokenPolicy', {
        params,
        body: { ...policy.policy, wrongBeforeHoldBack: 6 } as never,
        ifMatch: policy.version,
      });
      expect((await old('getPolicy', { params: { ...params, kind: 'token' } })).policy).toMatchObject({
        wrongBeforeHoldBack: 6,
      });
      // Not by its memory.
      await wait(2_500);
      expect(await accepted(old, 'wrong')).toBe('rejected');
      for (const api of [old, now]) {
        expect(await api('verifyAudit', {})).toMatchObject({ intact: true });
        await api('listAudit', {});
        await api('listTokens', {});
      }
      const { show, judge } = history();
      const supply = await openSupply(deployment, database.location);
      const tokens = await supply.tokens(SHOWN);
      await supply.close();
      /** Again at the end, at the one that is left. */
      const again: (() => Promise<string>)[] = [];
      const showAll = async (nodes: readonly ApiClient[], count: number): Promise<void> => {
        for (let left = tokens.splice(0, count); left.length > 0; )
          await Promise.allSettled(
            left.splice(0, AT_ONCE).flatMap((token) => {
              const interval = presentInterval();
              const at = (api: ApiClient) =>
                show(token, interval, async (passcode) => {
                  const { result } = await api('authenticate', { body: { userId: token.userId, passcode } });
                  return result;
                });
              again.push(() => at(now));
              return nodes.map(at);
            }),
          );
      };
      await showAll([old, now, old], SHOWN / 2);
      // The earlier one ends meanwhile.
      await Promise.all([showAll([old, now, now], SHOWN / 2), before.kill('SIGTERM')]);
      for (const ask of again) await ask();
      const judged = judge();
      console.log(`${kind.name}: ${judged.operations} tokencodes shown, for ${judged.keys} tokens`);
      expect(unexplainedIn(judged)).toBe('');
      expect(judged.keys).toBe(SHOWN);
      for (const node of [before, after]) {
        await node.kill('SIGTERM');
        expect(node.output()).not.toMatch(/"level":[56]0/);
      }
      // The earlier program does not begin on what it does not know.
      const known = globSync('apps/server/src/store/{db/migrations.ts,migrations/*.ts}', { cwd: PREVIOUS })
        .map((path) => readFileSync(join(PREVIOUS, path), 'utf8'))
        .join('');
      if (Object.keys(MIGRATIONS).some((name) => !known.includes(`'${name}'`)))
        await expect(deployment.start(undefined, PREVIOUS)).rejects.toThrow(/newer/i);
      await deployment.stop();
      await database.drop();
    });
  });
