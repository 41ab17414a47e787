/** RADIUS as clients meet it: over UDP, against a server process, on both databases. */
import { randomBytes } from 'node:crypto';
import { utf8 } from '@sower/bytes/octets';
import { integerOctets, TYPE } from '@sower/radius/attributes';
import { signMessageAuthenticator } from '@sower/radius/authenticators';
import { accountingRequest, readReply, statusServer } from '@sower/radius/client';
import { textOf } from '@sower/radius/octets';
import { CODE, encodePacket, findAttribute, parsePacket } from '@sower/radius/packet';
import { hidePassword } from '@sower/radius/password';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptAround, provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { deploy } from '../../harness/deployment.ts';
import {
  ask,
  RADIUS_OPTIONS,
  type RadiusPeer,
  radiusPeer,
  radiusPort,
  request,
} from '../../harness/radius/client.ts';

const SECRET = 'Sentinel-secret-of-the-client';
const OTHER = 'another-secret-of-16-characters';

onBothDatabases('RADIUS', (kind) => {
  const { deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
  });
  let peer: RadiusPeer;
  let token: Awaited<ReturnType<typeof provisioned>>;
  const peers: RadiusPeer[] = [];

  const connect = async (address: string, port?: number): Promise<RadiusPeer> => {
    const server = deployment.servers[0] as (typeof deployment.servers)[number];
    const made = await radiusPeer(port ?? radiusPort(server, 'authentication'), address);
    peers.push(made);
    return made;
  };

  async function holder(userId: string, securityDomain?: string) {
    const { api } = deployment;
    await acceptAround(api);
    await api('addUser', { body: { userId, ...(securityDomain ? { securityDomain } : {}) } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    return provisioned(
      deployment,
      await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
    );
  }

  async function dropped(reason: string): Promise<number> {
    const body = await deployment.metrics(0);
    const line = new RegExp(`^sower_radius_dropped_total\\{reason="${reason}"\\} (\\d+)`, 'm');
    return Number(line.exec(body)?.[1] ?? 0);
  }

  beforeAll(async () => {
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('addRadiusClient', {
      body: {
        name: 'vpn',
        network: '127.0.0.0/24',
        secret: SECRET,
        replyAttributes: [
          { name: 'Class', value: 'staff' },
          { name: 'Framed-IP-Address', value: '192.0.2.7' },
          { name: 'Fortinet-Group-Name', value: 'vpn-users' },
        ],
      },
    });
    peer = await connect('127.0.0.1');
    token = await holder('anna');
  });
  afterAll(async () => {
    for (const one of peers) one.close();
  });

  test('a right passcode is accepted with the attributes of the client, a used and a wrong one are rejected alike', async () => {
    const passcode = tokencode(token, -1);
    const first = await ask(peer, SECRET, 'anna', passcode);
    if (!first.ok) throw new Error(first.reason);
    expect(first.reply.code).toBe(CODE.accessAccept);
    expect(first.reply.attributes.map(({ type }) => type)).toEqual([
      TYPE.messageAuthenticator,
      TYPE.userName,
      TYPE.class,
      8,
      TYPE.vendorSpecific,
    ]);
    expect(textOf(findAttribute(first.reply, TYPE.class) as Uint8Array)).toBe('staff');
    const replies = [
      await ask(peer, SECRET, 'anna', passcode),
      await ask(peer, SECRET, 'anna', '00000000'),
      await ask(peer, SECRET, 'nobody', passcode),
      await ask(peer, SECRET, '', passcode),
      await ask(peer, SECRET, 'anna', ''),
      await ask(peer, SECRET, 'anna', 'x'.repeat(128)),
      await ask(peer, SECRET, 'anna\u0000', passcode),
      await ask(peer, SECRET, '\u0000', '\u0000'),
    ];
    for (const reply of replies) {
      if (!reply.ok) throw new Error(reply.reason);
      expect(reply.reply.code).toBe(CODE.accessReject);
      expect(reply.reply.octets.length).toBe(38);
    }
    const trail = await deployment.api('listAudit', {
      query: { object: 'user:anna', action: 'authenticate' },
    });
    expect(trail.items.map(({ actor, result, source }) => [actor, result, source])).toContainEqual([
      'radius:vpn',
      'success',
      '127.0.0.1',
    ]);
    expect(trail.items.map(({ reason }) => reason)).toContainEqual(
      `token ${token.serial}: this tokencode was already used`,
    );
  });

  test('a request sent again is answered with the same octets and verified once', async () => {
    const other = await holder('berta');
    const octets = request(SECRET, 'berta', tokencode(other));
    const first = (await peer.exchange(octets)) as Uint8Array;
    expect(readReply(first, octets, utf8(SECRET))).toMatchObject({
      ok: true,
      reply: { code: CODE.accessAccept },
    });
    for (let times = 0; times < 3; times += 1) expect(await peer.exchange(octets)).toEqual(first);
    const trail = await deployment.api('listAudit', {
      query: { object: 'user:berta', action: 'authenticate' },
    });
    expect(trail.items).toHaveLength(1);
    // The same octets from another port are another request, and the passcode is used.
    const elsewhere = await connect('127.0.0.1');
    const again = (await elsewhere.exchange(octets)) as Uint8Array;
    expect(readReply(again, octets, utf8(SECRET))).toMatchObject({ reply: { code: CODE.accessReject } });
  });

  test('50 copies at once, from one port and from many: one acceptance', async () => {
    const other = await holder('carla');
    const passcode = tokencode(other);
    const octets = request(SECRET, 'carla', passcode);
    const one = await connect('127.0.0.1');
    const answers: Uint8Array[] = [];
    one.socket.on('message', (answer) => answers.push(answer));
    for (let copy = 0; copy < 50; copy += 1)
      one.socket.send(octets, radiusPort(deployment.servers[0] as never, 'authentication'), '127.0.0.1');
    const many = await Promise.all(Array.from({ length: 50 }, () => connect('127.0.0.1')));
    const api = deployment.apiOf(0);
    const [replies, rest] = await Promise.all([
      // Fifty at once take longer than one where others use the processor.
      Promise.all(many.map((each) => ask(each, SECRET, 'carla', passcode, [], 60_000))),
      Promise.all(
        Array.from({ length: 20 }, () => api('authenticate', { body: { userId: 'carla', passcode } })),
      ),
    ]);
    await expect.poll(() => answers.length).toBeGreaterThan(0);
    const accepted = [...new Set(answers.map((answer) => Buffer.from(answer).toString('hex')))].filter(
      (answer) => answer.startsWith('02'),
    ).length;
    const others = replies.filter((reply) => reply.ok && reply.reply.code === CODE.accessAccept).length;
    const overRest = rest.filter(({ result }) => result === 'accepted').length;
    expect(accepted + others + overRest).toBe(1);
    expect(replies.every((reply) => reply.ok)).toBe(true);
    const trail = await deployment.api('listAudit', {
      query: { object: 'user:carla', action: 'authenticate', limit: 200 },
    });
    expect(trail.items.filter(({ result }) => result === 'success')).toHaveLength(1);
    expect(trail.items).toHaveLength(1 + 50 + 20);
  });

  test('unknown addresses, wrong secrets and malformed packets get no answer, and are counted', async () => {
    const authenticator = new Uint8Array(randomBytes(16));
    const good = request(SECRET, 'anna', '1');
    const parsed = parsePacket(good);
    if (!parsed.ok) throw new Error(parsed.reason);
    const withoutProof = encodePacket({
      ...parsed.packet,
      attributes: parsed.packet.attributes.filter(({ type }) => type !== TYPE.messageAuthenticator),
    });
    const lying = good.slice();
    lying[21] = 200;
    const longer = good.slice();
    longer[2] = 0x20;
    const code = good.slice();
    code[0] = 40;
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['wrong-authenticator', request(OTHER, 'anna', '1')],
      ['no-message-authenticator', withoutProof],
      ['truncated', good.slice(0, 12)],
      ['truncated', new Uint8Array()],
      ['truncated', good.slice(0, -1)],
      ['too-long', longer],
      ['bad-attribute', lying],
      ['wrong-code', code],
      [
        'wrong-code',
        accountingRequest(1, [{ type: TYPE.acctStatusType, value: integerOctets(1) }], utf8(SECRET)),
      ],
    ];
    for (const [reason, octets] of cases) {
      const before = await dropped(reason);
      expect(await peer.exchange(octets, 150), reason).toBeUndefined();
      expect(await dropped(reason), reason).toBe(before + 1);
    }
    const stranger = await connect('127.0.1.1');
    expect(await stranger.exchange(statusServer(1, authenticator, utf8(SECRET)), 400)).toBeUndefined();
    expect(await dropped('unknown-client')).toBe(1);
    expect(await ask(peer, SECRET, 'anna', '1')).toMatchObject({ reply: { code: CODE.accessReject } });
  });

  test('CHAP, EAP and no password at all are rejected, State of nobody too', async () => {
    const authenticator = new Uint8Array(randomBytes(16));
    const signed = (attributes: { type: number; value: Uint8Array }[]): Uint8Array => {
      const octets = encodePacket({
        code: CODE.accessRequest,
        identifier: 77,
        authenticator,
        attributes: [{ type: TYPE.messageAuthenticator, value: new Uint8Array(16) }, ...attributes],
      });
      signMessageAuthenticator(octets, utf8(SECRET));
      return octets;
    };
    const name = { type: TYPE.userName, value: utf8('anna') };
    const hidden = () => ({
      type: TYPE.userPassword,
      value: hidePassword(utf8('1'), utf8(SECRET), authenticator),
    });
    for (const attributes of [
      () => [name],
      () => [name, { type: TYPE.chapPassword, value: new Uint8Array(17) }],
      () => [name, { type: TYPE.eapMessage, value: new Uint8Array(5) }],
      () => [name, hidden(), { type: TYPE.state, value: utf8('no such attempt') }],
      () => [name, hidden(), { type: TYPE.state, value: new Uint8Array(randomBytes(200)) }],
    ]) {
      authenticator.set(randomBytes(16));
      const octets = signed(attributes());
      const answer = await peer.exchange(octets);
      expect(readReply(answer as Uint8Array, octets, utf8(SECRET))).toMatchObject({
        ok: true,
        reply: { code: CODE.accessReject },
      });
    }
    expect(await dropped('no-pap')).toBe(3);
  });

  test('Status-Server is answered by both ports', async () => {
    const server = deployment.servers[0] as (typeof deployment.servers)[number];
    for (const [port, code] of [
      ['authentication', CODE.accessAccept],
      ['accounting', CODE.accountingResponse],
    ] as const) {
      const octets = statusServer(5, new Uint8Array(randomBytes(16)), utf8(SECRET));
      const answer = await (await connect('127.0.0.1', radiusPort(server, port))).exchange(octets);
      expect(readReply(answer as Uint8Array, octets, utf8(SECRET))).toMatchObject({
        ok: true,
        reply: { code },
      });
    }
  });

  test('a user ID that no reply can name is not accepted, and its passcode is not used up', async () => {
    // A capital has one octet more than the small letter that clients may send.
    const userId = 'ẞ'.repeat(90);
    const long = await holder(userId);
    const passcode = tokencode(long);
    expect(await ask(peer, SECRET, 'ß'.repeat(90), passcode)).toMatchObject({
      ok: true,
      reply: { code: CODE.accessReject },
    });
    const { items } = await deployment.api('listAudit', { query: { action: 'authenticate', limit: 1 } });
    expect(items).toMatchObject([{ result: 'refused', reason: expect.stringContaining('253') }]);
    expect(await deployment.api('authenticate', { body: { userId, passcode } })).toMatchObject({
      result: 'accepted',
    });
  });

  test('accounting is recorded before it is acknowledged, once', async () => {
    const server = deployment.servers[0] as (typeof deployment.servers)[number];
    const accounting = await connect('127.0.0.1', radiusPort(server, 'accounting'));
    const report = (identifier: number, status: number): Uint8Array =>
      accountingRequest(
        identifier,
        [
          { type: TYPE.acctStatusType, value: integerOctets(status) },
          { type: TYPE.userName, value: utf8('dora') },
          { type: TYPE.acctSessionId, value: utf8('S\n1') },
          { type: TYPE.acctSessionTime, value: integerOctets(60) },
          ...(status === 2 ? counted : []),
        ],
        utf8(SECRET),
      );
    // More than a counter of 32 bits holds (RFC 2869 §5.1).
    const counted = [
      { type: TYPE.acctInputOctets, value: integerOctets(5) },
      { type: TYPE.acctInputGigawords, value: integerOctets(2) },
      { type: TYPE.acctOutputOctets, value: integerOctets(7) },
      { type: TYPE.acctOutputGigawords, value: integerOctets(0) },
    ];
    for (const [identifier, status] of [
      [1, 1],
      [1, 1],
      [2, 3],
      [3, 2],
    ] as const) {
      const octets = report(identifier, status);
      const answer = await accounting.exchange(octets);
      expect(readReply(answer as Uint8Array, octets, utf8(SECRET))).toMatchObject({
        ok: true,
        reply: { code: CODE.accountingResponse },
      });
    }
    // Nothing to record, so nothing to acknowledge (RFC 2866 §4.1).
    const before = await dropped('no-status');
    const bare = accountingRequest(4, [{ type: TYPE.userName, value: utf8('dora') }], utf8(SECRET));
    expect(await accounting.exchange(bare, 300)).toBeUndefined();
    expect(await dropped('no-status')).toBe(before + 1);
    const trail = await deployment.api('listAudit', { query: { object: 'user:dora' } });
    expect(trail.items.map(({ reason }) => reason)).toEqual([
      'session ended; session S\\u000a1; seconds 60; octets in 8589934597; octets out 7',
      'session update; session S\\u000a1; seconds 60',
      'session started; session S\\u000a1; seconds 60',
    ]);
  });

  test('the longest prefix decides; old gear without Message-Authenticator is let in where it is said, never through a proxy', async () => {
    const { api } = deployment;
    const old = await api('addRadiusClient', {
      body: { name: 'old gear', network: '127.0.0.9', messageAuthenticator: 'optional' },
    });
    expect(old).toMatchObject({ network: '127.0.0.9/32' });
    const secret = old.secret as string;
    expect(secret.length).toBeGreaterThanOrEqual(32);
    const gear = await connect('127.0.0.9');
    const passcode = tokencode(token);
    const authenticator = new Uint8Array(randomBytes(16));
    const bare = (identifier: number, attributes: { type: number; value: Uint8Array }[]): Uint8Array =>
      encodePacket({
        code: CODE.accessRequest,
        identifier,
        authenticator,
        attributes: [
          { type: TYPE.userName, value: utf8('anna') },
          { type: TYPE.userPassword, value: hidePassword(utf8(passcode), utf8(secret), authenticator) },
          ...attributes,
        ],
      });
    expect(await gear.exchange(bare(1, [{ type: TYPE.proxyState, value: utf8('x') }]), 300)).toBeUndefined();
    const octets = bare(2, []);
    const answer = (await gear.exchange(octets)) as Uint8Array;
    // Message-Authenticator is in the reply all the same.
    expect(readReply(answer, octets, utf8(secret))).toMatchObject({
      ok: true,
      reply: { code: CODE.accessAccept },
    });
    expect(await ask(gear, SECRET, 'anna', passcode, [], 300)).toMatchObject({ reason: 'no answer' });

    const { items } = await api('listRadiusClients', {});
    const { id, version } = items.find(({ name }) => name === 'old gear') as (typeof items)[number];
    await api('editRadiusClient', { params: { id }, body: { enabled: false }, ifMatch: version });
    // Disabled, it leaves its address to no wider network.
    expect(await ask(gear, SECRET, 'anna', passcode, [], 300)).toMatchObject({ reason: 'no answer' });
    await api('deleteRadiusClient', { params: { id } });
    expect(await ask(gear, SECRET, 'anna', passcode)).toMatchObject({ ok: true });
  });

  test('a disabled client leaves its address to no wider one', async () => {
    const { api } = deployment;
    const body = { name: 'narrow', network: '127.0.0.77', secret: OTHER };
    const { id, version } = await api('addRadiusClient', { body });
    const narrow = await connect('127.0.0.77');
    expect(await ask(narrow, OTHER, 'nobody', '1')).toMatchObject({ ok: true });
    await api('editRadiusClient', { params: { id }, ifMatch: version, body: { enabled: false } });
    for (const secret of [OTHER, SECRET])
      expect(await ask(narrow, secret, 'nobody', '1', [], 400)).toEqual({ ok: false, reason: 'no answer' });
    await api('deleteRadiusClient', { params: { id } });
    expect(await ask(narrow, SECRET, 'nobody', '1')).toMatchObject({ ok: true });
  });

  test('a client asks for the users of its security domain and those below', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'Branch' } });
    await api('addSecurityDomain', { body: { name: 'Office', parent: 'Branch' } });
    await api('addRadiusClient', {
      body: { name: 'branch vpn', network: '127.0.0.20/32', secret: OTHER, securityDomain: 'Branch' },
    });
    const branch = await connect('127.0.0.20');
    const inside = await holder('emil', 'Office');
    const outside = await holder('frida');
    expect(await ask(branch, OTHER, 'frida', tokencode(outside))).toMatchObject({
      reply: { code: CODE.accessReject },
    });
    expect(await ask(branch, OTHER, 'emil', tokencode(inside))).toMatchObject({
      reply: { code: CODE.accessAccept },
    });
    // It was not touched by who does not see it.
    expect(await ask(peer, SECRET, 'frida', tokencode(outside))).toMatchObject({
      reply: { code: CODE.accessAccept },
    });
    const trail = await api('listAudit', { query: { object: 'user:frida', action: 'authenticate' } });
    expect(trail.items.map(({ reason }) => reason)).toContain(
      'the user is in a security domain that this client does not serve',
    );
    const { key } = await api('addApiKey', {
      body: { name: 'branch key', permissions: ['authenticate'], securityDomain: 'Branch' },
    });
    const asked = await deployment.apiOf(0, key)('authenticate', {
      body: { userId: 'frida', passcode: tokencode(outside, 1) },
    });
    expect(asked).toEqual({ result: 'rejected' });
  });

  test('an attribute for a part of the users stands in place of what the others get under its name', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'Guests' } });
    await api('addSecurityDomain', { body: { name: 'Auditors', parent: 'Guests' } });
    await api('addSecurityDomain', { body: { name: 'Vanishing' } });
    const added = await api('addRadiusClient', {
      body: {
        name: 'gateway',
        network: '127.0.0.30/32',
        secret: OTHER,
        replyAttributes: [
          { name: 'Class', value: 'everybody' },
          { name: 'Filter-Id', value: 'staff' },
          { name: 'Filter-Id', value: 'vanishing', securityDomain: 'Vanishing' },
          { name: 'Filter-Id', value: 'guests', securityDomain: 'Guests' },
          { name: 'Filter-Id', value: 'wifi', securityDomain: 'guests' },
          { name: 'Filter-Id', value: 'audit', securityDomain: 'Auditors' },
        ],
      },
    });
    expect(added.replyAttributes).toContainEqual({
      name: 'Filter-Id',
      value: 'wifi',
      securityDomain: 'Guests',
    });
    const gateway = await connect('127.0.0.30');
    const told = async (userId: string, domain?: string): Promise<string[]> => {
      const reply = await ask(gateway, OTHER, userId, tokencode(await holder(userId, domain)));
      if (!reply.ok) throw new Error(reply.reason);
      return reply.reply.attributes
        .filter(({ type }) => type === TYPE.class || type === 11)
        .map(({ value }) => textOf(value))
        .sort();
    };
    expect(await told('gustav')).toEqual(['everybody', 'staff']);
    expect(await told('gerda', 'Guests')).toEqual(['everybody', 'guests', 'wifi']);
    expect(await told('gudrun', 'Auditors')).toEqual(['audit', 'everybody']);
    await api('deleteSecurityDomain', { params: { id: 'Vanishing' } });
    const { items } = await api('listRadiusClients', {});
    expect(items.find(({ name }) => name === 'gateway')?.replyAttributes).toHaveLength(5);
  });

  test('State of another client is rejected, and the attempt is still there for who began it', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'Pins' } });
    await api('editTokenPolicy', {
      params: { domain: 'Pins' },
      body: { wrongBeforeNextTokencode: 1 },
      ifMatch: 0,
    });
    await api('addRadiusClient', {
      body: { name: 'second vpn', network: '127.0.0.40/32', secret: OTHER },
    });
    const second = await connect('127.0.0.40');
    const token = await holder('hanna', 'Pins');
    await ask(peer, SECRET, 'hanna', '00000000');
    const asked = await ask(peer, SECRET, 'hanna', tokencode(token, -1));
    if (!asked.ok) throw new Error(asked.reason);
    expect(asked.reply.code).toBe(CODE.accessChallenge);
    const state = { type: TYPE.state, value: findAttribute(asked.reply, TYPE.state) as Uint8Array };
    expect(await ask(second, OTHER, 'hanna', tokencode(token), [state])).toMatchObject({
      reply: { code: CODE.accessReject },
    });
    expect(await ask(peer, SECRET, 'hanna', tokencode(token), [state])).toMatchObject({
      reply: { code: CODE.accessAccept },
    });
    // Replayed: it was good for one answer.
    expect(await ask(peer, SECRET, 'hanna', tokencode(token, 1), [state])).toMatchObject({
      reply: { code: CODE.accessReject },
    });
  });

  test('secrets, networks and attributes that cannot be are refused with what to do', async () => {
    const { api } = deployment;
    const add = (body: object) =>
      api('addRadiusClient', { body: body as never }).catch((error: Error) => error);
    const name = 'x';
    for (const [body, said] of [
      [{ name, network: '10.0.0.1/24' }, '10.0.0.0/24'],
      [{ name, network: '10.0.0.256' }, 'not an address or a CIDR range'],
      [{ name, network: '127.0.0.0/24' }, 'already'],
      [{ name, network: '::ffff:127.0.0.0/24' }, 'already'],
      [{ name, network: '10.0.0.1', secret: 'short' }, 'at least 16 characters'],
      [{ name, network: '10.0.0.1', secret: 'has blanks in the middle' }, 'without spaces'],
      [{ name, network: '10.0.0.1', replyAttributes: [{ name: 'No-Such', value: 'x' }] }, 'No-Such'],
      [
        { name, network: '10.0.0.1', replyAttributes: [{ name: 'Framed-MTU', value: 'x' }] },
        'Framed-MTU takes a number',
      ],
      [{ name, network: '10.0.0.1', securityDomain: 'Nowhere' }, 'Nowhere'],
      [
        {
          name,
          network: '10.0.0.1',
          replyAttributes: [{ name: 'Class', value: 'x', securityDomain: 'Nowhere' }],
        },
        'Nowhere',
      ],
    ] as const) {
      expect(String(await add(body)), JSON.stringify(body)).toContain(said);
    }
    const canonical = await api('addRadiusClient', {
      body: { name: 'six', network: '2001:DB8:0:0:0:0:0:0/32' },
    });
    expect(canonical.network).toBe('2001:db8::/32');
    const changed = await api('changeRadiusSecret', { params: { id: canonical.id }, body: {} });
    expect(changed.secret).not.toBe(canonical.secret);
    await api('deleteRadiusClient', { params: { id: canonical.id } });
    const trail = await api('listAudit', { query: { object: 'radius-client:six' } });
    expect(trail.items.map(({ action }) => action)).toEqual([
      'radius-client.delete',
      'radius-client.secret',
      'radius-client.add',
    ]);
  });

  test('drops stand in the trail in summary, at the latest when the server stops', async () => {
    await deployment.servers[0]?.kill('SIGTERM');
    await deployment.start();
    const api = deployment.apiOf(1);
    const trail = await api('listAudit', { query: { action: 'radius.dropped' } });
    const reasons = trail.items.map(({ object, reason }) => `${object}: ${reason}`).join('\n');
    expect(reasons).toContain('radius-client:vpn: ');
    expect(reasons).toContain('the client has a different secret');
    expect(reasons).toContain('radius: 1 packet from an address that belongs to no RADIUS client');
    expect(trail.items.length).toBeLessThan(15);
  });
});

