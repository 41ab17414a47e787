/**
 * From an entry of a directory to an accepted tokencode: the administrator distributes by QR code, the user logs on to the Self-Service Console with
 * the directory password, activates, and enters a tokencode. And somebody who was here before the directory keeps the token they have.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { parseLink } from '@sower/ctkip/links';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import {
  hasSlapd,
  PEOPLE,
  personLdif,
  type Slapd,
  SUFFIX,
  startSlapd,
} from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { problemOf, selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'only the directory knows it';
const OLD_PASSWORD = 'seven green bottles';

describe.skipIf(!hasSlapd)('from an entry to a tokencode', () => {
  onBothDatabases('from an entry to a tokencode', (kind) => {
    let slapd: Slapd;
    const { deployment } = deployed(kind);
    let id: string;

    beforeAll(async () => {
      slapd = await startSlapd({
        ldif: ['ada', 'grace']
          .map((uid) => personLdif({ uid, mail: `${uid}@example.com`, userPassword: PASSWORD }))
          .join(''),
      });
      const profile = { deviceType: 'sower', authenticationType: 'tokencode', delivery: 'qr' } as const;
      await acceptAround(deployment.api);
      await deployment.api('addProfile', { body: { name: 'qr', ...profile } });
      ({ id } = await deployment.api('addIdentitySource', { body: slapdSource(slapd, { enabled: true }) }));
    });
    afterAll(async () => {
      await slapd?.stop();
    });

    async function synchronized(preview = false) {
      const { api } = deployment;
      const { id: run } = await api('startSourceRun', { params: { id }, body: { preview } });
      for (const end = Date.now() + 60_000; ; await wait(50)) {
        const shown = await api('getSourceRun', { params: { id, run } });
        if (!['queued', 'running'].includes(shown.state)) return shown;
        if (Date.now() > end) throw new Error(JSON.stringify(shown));
      }
    }
    const logOn = (browser: ReturnType<typeof selfServiceClient>, userId: string, password: string) =>
      browser.api('openUserSession', { body: { method: 'password', userId, password } });
    const authenticated = (userId: string, passcode: string) =>
      deployment.api('authenticate', { body: { userId, passcode } });

    /** As the user does it, who is logged on: the code on the screen, the app, the first tokencode. */
    async function activated(userId: string, password: string) {
      const { api } = deployment;
      const { first: serial } = await api('mintTokens', { body: {} });
      await api('assignToken', { params: { serial }, body: { userId } });
      const given = await api('distributeToken', { params: { serial }, body: { profile: 'qr' } });
      // By QR code, the administrator sees neither link nor code.
      expect(given.activationCode).toBe(undefined);
      const browser = selfServiceClient(deployment);
      await logOn(browser, userId, password);
      const { link } = await browser.api('openOwnActivation', { params: { serial } });
      const parsed = parseLink(link);
      if (!parsed.ok) throw new Error('no link');
      const token = await provisioned(deployment, {
        ctkipUrl: parsed.url,
        activationCode: parsed.activationCode,
      });
      expect(token.serial).toBe(serial);
      const first = { params: { serial }, body: { passcode: tokencode(token, -1) } };
      expect(await browser.api('testOwnToken', first)).toMatchObject({ result: 'accepted' });
      expect((await api('getToken', { params: { serial } })).distribution?.state).toBe('confirmed');
      return token;
    }

    test('somebody new: read, given a token by QR code, logged on with the directory password, activated, accepted', async () => {
      expect(await synchronized()).toMatchObject({ state: 'done', counts: { added: 2 } });
      const { code } = await problemOf(logOn(selfServiceClient(deployment), 'ada', OLD_PASSWORD));
      expect(code).toBe('log-on-failed');
      const token = await activated('ada', PASSWORD);
      expect(await authenticated('ada', tokencode(token))).toMatchObject({ result: 'accepted' });
      for (const server of deployment.servers) expect(server.output()).not.toContain(PASSWORD);
    });

    test('somebody who was here before: linked, with the token, and the old password is nobody’s', async () => {
      const { api } = deployment;
      await api('addUser', { body: { userId: 'Joan', firstName: 'Joan' } });
      const params = { userId: 'Joan' };
      await api('setUserPassword', { params, body: { password: OLD_PASSWORD, mustChange: false } });
      const token = await activated('Joan', OLD_PASSWORD);
      await slapd.client.add(`uid=joan,${PEOPLE}`, {
        objectClass: ['inetOrgPerson'],
        uid: 'joan',
        cn: 'Joan Clarke',
        sn: 'Clarke',
        userPassword: PASSWORD,
      });
      const { id: run } = await synchronized(true);
      const query = { action: 'conflict' as const };
      const { items } = await api('listSourceFindings', { params: { id, run }, query });
      expect(items).toMatchObject([{ conflict: { kind: 'internal', holder: { userId: 'Joan' } } }]);
      const chosen = await api('chooseForConflicts', {
        params: { id, run },
        body: { choice: 'link', numbers: items.map(({ number }) => number) },
      });
      expect(chosen).toEqual({ chosen: 1, refused: 0, refusals: [] });
      expect((await api('listSourceChoices', { params: { id }, query: {} })).items).toMatchObject([
        { choice: 'link', userId: 'joan', entry: `uid=joan,${PEOPLE}` },
      ]);
      expect(await synchronized()).toMatchObject({ state: 'done', counts: { linked: 1, conflict: 0 } });
      expect(await api('getUser', { params: { userId: 'joan' } })).toMatchObject({
        userId: 'joan',
        lastName: 'Clarke',
        source: { id },
        tokens: [token.serial],
      });
      expect(await problemOf(logOn(selfServiceClient(deployment), 'joan', OLD_PASSWORD))).toMatchObject({
        code: 'log-on-failed',
      });
      expect(await logOn(selfServiceClient(deployment), 'joan', PASSWORD)).toMatchObject({ userId: 'joan' });
      expect(await authenticated('joan', tokencode(token))).toMatchObject({ result: 'accepted' });

      // A rule moves the user to another security domain, and the token goes along.
      await api('addSecurityDomain', { body: { name: 'Research' } });
      const { version } = await api('getIdentitySource', { params: { id } });
      const rules = [{ kind: 'subtree' as const, name: `uid=joan,${PEOPLE}`, securityDomain: 'Research' }];
      await api('editIdentitySource', { params: { id }, ifMatch: version, body: { placement: { rules } } });
      expect((await api('getIdentitySource', { params: { id } })).placement).toEqual({ rules });
      expect(await synchronized()).toMatchObject({ state: 'done', counts: { changed: 1 }, done: 1 });
      expect((await api('getUser', { params: { userId: 'joan' } })).securityDomain).toBe('Research');
      expect((await api('getToken', { params: { serial: token.serial } })).securityDomain).toBe('Research');
      const { items: moves } = await api('listAudit', { query: { action: 'token.move' } });
      expect(moves).toMatchObject([{ object: `token:${token.serial}` }]);
    });

    test('a token whose user is gone says so, alone and in a list, and no longer when they are back', async () => {
      const { api } = deployment;
      const { tokens } = await api('getUser', { params: { userId: 'ada' } });
      const [serial = ''] = tokens;
      const shown = async () => {
        const { items } = await api('listTokens', { query: { userId: 'ada' } });
        return [(await api('getToken', { params: { serial } })).userState, items[0]?.userState];
      };
      expect(await shown()).toEqual(['enabled', 'enabled']);
      // Out of the base DN of the source, which is all that it sees.
      await slapd.client.modifyDN(`uid=ada,${PEOPLE}`, `uid=ada,ou=elsewhere,${SUFFIX}`);
      expect(await synchronized()).toMatchObject({ state: 'done', counts: { gone: 1 } });
      expect(await shown()).toEqual(['gone', 'gone']);
      await slapd.client.modifyDN(`uid=ada,ou=elsewhere,${SUFFIX}`, `uid=ada,${PEOPLE}`);
      expect(await synchronized()).toMatchObject({ state: 'done', counts: { returning: 1 } });
      expect(await shown()).toEqual(['enabled', 'enabled']);
      const { version } = await api('getUser', { params: { userId: 'Joan' } });
      await api('editUser', { params: { userId: 'Joan' }, body: { enabled: false }, ifMatch: version });
      const { items } = await api('listTokens', { query: { userId: 'Joan' } });
      expect(items.map(({ userState }) => userState)).toEqual(['disabled']);
    });
  });
});
