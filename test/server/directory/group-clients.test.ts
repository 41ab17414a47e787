/** Groups of a directory at the edges: reply attributes of a group, and clients and agents that are for the members of some groups only. */
import { setTimeout as wait } from 'node:timers/promises';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import { CODE } from '@sower/radius/packet';
import { keptName } from '@sower/server/ldap/names';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { hasSlapd, personLdif, type Slapd, SUFFIX, startSlapd } from '../../harness/directory/slapd.ts';
import { slapdSource } from '../../harness/directory/source.ts';
import { overAgents, overValidate } from '../../harness/edges/authenticating.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';

const SECRET = 'secret-of-the-radius-client-0';
const group = (name: string) => `cn=${name},ou=groups,${SUFFIX}`;
const dn = (uid: string) => `uid=${uid},ou=people,${SUFFIX}`;
const groupLdif = (name: string, ...members: string[]) =>
  `dn: ${group(name)}\nobjectClass: groupOfNames\ncn: ${name}\n${members.map((member) => `member: ${member}\n`).join('')}\n`;
/** Filter-Id and Class. */
const SHOWN = [11, 25];

describe.skipIf(!hasSlapd)('groups at the edges', () => {
  onBothDatabases('groups at the edges', (kind) => {
    let slapd: Slapd;
    const { deployment } = deployed(kind, { arguments: RADIUS_OPTIONS });
    let open: RadiusPeer;
    let only: RadiusPeer;
    let id: string;
    const codes = new Map<string, (offset: number) => string>();

    async function run(): Promise<void> {
      const { api } = deployment;
      const { id: started } = await api('startSourceRun', { params: { id }, body: { preview: false } });
      for (;;) {
        const { state } = await api('getSourceRun', { params: { id, run: started } });
        if (state === 'done') return;
        if (!['queued', 'running'].includes(state)) throw new Error(state);
        await wait(50);
      }
    }
    const refusal = async (work: Promise<unknown>): Promise<unknown> => {
      try {
        return await work;
      } catch (error) {
        const { reason, errors } = (error as { problem: { reason?: string; errors?: { path: string }[] } })
          .problem;
        return [reason, errors?.map(({ path }) => path).join()];
      }
    };

    beforeAll(async () => {
      slapd = await startSlapd({
        ldif: [
          ...['ada', 'bob', 'cy'].map((uid) => personLdif({ uid })),
          groupLdif('inner', dn('ada')),
          groupLdif('vpn', group('inner'), dn('bob')),
          groupLdif('admins', dn('bob')),
        ].join(''),
      });
      const { api } = deployment;
      const source = slapdSource(slapd, {
        enabled: true,
        groups: [
          { name: group('vpn'), roles: [] },
          { name: group('admins'), roles: [] },
        ],
      });
      ({ id } = await api('addIdentitySource', { body: source }));
      await run();
      await api('addSecurityDomain', { body: { name: 'North' } });
      await api('addUser', { body: { userId: 'inge', securityDomain: 'North' } });
      await api('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
      });
      for (const userId of ['ada', 'bob', 'cy', 'inge']) {
        const { first: serial } = await api('mintTokens', { body: {} });
        await api('assignToken', { params: { serial }, body: { userId } });
        const token = await provisioned(
          deployment,
          await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
        );
        codes.set(userId, (offset) => tokencode(token, offset));
      }
      await api('addRadiusClient', {
        body: {
          ...{ name: 'open', network: '127.0.0.1', secret: SECRET },
          replyAttributes: [
            { name: 'Filter-Id', value: 'everybody' },
            { name: 'Class', value: 'all' },
            { name: 'Filter-Id', value: 'admins', group: group('admins').toUpperCase() },
            { name: 'Filter-Id', value: 'vpn', group: group('vpn') },
          ],
        },
      });
      await api('addRadiusClient', {
        body: { name: 'only', network: '127.0.0.2', secret: SECRET, onlyGroups: [group('VPN')] },
      });
      const port = radiusPort(deployment.servers[0] as never, 'authentication');
      open = await radiusPeer(port, '127.0.0.1');
      only = await radiusPeer(port, '127.0.0.2');
    });
    afterAll(async () => {
      open?.close();
      only?.close();
      await slapd?.stop();
    });

    const code = (userId: string, offset: number): string => codes.get(userId)?.(offset) ?? '';
    async function asked(peer: RadiusPeer, userId: string, offset: number) {
      const read = await ask(peer, SECRET, userId, code(userId, offset));
      if (!read.ok) throw new Error(read.reason);
      const { code: answer, attributes } = read.reply;
      if (answer !== CODE.accessAccept) return 'rejected';
      return attributes
        .filter(({ type }) => type !== TYPE.messageAuthenticator && SHOWN.includes(type))
        .map(({ value }) => textOf(value))
        .sort();
    }

    test('reply attributes of a group replace those of everybody; of two groups, the first in the list decides', async () => {
      expect(await asked(open, 'ada', -1)).toEqual(['all', 'vpn']);
      expect(await asked(open, 'bob', -1)).toEqual(['admins', 'all']);
      expect(await asked(open, 'cy', -1)).toEqual(['all', 'everybody']);
      expect(await asked(open, 'inge', -1)).toEqual(['all', 'everybody']);
    });

    test('a client of some groups: nobody else exists for it, and no passcode is used up; who leaves the group is out', async () => {
      expect(await asked(only, 'ada', 0)).toEqual([]);
      expect(await asked(only, 'cy', 0)).toBe('rejected');
      expect(await asked(only, 'inge', 0)).toBe('rejected');
      const { items } = await deployment.api('listAudit', {
        query: { object: 'user:cy', action: 'authenticate' },
      });
      expect(items[0]).toMatchObject({ result: 'refused' });
      expect(await asked(open, 'cy', 0)).toEqual(['all', 'everybody']);
      await slapd.client.modify(group('vpn'), [
        new Change({
          operation: 'delete',
          modification: new Attribute({ type: 'member', values: [group('inner')] }),
        }),
      ]);
      await run();
      expect(await asked(only, 'ada', 1)).toBe('rejected');
      expect(await asked(open, 'ada', 1)).toEqual(['all', 'everybody']);
    });

    test('an agent of some groups, and groups that no source keeps', async () => {
      const { api } = deployment;
      const agent = await api('addAgent', { body: { name: 'portal', onlyGroups: [group('vpn')] } });
      expect(agent.onlyGroups).toEqual([keptName(group('vpn'))]);
      const attempts = overAgents(deployment, agent.key);
      const start = async (userId: string, offset: number) =>
        (await attempts.start({ client: '', userId, passcode: code(userId, offset) })).state;
      expect(await start('inge', 0)).toBe('rejected');
      expect(await start('bob', 0)).toBe('accepted');
      const plugIn = await api('addAgent', {
        body: { name: 'plug-in', kind: 'validate', onlyGroups: [group('vpn')], rights: ['tokens'] },
      });
      const listed = async (user: string): Promise<number> => {
        const headers = { 'x-api-key': plugIn.key };
        const answer = await deployment.send(0, { method: 'GET', path: `/token/?user=${user}`, headers });
        return JSON.parse(answer.body.toString()).result.value.count;
      };
      expect([await listed('inge'), await listed('bob')]).toEqual([0, 1]);
      const checking = overValidate(deployment, plugIn.key);
      const check = async (userId: string, offset: number) =>
        (await checking.start({ client: '', userId, passcode: code(userId, offset) })).state;
      expect([await check('inge', 0), await check('bob', 1)]).toEqual(['rejected', 'accepted']);
      await api('editAgent', {
        params: { id: agent.id },
        body: { onlyGroups: [] },
        ifMatch: agent.version,
      } as never);
      expect(await start('inge', 0)).toBe('accepted');
      const unknown = { onlyGroups: [group('vpn'), group('unknown')] };
      const { items } = await api('listRadiusClients', {});
      const [client] = items;
      if (!client) throw new Error('no client');
      expect(await refusal(api('addAgent', { body: { name: 'x', ...unknown } }))).toEqual([
        'client-group.not-kept',
        'onlyGroups.1',
      ]);
      const edit = (body: object) =>
        refusal(
          api('editRadiusClient', { params: { id: client.id }, body, ifMatch: client.version } as never),
        );
      expect(await edit(unknown)).toEqual(['client-group.not-kept', 'onlyGroups.1']);
      expect(
        await edit({ replyAttributes: [{ name: 'Filter-Id', value: 'x', group: group('inner') }] }),
      ).toEqual(['client-group.not-kept', 'replyAttributes.0']);
    });
  });
});
