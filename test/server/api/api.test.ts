/** The REST API as its callers meet it: permissions, problems, versions, pages, sessions. */

import type { BulkInput } from '@sower/api/bulk';
import { filled } from '@sower/api/examples/filled';
import { EXAMPLES } from '@sower/api/examples/requests';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { PERMISSION_NAMES, type Permission, SUPER_ADMIN_PERMISSIONS } from '@sower/api/permissions';
import { REPORT_NAMES, REPORTS } from '@sower/api/reports';
import RECORDED from '@sower/server/http/reference/answers.json' with { type: 'json' };
import { countAudit } from '@sower/server/store/audit/facets';
import { openDatabase } from '@sower/server/store/db/open';
import { countTokensUpTo } from '@sower/server/store/tokens/search';
import { expect, test } from 'vitest';
import { adminPassword } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import type { Deployment } from '../../harness/deployment.ts';
import { bulkEnded } from '../../harness/jobs/ended.ts';
import { problemCode } from '../../harness/problems.ts';

/** One that the operation knows. */
const reportOf = (path: string): string =>
  REPORT_NAMES.find((name) => path === `/reports/${REPORTS[name].about}/:report`) ?? '';

onBothDatabases('API', (kind) => {
  const { database, deployment } = deployed(kind);

  test('every operation refuses who sends nothing, and who may do everything but this', async () => {
    const { api } = deployment;
    const keys = new Map<Permission, { id: string; key: string }>();
    for (const permission of PERMISSION_NAMES) {
      const permissions = SUPER_ADMIN_PERMISSIONS.filter((name) => name !== permission);
      keys.set(permission, await api('addApiKey', { body: { name: `not ${permission}`, permissions } }));
    }
    /** Of operations for which another permission is enough: without both. */
    const withoutBoth = new Map<string, { id: string; key: string }>();
    for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
      const { method, permission, orPermission } = operation;
      if (permission === undefined) continue;
      const both = `${permission} ${orPermission}`;
      if (orPermission && !withoutBoth.has(both)) {
        const permissions = SUPER_ADMIN_PERMISSIONS.filter(
          (name) => name !== permission && name !== orPermission,
        );
        withoutBoth.set(both, await api('addApiKey', { body: { name: `not ${both}`, permissions } }));
      }
      const said = `${method} ${operation.path}`;
      // As in the API's document, where examples are valid.
      const { body, query } = filled(EXAMPLES[name], RECORDED) as {
        body?: object;
        query?: Record<string, string>;
      };
      const path = `/api/v1${operation.path.replace(':serial', '000100000001').replace(':kind', 'token').replace(':event', 'request-submitted').replace(':language', 'en').replace(':report', reportOf(operation.path)).replace(/:\w+/g, 'x')}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`;
      // What is wrong in itself would be refused for that, whoever sends it.
      expect(operation.body?.safeParse(body).error, said).toBe(undefined);
      const ask = (headers: Record<string, string>) =>
        deployment.send(0, {
          method,
          path,
          headers: { 'if-match': '"1"', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
      expect((await ask({})).status, said).toBe(401);
      const refused = await ask({
        authorization: `Bearer ${(withoutBoth.get(both) ?? keys.get(permission))?.key}`,
      });
      expect(refused.status, `${said}: ${refused.body}`).toBe(403);
      const problem = JSON.parse(refused.body.toString()) as object;
      expect(problem, said).toMatchObject({
        code: 'not-permitted',
        detail: `The permission "${permission}" is required.`,
        permission,
      });
    }
    for (const { id } of [...keys.values(), ...withoutBoth.values()])
      await api('deleteApiKey', { params: { id } });
  });

  test('no answer is a page, whatever it says', async () => {
    const { send, apiKey } = deployment;
    const authorization = `Bearer ${apiKey}`;
    const answers = [
      await send(0, { path: '/api/v1/users', headers: { authorization } }),
      await send(0, { path: '/api/v1/users' }),
      await send(0, { path: '/api/v1/users?limit=none', headers: { authorization } }),
      await send(0, { path: '/api/v1/users/nobody', headers: { authorization } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 404]);
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
  });

  test('a user gets another ID: tokens and PIN stay, only the new one is accepted, and the trail leads from one to the other', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'mary.smith', lastName: 'Smith' } });
    await api('addUser', { body: { userId: 'taken' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'mary.smith' } });
    await api('setPin', { params: { serial }, body: { pin: '4711' } });
    const edit = (userId: string, body: object, ifMatch: number) =>
      api('editUser', { params: { userId }, body, ifMatch });
    expect(await problemCode(edit('mary.smith', { userId: 'TAKEN' }, 1))).toBe('already-exists');
    expect(await problemCode(edit('mary.smith', { userId: 'a b' }, 1))).toBe('invalid-request');
    expect(await problemCode(edit('mary.smith', { userId: 'a\u202eb' }, 1))).toBe('invalid-request');
    const renamed = await edit('mary.smith', { userId: 'Mary.Jones', lastName: 'Jones' }, 1);
    expect(renamed).toMatchObject({ userId: 'Mary.Jones', lastName: 'Jones', tokens: [serial], version: 2 });
    expect(await problemCode(api('getUser', { params: { userId: 'mary.smith' } }))).toBe('not-found');
    expect(await api('getUser', { params: { userId: 'mary.jones' } })).toMatchObject({
      userId: 'Mary.Jones',
    });
    expect(await api('getToken', { params: { serial } })).toMatchObject({ pinSet: true });
    // Another spelling of one's own is no collision, and two at once are one.
    expect((await edit('mary.jones', { userId: 'mary.jones' }, 2)).version).toBe(3);
    const both = await Promise.all(
      ['m1', 'm2'].map((userId) => problemCode(edit('mary.jones', { userId }, 3))),
    );
    expect(both.filter((code) => code === 'none')).toHaveLength(1);
    const earlier = await api('listAudit', { query: { object: 'user:mary.smith', action: 'user.edit' } });
    expect(earlier.items).toMatchObject([{ reason: 'from now on Mary.Jones' }]);
    // The earlier ID is free again.
    await api('addUser', { body: { userId: 'mary.smith' } });
  });

  test('users: two spellings are one, edits need the version, deleting frees tokens', async () => {
    const { api } = deployment;
    const user = await api('addUser', {
      body: { userId: 'Anna', lastName: 'Berg', email: 'anna@example.com' },
    });
    expect(user).toMatchObject({ userId: 'Anna', enabled: true, tokens: [], version: 1 });
    expect(await problemCode(api('addUser', { body: { userId: 'ANNA' } }))).toBe('already-exists');
    const edited = await api('editUser', {
      params: { userId: 'anna' },
      ifMatch: 1,
      body: { firstName: 'A' },
    });
    expect(edited).toMatchObject({ firstName: 'A', lastName: 'Berg', version: 2 });
    const stale = api('editUser', { params: { userId: 'anna' }, ifMatch: 1, body: { firstName: 'B' } });
    expect(await problemCode(stale)).toBe('edited-meanwhile');
    const without = await deployment.send(0, {
      method: 'PATCH',
      path: '/api/v1/users/anna',
      headers: { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(without.status).toBe(428);
    expect(without.headers['content-type']).toContain('application/problem+json');
    const minted = await api('mintTokens', { body: { count: 1 } });
    await api('assignToken', { params: { serial: minted.first }, body: { userId: 'anna' } });
    await api('deleteUser', { params: { userId: 'anna' } });
    const token = await api('getToken', { params: { serial: minted.first } });
    expect(token).toMatchObject({ enabled: false, pinSet: false });
    expect(token.userId).toBe(undefined);
  });

  test('tokens: mint, assign up to the limit, enable, disable, unassign, delete', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'limit' } });
    const { serials } = await api('mintTokens', { body: { count: 4, expiresOn: '2037-12-31' } });
    const fresh = await api('getToken', { params: { serial: serials[0] as string } });
    expect(fresh).toMatchObject({ enabled: false, expired: false, expiresOn: '2037-12-31', seeds: [] });
    const assign = (serial: string | undefined) =>
      api('assignToken', { params: { serial: serial as string }, body: { userId: 'limit' } });
    // All four at once: three get through, whichever.
    const results = await Promise.all(serials.map((serial) => problemCode(assign(serial))));
    expect(results.sort()).toEqual(['none', 'none', 'none', 'token-limit']);
    const { tokens } = await api('getUser', { params: { userId: 'limit' } });
    const serial = tokens[0] as string;
    expect(await problemCode(assign(serial))).toBe('token-limit');
    expect((await api('disableToken', { params: { serial } })).enabled).toBe(false);
    expect((await api('enableToken', { params: { serial } })).enabled).toBe(true);
    expect(await problemCode(api('deleteToken', { params: { serial } }))).toBe('wrong-state');
    expect((await api('unassignToken', { params: { serial } })).enabled).toBe(false);
    expect(await problemCode(api('enableToken', { params: { serial } }))).toBe('wrong-state');
    await api('deleteToken', { params: { serial } });
    expect(await problemCode(api('getToken', { params: { serial } }))).toBe('not-found');
  });

  test('a lost token keeps its user, loses its live code, and is found again; statistics count it', async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    const counts = async () => (await api('getStatistics', {})).tokens;
    expect(await problemCode(api('markLost', { params: { serial }, body: { lost: true } }))).toBe(
      'wrong-state',
    );
    await api('addUser', { body: { userId: 'loser', lastName: 'Verlierer' } });
    await api('assignToken', { params: { serial }, body: { userId: 'loser' } });
    const before = await counts();
    await api('addProfile', { body: { name: 'lost', deviceType: 'ios', delivery: 'qr' } });
    await api('distributeToken', { params: { serial }, body: { profile: 'lost' } });
    const lost = await api('markLost', { params: { serial }, body: { lost: true } });
    expect(lost).toMatchObject({ lost: true, userId: 'loser', distribution: { state: 'withdrawn' } });
    expect(await problemCode(api('distributeToken', { params: { serial }, body: { profile: 'lost' } }))).toBe(
      'wrong-state',
    );
    expect((await counts()).lost).toBe(before.lost + 1);
    const find = async (query: object) =>
      (await api('listTokens', { query })).items.map((item) => item.serial);
    expect(await find({ lost: 'true' })).toEqual([serial]);
    expect(await find({ lastName: 'verl' })).toEqual([serial]);
    expect(await find({ profile: 'lost' })).toEqual([serial]);
    expect(await find({ deviceType: 'ios', distribution: 'withdrawn' })).toEqual([serial]);
    expect(await find({ deviceType: 'ios', distribution: 'issued' })).toEqual([]);
    expect(await find({ expired: 'true' })).toEqual([]);
    expect((await api('markLost', { params: { serial }, body: { lost: false } })).lost).toBe(false);
    const all = await counts();
    expect(all.assigned + all.unassigned).toBe(all.total);
    expect(all.enabled + all.disabled).toBe(all.total);
  });

  test('editing a token: all of it or nothing, against the version that was seen', async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('addUser', { body: { userId: 'edited' } });
    await api('addSecurityDomain', { body: { name: 'edited here' } });
    const params = { serial };
    await api('assignToken', { params, body: { userId: 'edited' } });
    await api('addProfile', { body: { name: 'edited', deviceType: 'ios', delivery: 'qr' } });
    await api('distributeToken', { params, body: { profile: 'edited', nickname: 'phone' } });
    const { version, expiresOn } = await api('getToken', { params });
    const edit = (ifMatch: number, body: object) => api('editToken', { params, ifMatch, body });
    const all = { expiresOn: '2040-02-29', nickname: 'tablet', lost: true };
    // Refused for one thing: nothing of it is done.
    expect(await problemCode(edit(version, { ...all, expiresOn: '2020-01-01' }))).toBe('invalid-request');
    expect(await problemCode(edit(version, { ...all, securityDomain: 'nowhere' }))).toBe('not-found');
    // What is held moves with its holder only.
    expect(await problemCode(edit(version, { ...all, securityDomain: 'edited here' }))).toBe('wrong-state');
    expect(await problemCode(edit(version - 1, all))).toBe('edited-meanwhile');
    expect(await api('getToken', { params })).toMatchObject({ version, expiresOn, lost: false });
    const edited = await edit(version, all);
    expect(edited).toMatchObject({
      expiresOn: '2040-02-29',
      securityDomain: 'Top domain',
      lost: true,
      enabled: true,
      distribution: { nickname: 'tablet', state: 'withdrawn' },
    });
    expect(edited.version).toBeGreaterThan(version);
    const { items } = await api('listAudit', { query: { object: `token:${serial}`, limit: 2 } });
    expect(items.map(({ action }) => action).sort()).toEqual(['token.edit', 'token.lost']);
    expect(items.find(({ action }) => action === 'token.edit')?.reason).toBe(
      `expires on 2040-02-29, was ${expiresOn}; nickname "tablet", was "phone"`,
    );
    const { first: free } = await api('mintTokens', { body: {} });
    const change = { expiresOn: '2040-02-29', securityDomain: 'edited here' };
    expect(await api('editToken', { params: { serial: free }, ifMatch: 1, body: change })).toMatchObject(
      change,
    );
    const trail = await api('listAudit', { query: { object: `token:${free}`, limit: 2 } });
    expect(trail.items.map(({ action }) => action).sort()).toEqual(['token.edit', 'token.move']);
    // Two editors at once: one is told.
    const both = ['2041-01-01', '2042-01-01'].map((date) => edit(edited.version, { expiresOn: date }));
    expect((await Promise.all(both.map(problemCode))).sort()).toEqual(['edited-meanwhile', 'none']);
  });

  test('the trail of a user has that of every token the user has or was given', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'Trailed' } });
    const { serials } = await api('mintTokens', { body: { count: 2 } });
    const [kept, returned] = serials as [string, string];
    for (const serial of serials) {
      await api('assignToken', { params: { serial }, body: { userId: 'trailed' } });
    }
    await api('addProfile', { body: { name: 'trailed', deviceType: 'ios', delivery: 'qr' } });
    const made = await api('distributeToken', { params: { serial: returned }, body: { profile: 'trailed' } });
    const { items: made2 } = await api('listDistributions', { params: { serial: returned } });
    expect(made.id).toBe(made2[0]?.id);
    await api('unassignToken', { params: { serial: returned } });
    await api('authenticate', { body: { userId: 'trailed', passcode: '12345678' } });
    const trail = async (query: object) =>
      (await api('listAudit', { query: { user: 'TRAILED', ...query } })).items.map(
        ({ action, object }) => `${action} ${object}`,
      );
    const all = await trail({});
    expect(all).toEqual([
      'authenticate user:Trailed',
      `token.unassign token:${returned}`,
      `token.distribute token:${returned}`,
      `token.assign token:${returned}`,
      `token.assign token:${kept}`,
      // The record of the minting names the first of what was minted.
      `token.mint token:${kept}`,
      'user.add user:Trailed',
    ]);
    expect(await trail({ action: 'token.assign' })).toHaveLength(2);
    const { items, next = '' } = await api('listAudit', { query: { user: 'trailed', limit: 3 } });
    expect(items).toHaveLength(3);
    expect(await trail({ cursor: next })).toEqual(all.slice(3));
    expect(await trail({ user: 'nobody at all' })).toEqual([]);
    // A time is the beginning of one period, and the end of the one before.
    const { items: timed } = await api('listAudit', { query: { user: 'trailed' } });
    for (const { at } of timed) {
      const [since, until] = [await trail({ since: at }), await trail({ until: at })];
      expect([...since, ...until]).toEqual(all);
      expect(since).toHaveLength(timed.filter((entry) => entry.at >= at).length);
    }
    expect(await trail({ until: timed.at(-1)?.at })).toEqual([]);
    expect(await trail({ since: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
  });

  test('tokens: sorted by the serial number, up and down, page by page, and only those in scope', async () => {
    const { api } = deployment;
    const { id: securityDomain } = await api('addSecurityDomain', { body: { name: 'Sorted' } });
    const { serials } = await api('mintTokens', { body: { count: 4, securityDomain } });
    const { key } = await api('addApiKey', {
      body: { name: 'sorted', permissions: ['tokens:view'], securityDomain },
    });
    const scoped = deployment.apiOf(0, key);
    for (const order of ['asc', 'desc'] as const) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { order, limit: 3, ...(cursor && { cursor }) } as const;
        const page = await scoped('listTokens', { query });
        found.push(...page.items.map(({ serial }) => serial));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(found).toEqual(order === 'asc' ? serials : serials.toReversed());
    }
  });

  test('bulk: a whole search by a job, bound to what was counted, in scope, one line of the trail a token', async () => {
    const { api } = deployment;
    const { id } = await api('addSecurityDomain', { body: { name: 'bulk' } });
    const { serials } = await api('mintTokens', { body: { count: 25, securityDomain: id } });
    await api('addUser', { body: { userId: 'bulk', securityDomain: id } });
    const [held] = serials as [string];
    await api('assignToken', { params: { serial: held }, body: { userId: 'bulk' } });
    const search = { securityDomain: 'bulk' };
    const { count, last } = await api('countTokens', { query: { ...search, action: 'delete' } });
    expect({ count, last }).toEqual({ count: 25, last: serials.at(-1) });
    const upTo = last as string;
    // Minted after the count: not meant.
    const { first: later } = await api('mintTokens', { body: { securityDomain: id } });
    const all = (
      caller: Deployment['api'],
      body: Pick<BulkInput, 'action' | 'securityDomain'>,
      among: object = search,
    ) => bulkEnded(caller, caller('doToTokens', { body: { choose: { search: among, upTo }, ...body } }));
    const lost = await all(api, { action: 'lost' });
    expect(lost.done).toBe(1);
    expect(lost.failures.map(({ reason }) => reason)).toEqual(Array(24).fill('token.not-assigned-lost'));
    expect((await all(api, { action: 'disable' }, { ...search, enabled: 'true' })).done).toBe(1);
    expect((await all(api, { action: 'move', securityDomain: 'bulk' })).done).toBe(25);
    expect(await problemCode(all(api, { action: 'move', securityDomain: 'nowhere' }))).toBe('not-found');
    expect(await problemCode(all(api, { action: 'move' }))).toBe('invalid-request');

    // Who may do it in another domain only reaches nothing here, and counts nothing.
    await api('addSecurityDomain', { body: { name: 'bulk elsewhere' } });
    const keyOf = async (securityDomain: string, ...permissions: ('tokens:view' | 'tokens:delete')[]) =>
      deployment.apiOf(
        0,
        (await api('addApiKey', { body: { name: 'bulk', permissions, securityDomain } })).key,
      );
    const elsewhere = await keyOf('bulk elsewhere', 'tokens:view', 'tokens:delete');
    expect(await problemCode(all(elsewhere, { action: 'delete' }))).toBe('not-found');
    expect(await all(elsewhere, { action: 'delete' }, {})).toMatchObject({ done: 0, failures: [] });
    expect((await elsewhere('countTokens', { query: {} })).count).toBe(0);
    const viewer = await keyOf('bulk', 'tokens:view');
    expect((await viewer('countTokens', { query: {} })).count).toBe(26);
    expect(await problemCode(viewer('countTokens', { query: { action: 'delete' } }))).toBe('not-permitted');
    expect(await problemCode(all(viewer, { action: 'delete' }, {}))).toBe('not-permitted');

    const here = await keyOf('bulk', 'tokens:view', 'tokens:delete');
    const deleted = await all(here, { action: 'delete' }, {});
    expect(deleted).toMatchObject({ done: 24, failures: [{ subject: held, reason: 'token.assigned' }] });
    for (const serial of serials.slice(1)) {
      const { items } = await api('listAudit', {
        query: { object: `token:${serial}`, action: 'token.delete' },
      });
      expect(items).toMatchObject([{ actor: 'api-key:bulk' }]);
    }
    expect((await api('listTokens', { query: search })).items.map(({ serial }) => serial)).toEqual([
      held,
      later,
    ]);
  });

  test('serial numbers that contain digits, wherever they stand', async () => {
    const { api } = deployment;
    const { serials } = await api('mintTokens', { body: { count: 12, expiresOn: '2038-01-19' } });
    const find = async (serialContains: string) =>
      (await api('listTokens', { query: { serialContains, limit: 1000 } })).items.map(({ serial }) => serial);
    const [first] = serials as [string];
    for (const part of ['1', '01', first.slice(9), first.slice(8), first.slice(3, 11), first]) {
      const found = await find(part);
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((serial) => serial.includes(part))).toBe(true);
      expect(found).toEqual([...found].sort());
      for (const serial of serials) expect(found.includes(serial)).toBe(serial.includes(part));
    }
    expect(await find('987654')).toEqual([]);
    const both = { serialContains: first.slice(8), expiresBefore: '2038-01-19' };
    expect((await api('listTokens', { query: both })).items.map(({ serial }) => serial)).not.toContain(first);
    expect(await find('12a4')).toEqual([]);
    expect(await problemCode(find('x'.repeat(65)))).toBe('invalid-request');
  });

  test('a serial number in any case and spacing is the same token; marks alone are none', async () => {
    const { api } = deployment;
    const { first } = await api('mintTokens', { body: { count: 1 } });
    const other = await openDatabase(database.location);
    await other.db.updateTable('tokens').set({ serial: 'FT-2308 A' }).where('serial', '=', first).execute();
    await other.close();
    for (const serial of ['FT-2308 A', ' ft-2308  a ', 'Ft-2308 A'])
      expect((await api('getToken', { params: { serial } })).serial).toBe('FT-2308 A');
    const found = async (query: Record<string, string>) =>
      (await api('listTokens', { query })).items.map(({ serial }) => serial);
    for (const query of [{ serial: 'ft-23' }, { serialContains: 't-2308' }, { serialContains: 'ft-2308  a' }])
      expect(await found(query)).toEqual(['FT-2308 A']);
    const own = (await api('mintTokens', { body: { count: 1 } })).first;
    const groups = own.replace(/(....)(?=.)/g, '$1-').replace('-', ' ');
    for (const query of [
      { serial: groups },
      { serialContains: groups },
      { serialFrom: groups, serialTo: groups },
    ])
      expect(await found(query)).toEqual([own]);
    for (const serial of ['--', 'a/b', 'ä1', 'x'.repeat(65)])
      expect(await problemCode(api('getToken', { params: { serial } }))).toBe('invalid-request');
  });

  test('the certificate as clients see it, and what is wrong with it', async () => {
    const certificate = await deployment.api('getCertificate', {});
    expect(certificate).toMatchObject({ source: 'own', reachable: 'untrusted', thisServer: true });
    expect(certificate.chain).toHaveLength(2);
    expect(certificate.chain[0]).toMatchObject({
      keyType: 'RSA 2048',
      names: expect.arrayContaining(['DNS:localhost']),
    });
    expect(certificate.problems.map(({ code }) => code)).toEqual(['own-authority']);
    expect(certificate.problems[0]?.text).toContain('own CA');
  });

  test('users of whom any part is called so, in the order of the user id, each once, over pages', async () => {
    const { api } = deployment;
    const below = await api('addSecurityDomain', { body: { name: 'Of the search' } });
    const people = [
      { userId: 'mz-5', lastName: 'Sought' },
      { userId: 'sought-1', lastName: 'Sought', email: 'sought@example.com' },
      { userId: 'az-2', email: 'sought.a@example.com' },
      { userId: 'zz-3', lastName: 'sought after', email: 'z@example.com' },
      { userId: 'sought-0', securityDomain: 'Of the search' },
      { userId: 'nosought', lastName: 'Unsought' },
    ];
    for (const body of people) await api('addUser', { body });
    const all = async (client: typeof api, search: string) => {
      const found: string[] = [];
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await client('listUsers', {
          query: { search, limit: 2, ...(cursor ? { cursor } : {}) },
        });
        found.push(...page.items.map(({ userId }) => userId));
        cursor = page.next;
        more = cursor !== undefined;
      }
      return found;
    };
    expect(await all(api, 'Sought')).toEqual(['az-2', 'mz-5', 'nosought', 'sought-0', 'sought-1', 'zz-3']);
    expect(await all(api, 'sought-')).toEqual(['sought-0', 'sought-1']);
    expect(await all(api, 'so_ght')).toEqual([]);
    const { key } = await api('addApiKey', {
      body: { name: 'searcher', permissions: ['users:view'], securityDomain: below.id },
    });
    expect(await all(deployment.apiOf(0, key), 'sought')).toEqual(['sought-0']);
  });

  test('lists go by pages that neither repeat nor miss', async () => {
    const { api } = deployment;
    const { first, last } = await api('mintTokens', { body: { count: 25 } });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api('listTokens', {
        query: { limit: 7, serialFrom: first, serialTo: last, ...(cursor === undefined ? {} : { cursor }) },
      });
      seen.push(...page.items.map((item) => item.serial));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toEqual([...seen].sort());
    const counted = await api('listTokens', {
      query: { limit: 1, serialFrom: first, serialTo: last, total: 'true' },
    });
    expect(counted.total).toEqual({ count: 25, more: false });
    expect((await api('listTokens', { query: { limit: 1 } })).total).toBe(undefined);
    const open = await openDatabase(database.location);
    const bounded = await countTokensUpTo(open.db, { scopes: ['/'] } as never, Date.now(), 10);
    expect(bounded).toEqual({ count: 10, more: true });
    const { total: users } = await api('listUsers', { query: { limit: 1, total: 'true' } });
    expect(users?.count).toBe((await api('countUsers', { query: {} })).count);
    await open.close();
    expect((await api('listTokens', { query: { userId: ' ' } })).items).toEqual([]);
  });

  test('audit: who did what to what is counted as the rows of the same search say, and in the latest rows alone where there are many', async () => {
    const { api } = deployment;
    const since = new Date().toISOString();
    await api('addUser', { body: { userId: 'facetta' } });
    const user = await api('getUser', { params: { userId: 'facetta' } });
    await api('editUser', { params: { userId: 'facetta' }, body: { enabled: false }, ifMatch: user.version });
    for (const query of [
      { since },
      { user: 'facetta' },
      { object: 'user:facetta', result: 'success' as const },
      { action: 'user.add', since },
      { since, until: since },
    ]) {
      const { items } = await api('listAudit', { query: { ...query, limit: 1000 } });
      const { facets } = await api('listAudit', { query: { ...query, limit: 1, facets: 'true' } });
      expect(facets).toMatchObject({ count: items.length, complete: true });
      for (const { name, values, others } of facets?.facets ?? []) {
        const counts = new Map<string, number>();
        for (const item of items) {
          const value = item[name];
          if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
        }
        expect(values.length + others, name).toBe(counts.size);
        for (const { value, count } of values) expect(counts.get(value), `${name} ${value}`).toBe(count);
      }
    }
    // As it is typed, and as the trail shows it.
    await api('addUser', { body: { userId: 'CORP\\ada' } });
    for (const object of ['user:CORP\\ada', 'user:CORP\\\\ada']) {
      const { items, facets } = await api('listAudit', { query: { object, facets: 'true' } });
      expect([items.map(({ action }) => action), facets?.count], object).toEqual([['user.add'], 1]);
    }
    const open = await openDatabase(database.location);
    const few = await countAudit(open.db, { action: 'user.add' }, 1);
    await open.close();
    expect(few).toMatchObject({ count: 1, complete: false });
    expect(few.since).toBeGreaterThan(Date.parse(since) - 1);
  });

  test('profiles: only what the device type can do; not deleted while codes are live', async () => {
    const { api } = deployment;
    const profile = await api('addProfile', {
      body: { name: 'Android URL', deviceType: 'android', delivery: 'url' },
    });
    expect(profile).toMatchObject({
      digits: 8,
      interval: 60,
      authenticationType: 'pinpad',
      codeExpiry: '7d',
    });
    // Names of choices are the readers' to put into words: the answer has the choice alone.
    expect(profile).not.toHaveProperty('deliveryLabel');
    const add = (body: object) =>
      problemCode(
        api('addProfile', { body: { name: 'x', deviceType: 'android', delivery: 'url', ...body } as never }),
      );
    expect(await add({ name: 'android url' })).toBe('already-exists');
    expect(await add({ algorithm: 'totp' })).toBe('invalid-request');
    expect(await add({ deviceType: 'windows-desktop', delivery: 'qr' })).toBe('invalid-request');
    expect(await add({ deviceType: 'nokia' })).toBe('invalid-request');
    expect(await add({ digits: 7 })).toBe('invalid-request');
    const copy = await api('duplicateProfile', { params: { id: profile.id }, body: { name: 'Copy' } });
    expect(copy).toMatchObject({ name: 'Copy', deviceType: 'android', version: 1 });
    const edited = await api('editProfile', { params: { id: copy.id }, ifMatch: 1, body: { digits: 6 } });
    expect(edited).toMatchObject({ digits: 6, version: 2 });
    const { first } = await api('mintTokens', { body: { count: 1 } });
    await api('addUser', { body: { userId: 'profiled' } });
    await api('assignToken', { params: { serial: first }, body: { userId: 'profiled' } });
    await api('distributeToken', { params: { serial: first }, body: { profile: 'copy' } });
    expect(await problemCode(api('deleteProfile', { params: { id: copy.id } }))).toBe('in-use');
    await api('withdrawDistribution', { params: { serial: first } });
    await api('deleteProfile', { params: { id: copy.id } });
    expect(await problemCode(api('getProfile', { params: { id: copy.id } }))).toBe('not-found');
  });

  test('device definitions can be imported, used and deleted; the ones that ship stay', async () => {
    const { api } = deployment;
    const { items } = await api('listDeviceTypes', {});
    expect(items.map((item) => item.id)).toEqual(
      expect.arrayContaining(['android', 'ios', 'windows-desktop', 'macos-desktop', 'sower']),
    );
    const { imported, version, ...android } = items.find(
      (item) => item.id === 'android',
    ) as (typeof items)[number];
    expect({ imported, version }).toEqual({ imported: false, version: 1 });
    const definition = { ...android, id: 'our-phones', name: 'Our phones' };
    expect(await api('importDeviceType', { body: definition })).toMatchObject({
      id: 'our-phones',
      imported: true,
    });
    expect(await problemCode(api('importDeviceType', { body: android }))).toBe('definition-refused');
    for (const linkTemplate of ['javascript:{url}', 'x://{url}{evil}', 'x://nothing']) {
      expect(await problemCode(api('importDeviceType', { body: { ...definition, linkTemplate } }))).toBe(
        'definition-refused',
      );
    }
    const profile = await api('addProfile', {
      body: { name: 'Ours', deviceType: 'our-phones', delivery: 'qr' },
    });
    expect(await problemCode(api('deleteDeviceType', { params: { id: 'our-phones' } }))).toBe('in-use');
    await api('deleteProfile', { params: { id: profile.id } });
    await api('deleteDeviceType', { params: { id: 'our-phones' } });
    expect(await problemCode(api('deleteDeviceType', { params: { id: 'android' } }))).toBe('in-use');
  });

  test('administrators log on with the password of the first start; the cookie alone changes nothing from elsewhere', async () => {
    const password = await adminPassword(deployment);
    const json = { 'content-type': 'application/json' };
    const logOn = (secret: string) =>
      deployment.send(0, {
        method: 'POST',
        path: '/api/v1/session',
        headers: json,
        body: JSON.stringify({ userName: 'admin', password: secret }),
      });
    expect((await logOn('wrong')).status).toBe(401);
    const answer = await logOn(password);
    expect(answer.status).toBe(201);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-sower-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict/);
    const held = { cookie: cookie.split(';')[0] as string };
    expect((await deployment.send(0, { path: '/api/v1/session', headers: held })).status).toBe(200);
    const mint = (headers: Record<string, string>) =>
      deployment.send(0, {
        method: 'POST',
        path: '/api/v1/tokens',
        headers: { ...held, ...json, ...headers },
        body: '{}',
      });
    expect((await mint({})).status).toBe(403);
    expect((await mint({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await mint({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await mint({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    const off = await deployment.send(0, {
      method: 'DELETE',
      path: '/api/v1/session',
      headers: { ...held, 'sec-fetch-site': 'same-origin' },
    });
    expect(off.status).toBe(204);
    // Who is logged on is a question with the answer "nobody", not a failure.
    const nobody = await deployment.send(0, { path: '/api/v1/session', headers: held });
    expect([nobody.status, nobody.body.toString()]).toEqual([200, 'null']);
    expect(await deployment.apiOf(0, deployment.apiKey)('getSession', {})).toBeNull();
    expect((await deployment.send(0, { path: '/api/v1/tokens', headers: held })).status).toBe(401);
  });

  test('sentences are said in the language of the caller, the code stays', async () => {
    const ask = async (language: string, body: object) => {
      const answer = await deployment.send(0, {
        method: 'POST',
        path: '/api/v1/users',
        headers: {
          authorization: `Bearer ${deployment.apiKey}`,
          'content-type': 'application/json',
          'accept-language': language,
        },
        body: JSON.stringify(body),
      });
      return { language: answer.headers['content-language'], ...JSON.parse(answer.body.toString()) };
    };
    expect(await ask('de-CH, de;q=0.9, en;q=0.5', { email: 'x' })).toMatchObject({
      language: 'de',
      code: 'invalid-request',
      title: 'Ungültige Anfrage',
      errors: [
        { path: 'userId', message: 'Erforderlich.' },
        { path: 'email', message: 'Keine E-Mail-Adresse.' },
      ],
    });
    expect(await ask('fr', { email: 'x' })).toMatchObject({
      language: 'en',
      errors: [{ message: 'Required.' }, { message: 'Not an e-mail address.' }],
    });
    await ask('en', { userId: 'Spoken' });
    expect(await ask('de', { userId: 'spoken' })).toMatchObject({
      code: 'already-exists',
      detail: 'Es gibt schon einen Benutzer „spoken“ (Groß- und Kleinschreibung spielt keine Rolle).',
    });
  });

  test('nobody grants what they do not hold', async () => {
    const { api } = deployment;
    const little = await api('addApiKey', {
      body: { name: 'keys only', permissions: ['keys:edit', 'users:view'] },
    });
    const asLittle = deployment.apiOf(0, little.key);
    expect(
      await problemCode(asLittle('addApiKey', { body: { name: 'more', permissions: ['users:edit'] } })),
    ).toBe('not-permitted');
    expect(
      await problemCode(api('addApiKey', { body: { name: 'portal', permissions: ['activations:open'] } })),
    ).toBe('not-permitted');
    expect(
      (await asLittle('addApiKey', { body: { name: 'same', permissions: ['users:view'] } })).key,
    ).toMatch(/^sower_/);
  });

  test('settings: known names and sound values only, one editor at a time', async () => {
    const { api } = deployment;
    const { settings, version } = await api('getSettings', {});
    expect(settings['tokens.maxPerUser']).toBe(3);
    const edited = await api('editSettings', { ifMatch: version, body: { 'tokens.maxPerUser': 2 } });
    expect(edited).toMatchObject({ version: version + 1 });
    expect(
      await problemCode(api('editSettings', { ifMatch: version, body: { 'tokens.maxPerUser': 1 } })),
    ).toBe('edited-meanwhile');
    expect(
      await problemCode(api('editSettings', { ifMatch: version + 1, body: { 'tokens.maxPerUser': 0 } })),
    ).toBe('invalid-request');
    await api('editSettings', { ifMatch: version + 1, body: { 'tokens.maxPerUser': 3 } });
  });

  test('hostile requests get a problem, never a 5xx', async () => {
    const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' };
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '{"count":1e99}',
      '{"count":"1"}',
      '{"__proto__":{"x":1},"count":1}',
      `{"x":"${'y'.repeat(200_000)}"}`,
    ];
    for (const body of bodies) {
      const answer = await deployment.send(0, { method: 'POST', path: '/api/v1/tokens', headers, body });
      expect(answer.status, body.slice(0, 40)).toBeLessThan(500);
      expect(answer.status, body.slice(0, 40)).toBeGreaterThanOrEqual(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    for (const path of [
      '/api/v1/tokens/x',
      '/api/v1/tokens?limit=1e9',
      '/api/v1/tokens?cursor=%00%ff',
      '/api/v1/users/%00',
      '/nowhere',
    ]) {
      const answer = await deployment.send(0, { path, headers: { authorization: headers.authorization } });
      expect(answer.status, path).toBeLessThan(500);
    }
  });

  test('NUL, which PostgreSQL neither stores nor compares with, is the fault of whoever sends it', async () => {
    const { api } = deployment;
    const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' };
    const job = await api('importUsers', {
      body: { name: 'nul', file: 'userId\nnul1', columns: { userId: 'userId' } },
    });
    for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
      const { method, path, query } = operation;
      const url = `/api/v1${path.replaceAll(/:id\b/g, name === 'listJobRows' ? job.id : '%00').replaceAll(/:\w+/g, '%00')}`;
      const asked = Object.keys(query?.shape ?? {}).map((key) => `${key}=${key === 'cursor' ? 'AA' : '%00'}`);
      // A place in a list that is none.
      if (query && 'cursor' in query.shape) asked.push('cursor=eA', 'cursor=MWUzMDA');
      for (const search of ['', ...asked]) {
        if (method !== 'GET' && !url.includes('%00')) continue;
        const answer = await deployment.send(0, {
          method,
          path: `${url}?${search}`,
          headers: operation.permission === undefined ? { 'content-type': 'application/json' } : headers,
          ...(method === 'GET' ? {} : { body: '{"name":"\\u0000"}' }),
        });
        expect(answer.status, `${name} ${search}: ${answer.body}`).toBeLessThan(500);
      }
    }
    for (const [path, body] of [
      ['/session/passkey', String.raw`{"state":"x","response":{"id":"\u0000"}}`],
      ['/users', String.raw`{"userId":"nobody","lastName":"Nu\u0000l"}`],
      ['/roles', String.raw`{"name":"nul","description":"\u0000","permissions":["users:view"]}`],
      ['/users', String.raw`{"userId":"nobody","\u0000":1}`],
    ] as const) {
      const answer = await deployment.send(0, { method: 'POST', path: `/api/v1${path}`, headers, body });
      expect([answer.status, JSON.parse(answer.body.toString()).reason], body).toEqual([400, 'request.nul']);
    }
  });

  test('half of a surrogate pair is refused, wherever it stands, and never stored as another character', async () => {
    const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' };
    const send = (path: string, body: string) =>
      deployment.send(0, { method: 'POST', path: `/api/v1${path}`, headers, body });
    for (const [path, body] of [
      ['/users', String.raw`{"userId":"half","firstName":"a\ud83d"}`],
      ['/users', String.raw`{"userId":"\udd11half"}`],
      ['/certificates/requests', String.raw`{"names":["otp.example.com"],"organization":"\ud83d"}`],
      ['/users', String.raw`{"userId":"half","\ud83d":1}`],
    ] as const) {
      const answer = await send(path, body);
      expect([answer.status, JSON.parse(answer.body.toString()).code], body).toEqual([
        400,
        'invalid-request',
      ]);
      expect(answer.body.toString(), body).toContain('Unicode');
    }
    expect((await send('/users', String.raw`{"userId":"whole","firstName":"\ud83d\udd11"}`)).status).toBe(
      201,
    );
    expect((await deployment.api('getUser', { params: { userId: 'whole' } })).firstName).toBe('🔑');
  });

  test('OpenAPI names every operation; the page to read it is there', async () => {
    const answer = await deployment.send(0, { path: '/api/openapi.json' });
    const document = JSON.parse(answer.body.toString()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId?: string }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(names.filter(Boolean).sort()).toEqual(Object.keys(OPERATIONS).sort());
    expect((await deployment.send(0, { path: '/api/docs/' })).body.toString()).toContain('API reference');
  });

  test('metrics are on a listener of their own, which serves nothing else; the public one has none', async () => {
    const { metricsPort } = deployment.servers[0] as { metricsPort: number };
    const own = async (path: string) => (await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status;
    for (const path of ['/metrics', '/healthz', '/readyz'])
      expect([path, await own(path)]).toEqual([path, 200]);
    for (const path of ['/', '/console/', '/api/v1/users', '/api/openapi.json', '/ctkip'])
      expect([path, await own(path)]).toEqual([path, 404]);
    expect((await deployment.send(0, { path: '/metrics' })).status).toBe(404);
  });

  test('health, readiness and metrics', async () => {
    expect((await deployment.send(0, { path: '/healthz' })).body.toString()).toBe('ok\n');
    expect((await deployment.send(0, { path: '/readyz' })).body.toString()).toBe('ready\n');
    expect(await deployment.metrics(0)).toContain('process_resident_memory_bytes');
  });
});