test('over IPv6, and IPv4 by the same socket', async () => {
  const database = await SQLITE.installed();
  const deployment = await deploy(database, { arguments: ['--radius', '[::]:0'] });
  const peers: RadiusPeer[] = [];
  try {
    const { api, servers } = deployment;
    const port = Number(/\[::\]:(\d+) \(authentication\)/.exec(servers[0]?.output() ?? '')?.[1]);
    await api('addRadiusClient', { body: { name: 'six', network: '::1', secret: SECRET } });
    await api('addRadiusClient', { body: { name: 'four', network: '127.0.0.0/8', secret: OTHER } });
    peers.push(await radiusPeer(port, '::1', '::1'), await radiusPeer(port));
    const [six, four] = peers as [RadiusPeer, RadiusPeer];
    for (const [peer, secret] of [
      [six, SECRET],
      [four, OTHER],
    ] as const) {
      expect(await ask(peer, secret, 'nobody', '1')).toMatchObject({
        ok: true,
        reply: { code: CODE.accessReject },
      });
    }
    const { items } = await api('listAudit', { query: { object: 'user:nobody', action: 'authenticate' } });
    expect(items.map(({ actor }) => actor)).toEqual(['radius:four', 'radius:six']);
  } finally {
    for (const peer of peers) peer.close();
    await deployment.stop();
    await database.drop();
  }
});
