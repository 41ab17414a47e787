/** What users are called, wherever they are named: requests, the audit trail, rows of jobs, reports. */
import { beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { jobSettled } from '../../harness/jobs/ended.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

onBothDatabases('names first', (kind) => {
  const { deployment, api } = deployed(kind);
  const jane = { userId: 'jane', firstName: 'Jane', lastName: 'Müller' };

  beforeAll(async () => {
    await api('addProfile', {
      body: { name: 'qr', deviceType: 'sower', authenticationType: 'tokencode', delivery: 'qr' },
    });
    await api('addOffer', { body: { name: 'Phone', profile: 'qr', steps: [{ name: 'Desk' }] } });
    await api('addSecurityDomain', { body: { name: 'North' } });
    await api('addUser', { body: { ...jane, securityDomain: 'North' } });
    await api('addUser', { body: { userId: 'plain' } });
  });

  test('a request names the user', async () => {
    const one = await api('requestToken', { body: { userId: 'jane', offer: 'Phone' } });
    const other = await api('requestToken', { body: { userId: 'plain', offer: 'Phone' } });
    expect(one.userName).toBe('Jane Müller');
    expect(other.userName).toBeUndefined();
    const { items } = await api('listRequests', { query: {} });
    expect(items.map(({ userId, userName }) => [userId, userName])).toEqual([
      ['plain', undefined],
      ['jane', 'Jane Müller'],
    ]);
  });

  test('a row of the audit trail names the user it is about, to those who may see them', async () => {
    const { items } = await api('listAudit', { query: { user: 'jane' } });
    expect(items.length).toBeGreaterThan(0);
    for (const { object, userName } of items)
      expect(userName, object).toBe(object === 'user:jane' ? 'Jane Müller' : undefined);
  });

  test('a part of an object or an actor finds users by name as well, those whom the caller may see', async () => {
    const objectsBy = async (read: typeof api, query: { object: string } | { actor: string }) =>
      new Set((await read('listAudit', { query })).items.map(({ object }) => object));
    expect(await objectsBy(api, { object: '*muller*' })).toEqual(new Set(['user:jane']));
    expect(await objectsBy(api, { object: '*Jane Mull*' })).toEqual(new Set(['user:jane']));
    expect(await objectsBy(api, { object: '*user:muller*' })).toEqual(new Set());
    expect(await objectsBy(api, { actor: '*muller*' })).toEqual(new Set());
    const { facets } = await api('listAudit', { query: { object: '*muller*', facets: 'true' } });
    expect(facets?.facets.find(({ name }) => name === 'object')?.values[0]?.value).toBe('user:jane');
  });

  test('several actions are found at once', async () => {
    const { items } = await api('listAudit', { query: { action: 'user.add,profile.add' } });
    expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['user.add', 'profile.add']));
  });

  test('and the user who did it: in the trail, beside it, and in the activity of the user', async () => {
    await api('setUserPassword', {
      params: { userId: 'jane' },
      body: { password: PASSWORD, mustChange: false },
    });
    const { api: own } = selfServiceClient(deployment);
    const wrong = own('openUserSession', {
      body: { method: 'password', userId: 'jane', password: `not ${PASSWORD}` },
    });
    await expect(wrong).rejects.toThrow();
    await own('openUserSession', { body: { method: 'password', userId: 'jane', password: PASSWORD } });
    const { items, facets } = await api('listAudit', { query: { actor: 'user:jane', facets: 'true' } });
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ actorName }) => actorName))).toEqual(new Set(['Jane Müller']));
    const named = facets?.facets.find(({ name }) => name === 'actor')?.values;
    expect(named).toEqual([{ value: 'user:jane', userName: 'Jane Müller', count: items.length }]);
    const activity = await api('getUserActivity', { params: { userId: 'jane' } });
    expect(activity.items.some(({ result }) => result === 'refused')).toBe(true);
    for (const { object, userName, actor, actorName } of activity.items) {
      expect(userName, object).toBe(object === 'user:jane' ? 'Jane Müller' : undefined);
      expect(actorName, actor).toBe(actor === 'user:jane' ? 'Jane Müller' : undefined);
    }
  });

  test('the first whom a job is for are named before it is started', async () => {
    await api('addProfile', {
      body: { name: 'url', deviceType: 'sower', authenticationType: 'tokencode', delivery: 'url' },
    });
    const { id } = await api('distributeMany', {
      body: { name: 'Many', profile: 'url', tokens: 'mint', choose: { userIds: ['jane', 'plain'] } },
    });
    const { samples } = await jobSettled(api, id);
    expect(samples.map(({ userId, userName }) => [userId, userName])).toEqual([
      ['jane', 'Jane Müller'],
      ['plain', undefined],
    ]);
  });

  test('a row of a job names the user; a serial number and someone elsewhere have no name', async () => {
    const { first: serial } = await api('mintTokens', { body: { count: 1 } });
    // A user who is called as the token is.
    await api('addUser', { body: { userId: serial, lastName: 'Confusing' } });
    const { id } = await api('doToUsers', {
      body: {
        name: 'Moved',
        action: 'move',
        securityDomain: 'North',
        choose: { userIds: ['jane', 'plain', 'nobody-here'] },
      },
    });
    await jobSettled(api, id);
    const { items } = await api('listJobRows', { params: { id }, query: {} });
    expect(items.map(({ subject, userName }) => [subject, userName])).toEqual([
      ['jane', 'Jane Müller'],
      ['plain', undefined],
      ['nobody-here', undefined],
    ]);
    const { id: ofTokens } = await api('doToTokens', {
      body: { name: 'Tokens', action: 'disable', choose: { serials: [serial] } },
    });
    await jobSettled(api, ofTokens);
    const rows = await api('listJobRows', { params: { id: ofTokens }, query: {} });
    expect(rows.items.map(({ subject, userName }) => [subject, userName])).toEqual([[serial, undefined]]);
  });

  test('who may see no users sees no names', async () => {
    const role = await api('addRole', { body: { name: 'Reads the trail', permissions: ['audit:view'] } });
    await newAdministrator(deployment, {
      userName: 'auditor',
      password: PASSWORD,
      grants: [{ role: role.id }],
    });
    const { api: own } = selfServiceClient(deployment);
    await own('openSession', { body: { userName: 'auditor', password: PASSWORD } });
    const { items } = await own('listAudit', { query: { user: 'jane' } });
    expect(items.length).toBeGreaterThan(0);
    expect(items.filter(({ userName, actorName }) => userName ?? actorName)).toEqual([]);
    const { facets } = await own('listAudit', { query: { user: 'jane', facets: 'true' } });
    expect(facets?.facets.flatMap(({ values }) => values.filter(({ userName }) => userName))).toEqual([]);
    expect((await own('listAudit', { query: { object: '*muller*' } })).items).toEqual([]);
  });

  test('what callers are to be asked for is part of the activity that the help desk reads', async () => {
    const about = { params: { userId: 'jane' } };
    expect((await api('getUserActivity', about)).callerChecks).toBeUndefined();
    const { version } = await api('getSettings', {});
    await api('editSettings', {
      body: { 'organization.callerChecks': 'Employee number; Date of birth\n' },
      ifMatch: version,
    });
    expect((await api('getUserActivity', about)).callerChecks).toEqual(['Employee number', 'Date of birth']);
  });

  test('a report has the name before the user ID', async () => {
    const { columns } = await api('getRequestReport', { params: { report: 'requests' }, query: {} });
    const names = columns.map(({ name }) => name);
    expect(names.indexOf('name')).toBeGreaterThanOrEqual(0);
    expect(names.indexOf('name')).toBeLessThan(names.indexOf('user'));
  });
});
