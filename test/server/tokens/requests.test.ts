/** Requests for tokens: none, one and four approvals, rejected, put off, withdrawn, an approver who left, and two who decide at once. */

import { type ApiClient, ApiProblem, apiClient } from '@sower/api/client';
import type { OfferInput } from '@sower/api/offers';
import type { TokenRequest } from '@sower/api/requests';
import { parseLink } from '@sower/ctkip/links';
import { openDatabase } from '@sower/server/store/db/open';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAdministrator, superAdminWithTokenOf } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { bulkEnded } from '../../harness/jobs/ended.ts';
import { type Sink, smtpSink } from '../../harness/mail/smtp-sink.ts';
import { markRows, selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

onBothDatabases('requests', (kind) => {
  const { database, deployment } = deployed(kind, { processes: 2 });
  const stored = openedFor(database);
  let sink: Sink;
  let count = 0;

  beforeAll(async () => {
    sink = await smtpSink();
    const { api } = deployment;
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
    const { version } = await api('getMailSettings', {});
    await api('editMailSettings', {
      body: {
        enabled: true,
        host: 'localhost',
        port: sink.port,
        from: 'sower@example.com',
        certificateAuthority: sink.ca,
      },
      ifMatch: version,
    });
  });
  afterAll(async () => {
    await sink.close();
  });

  const problem = async (work: Promise<unknown>): Promise<ApiProblem['problem'] | undefined> =>
    work.then(
      () => undefined,
      (error) => {
        if (error instanceof ApiProblem) return error.problem;
        throw error;
      },
    );

  /** A person with the role, logged on. */
  async function administrator(role: string, securityDomain?: string, server = 0) {
    count += 1;
    const userName = `person${count}`;
    const grant = { role, ...(securityDomain === undefined ? {} : { securityDomain }) };
    await newAdministrator(deployment, { userName, password: PASSWORD, grants: [grant] });
    const answer = await deployment.send(server, {
      method: 'POST',
      path: '/api/v1/session',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName, password: PASSWORD }),
    });
    const cookie = /(__Host-sower-session=[\w-]+)/.exec(String(answer.headers['set-cookie']))?.[1] ?? '';
    const api: ApiClient = apiClient(async ({ method, path, headers, body }) => {
      const reply = await deployment.send(server, {
        method,
        path,
        headers: { ...headers, cookie, 'sec-fetch-site': 'same-origin' },
        ...(body === undefined ? {} : { body }),
      });
      return { status: reply.status, body: reply.body.toString() };
    });
    return { userName, api };
  }

  async function offer(change: Partial<OfferInput> = {}): Promise<string> {
    count += 1;
    const body = { name: `Offer ${count}`, profile: 'qr', ...change };
    return (await deployment.api('addOffer', { body })).name;
  }
  const steps = (number: number) =>
    Array.from({ length: number }, (_, index) => ({ name: `Step ${index + 1}` }));
  async function user(securityDomain?: string): Promise<string> {
    count += 1;
    const userId = `u${count}`;
    await deployment.api('addUser', {
      body: {
        userId,
        email: `${userId}@example.com`,
        ...(securityDomain === undefined ? {} : { securityDomain }),
      },
    });
    return userId;
  }
  const ask = async (name: string, userId: string) =>
    deployment.api('requestToken', { body: { userId, offer: name, nickname: 'phone', reason: 'new phone' } });
  const approve = (api: ApiClient, { id, version }: { id: string; version: number }, comment = '') =>
    api('approveRequest', { params: { id }, body: { comment }, ifMatch: version });
  /** As a client that gets a 503: behind fifty others, a statement may wait for a lock longer than it is given. */
  async function withPatience<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.problem.code !== 'unavailable' || tries === 20)
          throw error;
      }
    }
  }
  const get = (id: string) => deployment.api('getRequest', { params: { id } });
  const subjects = async (userId: string, expected: number): Promise<string[]> => {
    const of = () => sink.received.filter(({ to }) => to[0] === `${userId}@example.com`);
    await expect.poll(() => of().length, { timeout: 20_000 }).toBe(expected);
    return of()
      .map(({ parsed }) => parsed)
      .sort((one, other) => ((one.messageId ?? '') < (other.messageId ?? '') ? -1 : 1))
      .map(({ subject, text }) => `${subject}\n${text}`);
  };

  test('a token from stock is chosen as everywhere: good for tokens.autoAssignDays, the one that lives longest first', async () => {
    const { api } = deployment;
    const { name: domain } = await api('addSecurityDomain', { body: { name: `Stock ${count}` } });
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const stocked = async (days: number) =>
      (await api('mintTokens', { body: { expiresOn: day(days), securityDomain: domain } })).first;
    // In this order, so that the serial number would choose another one.
    const [short, middle, long] = [await stocked(5), await stocked(40), await stocked(400)];
    const offered = await offer();
    const granted = async () => (await ask(offered, await user(domain))).serial;
    expect(await granted()).toBe(long);
    expect(await granted()).toBe(middle);
    const minted = await granted();
    expect([short, middle, long]).not.toContain(minted);
    const { settings, version } = await api('getSettings', {});
    await api('editSettings', { body: { 'tokens.autoAssignDays': 3 }, ifMatch: version });
    expect(await granted()).toBe(short);
    const { version: edited } = await api('getSettings', {});
    const body = { 'tokens.autoAssignDays': settings['tokens.autoAssignDays'] };
    await api('editSettings', { body, ifMatch: edited });
  });

  test('no approval and no distribution step: the token is there at once', async () => {
    const userId = await user();
    const made = await ask(await offer(), userId);
    expect(made).toMatchObject({ state: 'done', userId, nickname: 'phone' });
    const token = await deployment.api('getToken', { params: { serial: made.serial ?? '' } });
    expect(token).toMatchObject({
      userId,
      enabled: true,
      distribution: { state: 'issued', delivery: 'qr', nickname: 'phone' },
    });
    const received = await subjects(userId, 2);
    expect(received[0]).toContain('Your request was received');
    expect(received[1]).toContain('Your token is ready to be activated');
  });

  test('one approval: a token that nobody has is picked before one is minted', async () => {
    const { api } = deployment;
    const { first } = await api('mintTokens', { body: { count: 1 } });
    const name = await offer({ steps: steps(1) });
    const one = await user();
    const two = await user();
    const made = await ask(name, one);
    expect(made).toMatchObject({ state: 'pending', step: 0 });
    const approver = await administrator('request-approver');
    const approved = await approve(approver.api, made, 'Welcome <b>');
    expect(approved).toMatchObject({ state: 'done', serial: first });
    expect(approved.history).toEqual([
      {
        decision: 'approved',
        step: 'Step 1',
        by: `administrator:${approver.userName}`,
        at: expect.any(String),
        comment: 'Welcome <b>',
      },
    ]);
    const minted = await approve(approver.api, await ask(name, two));
    expect(minted.serial).not.toBe(first);
    expect((await api('getToken', { params: { serial: minted.serial ?? '' } })).userId).toBe(two);
    const received = await subjects(one, 3);
    expect(received[1]).toContain('Your request was approved');
    expect(received[1]).toContain('Welcome <b>');
    const { items } = await api('listAudit', { query: { object: `request:${made.id}` } });
    expect(items.map(({ action }) => action)).toEqual(['request.approve', 'request.make']);
  });

  test('four approvals by four people, in order, and then the distribution step with link and code', async () => {
    const userId = await user();
    const name = await offer({ profile: 'url', distribution: true, steps: steps(4) });
    let request = await ask(name, userId);
    const approvers = await Promise.all([1, 2, 3, 4].map(() => administrator('request-approver')));
    for (const [index, { api }] of approvers.entries()) {
      if (index > 0) {
        const again = await problem(approve((approvers[index - 1] as (typeof approvers)[0]).api, request));
        expect(again?.detail).toContain('You approved an earlier step');
      }
      const early = deployment.api('distributeRequest', { params: { id: request.id }, body: {} });
      expect((await problem(early))?.detail).toContain('not been approved yet');
      request = await approve(api, request);
      expect(request.step).toBe(index + 1);
    }
    expect(request).toMatchObject({ state: 'approved' });
    expect(request.serial).toBeUndefined();
    const distributor = await administrator('token-distributor');
    const result = await distributor.api('distributeRequest', { params: { id: request.id }, body: {} });
    expect(result).toMatchObject({ delivery: 'url', activationCode: expect.stringMatching(/^\d{12}$/) });
    expect(await get(request.id)).toMatchObject({ state: 'done', serial: result.serial });
    const again = deployment.api('distributeRequest', { params: { id: request.id }, body: {} });
    expect((await problem(again))?.code).toBe('wrong-state');
    const received = await subjects(userId, 3);
    expect(received.join('\n')).not.toContain(result.activationCode);
  });

  test('a profile of URL delivery by the last approval: the request waits for the distribution step, which shows the code', async () => {
    const { api } = deployment;
    const made = {
      name: 'changed',
      delivery: 'qr',
      deviceType: 'sower',
      authenticationType: 'tokencode',
    } as const;
    const { id, version } = await api('addProfile', { body: made });
    const userId = await user();
    const request = await ask(await offer({ profile: made.name, steps: steps(1) }), userId);
    expect(request.distribution).toBe(false);
    await api('editProfile', { params: { id }, body: { delivery: 'url' }, ifMatch: version });
    const approver = await administrator('request-approver');
    const approved = await approve(approver.api, request);
    expect(approved).toMatchObject({ state: 'approved', distribution: true });
    expect(approved.serial).toBeUndefined();
    const distributor = await administrator('token-distributor');
    const result = await distributor.api('distributeRequest', { params: { id: request.id }, body: {} });
    expect(result).toMatchObject({ delivery: 'url', activationCode: expect.stringMatching(/^\d{12}$/) });
    expect(await get(request.id)).toMatchObject({ state: 'done', serial: result.serial });
  });

  test('nobody approves what they asked for, what is for them, or a second step by another account of theirs', async () => {
    const name = await offer({ steps: steps(2) });
    const userId = await user();
    const one = await administrator('super-admin');
    const two = await administrator('super-admin');
    const other = await administrator('super-admin');
    // As if both had shown a token of this user.
    const { db, close } = await openDatabase(database.location);
    await db
      .updateTable('administrators')
      .set(({ selectFrom }) => ({
        token_user_id: selectFrom('users').select('id').where('user_id', '=', userId),
      }))
      .where('user_name', 'in', [one.userName, two.userName])
      .execute();
    await close();
    await markRows(deployment.dataFolder, database.location);
    const refused = async (work: Promise<unknown>) => (await problem(work))?.detail;

    const theirs = await ask(name, userId);
    for (const { api } of [one, two]) {
      expect(await refused(approve(api, theirs))).toContain('or it is for you');
      expect((await api('getRequest', { params: { id: theirs.id } })).notDecidable).toContain(
        'or it is for you',
      );
    }
    const own = await one.api('requestToken', { body: { userId: await user(), offer: name } });
    expect(await refused(approve(one.api, own))).toContain('You made this request');
    expect(await refused(approve(two.api, own))).toContain('You made this request');

    const plain = await approve(one.api, await ask(name, await user()));
    expect(await refused(approve(two.api, plain))).toContain('You approved an earlier step');
    expect(await approve(other.api, plain)).toMatchObject({ state: 'done' });
  });

  test('rejected, put off and withdrawn, each told with the comment', async () => {
    const { api } = deployment;
    const name = await offer({ steps: steps(1) });
    const approver = await administrator('request-approver');

    const rejected = await ask(name, await user());
    const params = { id: rejected.id };
    const no = await approver.api('rejectRequest', {
      params,
      body: { comment: 'Not for contractors' },
      ifMatch: 1,
    });
    expect(no.state).toBe('rejected');
    expect((await problem(approve(approver.api, no)))?.code).toBe('wrong-state');
    const received = await subjects(rejected.userId, 2);
    expect(received[1]).toContain('not approved');
    expect(received[1]).toContain('Not for contractors');

    const put = await ask(name, await user());
    const past = approver.api('deferRequest', {
      params: { id: put.id },
      body: { until: '2020-01-01T00:00:00Z' },
      ifMatch: 1,
    });
    expect((await problem(past))?.errors?.[0]?.path).toBe('until');
    const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const deferred = await approver.api('deferRequest', {
      params: { id: put.id },
      body: { until, comment: 'budget' },
      ifMatch: 1,
    });
    expect(deferred).toMatchObject({ state: 'pending', deferredUntil: until });
    // Which day that is depends on the time zone, so the mail says the time.
    expect((await subjects(put.userId, 2))[1]).toContain(`${until.slice(11, 16)} UTC`);
    const shown = async (show: 'waiting' | 'deferred' | 'closed') =>
      (await api('listRequests', { query: { show, limit: 1000 } })).items.map(({ id }) => id);
    expect(await shown('waiting')).not.toContain(put.id);
    expect(await shown('deferred')).toEqual([put.id]);
    expect(await shown('closed')).toContain(rejected.id);
    // It can be decided before its day.
    expect((await approve(approver.api, deferred)).state).toBe('done');
    expect(await shown('deferred')).toEqual([]);

    const taken = await ask(name, await user());
    const twice = await problem(ask(name, taken.userId));
    expect(twice?.code).toBe('already-exists');
    await api('cancelRequest', { params: { id: taken.id }, body: {} });
    expect((await problem(approve(approver.api, taken)))?.code).toBe('edited-meanwhile');
    // Withdrawn: asking again is possible.
    expect((await ask(name, taken.userId)).state).toBe('pending');
  });

  test('an approver who left does not block; a role that nobody has does not either', async () => {
    const { api } = deployment;
    const role = await api('addRole', {
      body: { name: `Leads ${kind.name}`, permissions: ['requests:view', 'requests:decide'] },
    });
    const name = await offer({ steps: [{ name: 'Lead', role: role.name }, { name: 'Desk' }] });
    const lead = await administrator(role.id);
    const other = await administrator('request-approver');
    const boss = await administrator('super-admin');

    const request = await ask(name, await user());
    const seen = await other.api('getRequest', { params: { id: request.id } });
    expect(seen.notDecidable).toContain('for another role');
    expect((await problem(approve(other.api, request)))?.detail).toContain('for another role');
    const leadVersion = (await api('listAdministrators', {})).items.find(
      ({ userName }) => userName === lead.userName,
    )?.version;
    await api('editAdministrator', {
      params: { userId: lead.userName },
      body: { enabled: false },
      ifMatch: leadVersion ?? 0,
    });
    expect((await problem(approve(lead.api, request)))?.code).toBe('not-authenticated');
    const first = await approve(boss.api, request);
    expect(first.step).toBe(1);
    expect((await approve(other.api, first)).state).toBe('done');
  });

  test('only in one’s own security domain; elsewhere there is no such request', async () => {
    const { api } = deployment;
    const domain = await api('addSecurityDomain', { body: { name: `Branch ${kind.name}` } });
    const inside = await administrator('request-approver', domain.id);
    const name = await offer({ steps: steps(1) });
    const far = await ask(name, await user());
    const near = await ask(name, await user(domain.id));
    expect((await problem(approve(inside.api, far)))?.code).toBe('not-found');
    expect((await inside.api('listRequests', {})).items.map(({ id }) => id)).toEqual([near.id]);
    const done = await approve(inside.api, near);
    const token = await api('getToken', { params: { serial: done.serial ?? '' } });
    expect(token.securityDomain).toBe(domain.name);
    const auditor = await administrator('auditor');
    expect((await problem(approve(auditor.api, far)))?.code).toBe('not-permitted');
  });

  test('what is shown as open to a viewer is open to them: not where someone above them logs on with a token of the user', async () => {
    const { api } = deployment;
    const role = await api('addRole', {
      body: {
        name: `Decides ${kind.name}`,
        permissions: ['requests:view', 'requests:decide', 'requests:make', 'tokens:distribute'],
      },
    });
    const decides = await administrator(role.id);
    const boss = await administrator('super-admin');
    const domain = await api('addSecurityDomain', { body: { name: `Elsewhere ${kind.name}` } });
    const auditor = await api('addRole', {
      body: { name: `Views ${kind.name}`, permissions: ['requests:view'] },
    });
    const views = await administrator(auditor.id);
    const chief = await user();
    count += 1;
    await superAdminWithTokenOf(api, stored.db, { userName: `chief${count}`, userId: chief });
    const name = await offer({ distribution: true, steps: steps(1) });
    const [plain, above] = [await ask(name, await user(domain.id)), await ask(name, chief)];
    const seen = async ({ api: by }: { readonly api: ApiClient }) => {
      const { items } = await by('listRequests', { query: { offer: name, order: 'oldest' } });
      const singly = await Promise.all(items.map(({ id }) => by('getRequest', { params: { id } })));
      const [listed, shown] = [items, singly].map((views) =>
        views.map(({ notDecidable, notDistributable, notRejectable, notWithdrawable }) => [
          notDecidable,
          notDistributable,
          notRejectable,
          notWithdrawable,
        ]),
      );
      expect(shown).toEqual(listed);
      return listed;
    };
    const refusal = async (work: Promise<unknown>) => (await problem(work))?.detail;
    const reject = ({ api: by }: { readonly api: ApiClient }, { id, version }: TokenRequest) =>
      by('rejectRequest', { params: { id }, body: {}, ifMatch: version });
    const withdraw = ({ api: by }: { readonly api: ApiClient }, { id }: TokenRequest) =>
      by('cancelRequest', { params: { id }, body: {} });
    const why = expect.stringContaining('An administrator with more rights than you');
    const notYours = expect.stringContaining('You may not decide');

    expect(await refusal(approve(decides.api, above))).toEqual(why);
    expect(await refusal(reject(decides, above))).toEqual(why);
    expect(await refusal(withdraw(decides, above))).toEqual(why);
    expect(await seen(decides)).toEqual([
      [undefined, undefined, undefined, undefined],
      [why, undefined, why, why],
    ]);
    expect(await seen(views)).toEqual([
      [notYours, undefined, notYours, notYours],
      [notYours, undefined, notYours, notYours],
    ]);
    const approved = [await approve(decides.api, plain), await approve(boss.api, above)];
    expect(approved.map(({ state }) => state)).toEqual(['approved', 'approved']);
    const waits = expect.stringContaining('waits to be distributed');
    const distribute = ({ api: by }: { readonly api: ApiClient }, { id }: { readonly id: string }) =>
      by('distributeRequest', { params: { id }, body: {} });
    expect(await refusal(distribute(decides, above))).toEqual(why);
    expect(await seen(decides)).toEqual([
      [waits, undefined, undefined, undefined],
      [waits, why, why, why],
    ]);
    expect(await seen(boss)).toEqual([
      [waits, undefined, undefined, undefined],
      [waits, undefined, undefined, undefined],
    ]);
    for (const { api: by } of [decides, boss])
      expect((await distribute({ api: by }, by === boss.api ? above : plain)).serial).toMatch(/^\d{12}$/);
    const closed = expect.stringContaining('The request is closed');
    expect(await refusal(withdraw(boss, plain))).toEqual(closed);
    expect(await seen(boss)).toEqual([
      [closed, undefined, closed, closed],
      [closed, undefined, closed, closed],
    ]);
  });

  test('fifty decide at once over two processes: one decision, one token', async () => {
    const name = await offer({ steps: steps(1) });
    const people = await Promise.all(
      [0, 1].map((server) => administrator('request-approver', undefined, server)),
    );
    for (let round = 0; round < 5; round += 1) {
      const request = await ask(name, await user());
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, caller) => {
          const { api } = people[caller % 2] as (typeof people)[0];
          const params = { id: request.id };
          const work = () =>
            caller % 5 === 0
              ? api('rejectRequest', { params, body: {}, ifMatch: request.version })
              : approve(api, request);
          return problem(withPatience(work));
        }),
      );
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      expect(new Set(answers.filter(Boolean).map((answer) => answer?.code))).toEqual(
        new Set(['edited-meanwhile']),
      );
      const after = await get(request.id);
      expect(after.history).toHaveLength(1);
      const { tokens } = await deployment.api('getUser', { params: { userId: request.userId } });
      expect(tokens).toEqual(after.state === 'done' ? [after.serial] : []);
    }
  });

  test('fifty approvals of fifty requests at once never give one token to two', async () => {
    const { api } = deployment;
    await api('mintTokens', { body: { count: 20 } });
    const name = await offer({ steps: steps(1) });
    const requests = await Promise.all(Array.from({ length: 50 }, async () => ask(name, await user())));
    const people = await Promise.all(
      [0, 1].map((server) => administrator('request-approver', undefined, server)),
    );
    const granted = await Promise.all(
      requests.map((request, index) =>
        withPatience(() => approve((people[index % 2] as (typeof people)[0]).api, request)),
      ),
    );
    expect(new Set(granted.map(({ serial }) => serial)).size).toBe(50);
  });

  test('many in one act, by two at once: each is decided once, and those that cannot be are named with the reason', async () => {
    const { api } = deployment;
    const name = await offer({ steps: steps(1) });
    const asked = await Promise.all(Array.from({ length: 14 }, async () => ask(name, await user())));
    const oldest = [...asked].sort((one, other) => (one.id < other.id ? -1 : 1));
    const listed = await api('listRequests', {
      query: { show: 'waiting', offer: name.toUpperCase(), order: 'oldest', limit: 5 },
    });
    expect(listed.items.map(({ id }) => id)).toEqual(oldest.slice(0, 5).map(({ id }) => id));
    const next = await api('listRequests', {
      query: {
        show: 'waiting',
        offer: name,
        order: 'oldest',
        limit: 100,
        cursor: listed.next as string,
      },
    });
    expect(next.items.map(({ id }) => id)).toEqual(oldest.slice(5).map(({ id }) => id));

    const [gone, edited, disabled, ...good] = asked as [
      (typeof asked)[0],
      (typeof asked)[0],
      (typeof asked)[0],
      ...typeof asked,
    ];
    await api('cancelRequest', { params: { id: gone.id }, body: {} });
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await api('deferRequest', { params: { id: edited.id }, body: { until }, ifMatch: edited.version });
    await api('editUser', { params: { userId: disabled.userId }, body: { enabled: false }, ifMatch: 1 });
    const items = [...asked.map(({ id, version }) => ({ id, version })), { id: 'nothing', version: 1 }];
    const people = await Promise.all(
      [0, 1].map((server) => administrator('request-approver', undefined, server)),
    );
    const [one, other] = await Promise.all(
      people.map((person) => person.api('decideRequests', { body: { decision: 'approve', items } })),
    );
    expect((one?.done ?? 0) + (other?.done ?? 0)).toBe(good.length);
    const why = new Map(one?.failures.map(({ id, code }) => [id, code]));
    expect([gone.id, edited.id, disabled.id, 'nothing'].map((id) => why.get(id))).toEqual([
      'edited-meanwhile',
      'edited-meanwhile',
      'wrong-state',
      'not-found',
    ]);
    const serials = await Promise.all(good.map(async ({ id }) => (await get(id)).serial));
    expect(new Set(serials).size).toBe(good.length);
    expect(await problem(api('decideRequests', { body: { decision: 'reject', items: [] } }))).toMatchObject({
      code: 'invalid-request',
    });
    const mine = await administrator('help-desk');
    expect(await problem(mine.api('decideRequests', { body: { decision: 'reject', items } }))).toMatchObject({
      code: 'not-permitted',
    });
    // A key that made a request approves no other way than singly.
    const own = await ask(name, await user());
    const reply = await api('decideRequests', {
      body: { decision: 'approve', items: [{ id: own.id, version: own.version }] },
    });
    expect(reply).toMatchObject({ done: 0, failures: [{ id: own.id, reason: 'token-request.own' }] });
  });

  test('more than one call takes, by a job: each as if it were the only one, with tokens for all that can have one', async () => {
    const { api } = deployment;
    const name = await offer({ steps: steps(1) });
    const asked = await Promise.all(Array.from({ length: 40 }, async () => ask(name, await user())));
    const [gone, disabled, ...good] = asked as [(typeof asked)[0], (typeof asked)[0], ...typeof asked];
    await api('cancelRequest', { params: { id: gone.id }, body: {} });
    await api('editUser', { params: { userId: disabled.userId }, body: { enabled: false }, ifMatch: 1 });
    const items = [...asked, ...asked].map(({ id, version }) => ({ id, version }));
    const body = {
      action: 'approve' as const,
      items: [...items, { id: 'nothing', version: 1 }],
      comment: 'all',
    };
    const helper = await administrator('help-desk');
    expect(await problem(helper.api('doToRequests', { body }))).toMatchObject({ code: 'not-permitted' });
    const approver = await administrator('request-approver');
    const { state, done, failures } = await bulkEnded(approver.api, approver.api('doToRequests', { body }));
    expect({ state, done }).toEqual({ state: 'done', done: good.length });
    expect(failures).toEqual([
      { subject: gone.id, reason: 'request.edited-meanwhile' },
      { subject: disabled.id, reason: 'token-request.user-disabled' },
      { subject: 'nothing', reason: 'token-request.not-found' },
    ]);
    const views = await Promise.all(good.map(({ id }) => get(id)));
    expect(new Set(views.map(({ serial }) => serial)).size).toBe(good.length);
    expect(views[0]?.history).toMatchObject([
      { decision: 'approved', by: `administrator:${approver.userName}`, comment: 'all' },
    ]);
    // A key that made a request approves it no other way than singly, and a few are decided by the time of the answer.
    const own = await ask(name, await user());
    const few = { action: 'reject' as const, items: [{ id: own.id, version: own.version }] };
    expect(await api('doToRequests', { body: { ...few, action: 'approve' } })).toMatchObject({ failed: 1 });
    expect(await approver.api('doToRequests', { body: few })).toMatchObject({ state: 'done', done: 1 });
    expect(await get(own.id)).toMatchObject({ state: 'rejected' });
  });

  test('what cannot be granted is refused whole: too many tokens, a disabled user, an offer or profile that is gone', async () => {
    const { api } = deployment;
    const approver = await administrator('request-approver');
    const userId = await user();
    const { serials } = await api('mintTokens', { body: { count: 3 } });
    for (const serial of serials) await api('assignToken', { params: { serial }, body: { userId } });
    const name = await offer({ steps: steps(1) });
    const request = await ask(name, userId);
    expect((await problem(approve(approver.api, request)))?.code).toBe('token-limit');
    expect(await get(request.id)).toMatchObject({ state: 'pending', step: 0, history: [], version: 1 });

    const off = await user();
    const waiting = await ask(name, off);
    await api('editUser', { params: { userId: off }, body: { enabled: false }, ifMatch: 1 });
    expect((await problem(approve(approver.api, waiting)))?.detail).toContain('disabled');
    expect((await problem(ask(await offer(), off)))?.detail).toContain('disabled');

    expect((await problem(offer({ profile: 'url' })))?.errors?.[0]?.path).toBe('distribution');
    expect((await problem(offer({ steps: [{ name: 'x', role: 'no such role' }] })))?.errors?.[0]?.path).toBe(
      'steps.0.role',
    );
    const { id } = await api('addProfile', {
      body: { name: 'only offered', delivery: 'qr', deviceType: 'sower' },
    });
    await offer({ profile: id });
    expect((await problem(api('deleteProfile', { params: { id } })))?.detail).toContain('offered');
    const held = (await api('listOffers', {})).items.find((entry) => entry.name === name);
    await api('editOffer', {
      params: { id: held?.id ?? '' },
      body: { enabled: false },
      ifMatch: held?.version ?? 0,
    });
    expect((await problem(ask(name, await user())))?.code).toBe('not-found');
  });

  test('a user asks at the Self-Service Console, follows it and withdraws it; nobody else’s request exists', async () => {
    const { api } = deployment;
    const name = await offer({ steps: [{ name: 'Secret approvers' }] });
    const [one, two] = [await user(), await user()];
    const session = async (userId: string): Promise<ApiClient> => {
      await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
      const browser = selfServiceClient(deployment);
      await browser.api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } });
      return browser.api;
    };
    const mine = await session(one);
    const theirs = await session(two);
    const offered = await mine('listOwnOffers', {});
    expect(offered.items.map((entry) => entry.name)).toContain(name);
    expect(JSON.stringify(offered)).not.toContain('Secret approvers');
    const made = await mine('requestOwnToken', { body: { offer: name, reason: 'new phone' } });
    expect(made).toMatchObject({ state: 'pending', approvals: 1, step: 0 });
    expect((await get(made.id)).createdBy).toBe(`user:${one}`);
    expect((await theirs('listOwnRequests', {})).items).toEqual([]);
    expect((await problem(theirs('cancelOwnRequest', { params: { id: made.id } })))?.code).toBe('not-found');
    const approver = await administrator('request-approver');
    const rejected = await mine('requestOwnToken', { body: { offer: await offer({ steps: steps(1) }) } });
    await approver.api('rejectRequest', {
      params: { id: rejected.id },
      body: { comment: 'later' },
      ifMatch: 1,
    });
    const { items } = await mine('listOwnRequests', {});
    expect(items.map(({ state }) => state)).toEqual(['rejected', 'pending']);
    expect(items[0]?.history).toEqual([{ decision: 'rejected', at: expect.any(String), comment: 'later' }]);
    expect(JSON.stringify(items)).not.toContain(approver.userName);
    expect((await mine('cancelOwnRequest', { params: { id: made.id } })).state).toBe('cancelled');
    expect((await problem(mine('cancelOwnRequest', { params: { id: made.id } })))?.code).toBe('wrong-state');
    // A user decides nothing, also about what is theirs.
    expect(
      await problem(mine('approveRequest', { params: { id: rejected.id }, body: {}, ifMatch: 2 })),
    ).toBeDefined();
  });

  test('a replacement takes the place of the old token at its first passcode, also of who holds as many as are allowed', async () => {
    const { api } = deployment;
    const name = await offer({ steps: steps(1) });
    const userId = await user();
    const { serials } = await api('mintTokens', { body: { count: 3 } });
    for (const serial of serials) await api('assignToken', { params: { serial }, body: { userId } });
    const [old = '', other = ''] = serials;
    await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
    const browser = selfServiceClient(deployment);
    await browser.api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } });
    const made = await browser.api('requestOwnToken', { body: { offer: name, replaces: old } });
    expect(made).toMatchObject({ state: 'pending', replaces: old });
    const approver = await administrator('request-approver');
    const done = await approve(approver.api, { id: made.id, version: 1 });
    const serial = done.serial ?? '';
    expect(done).toMatchObject({ state: 'done', replaces: old });
    expect((await api('getToken', { params: { serial } })).replaces).toBe(old);
    // Both are the user's, until the new one is used.
    expect((await api('getUser', { params: { userId } })).tokens).toHaveLength(4);
    const { link } = await browser.api('openOwnActivation', { params: { serial } });
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error('no link');
    const token = await provisioned(deployment, {
      ctkipUrl: parsed.url,
      activationCode: parsed.activationCode,
    });
    const body = { passcode: tokencode(token) };
    expect((await browser.api('testOwnToken', { params: { serial }, body })).result).toBe('accepted');
    expect((await api('getUser', { params: { userId } })).tokens.sort()).toEqual(
      serials
        .filter((each) => each !== old)
        .concat(serial)
        .sort(),
    );
    expect((await api('getToken', { params: { serial: old } })).userId).toBeUndefined();
    const { items } = await api('listAudit', { query: { object: `token:${old}` } });
    expect(items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['token.replace', 'token.replaced']),
    );

    // Somebody else's token does not exist, and what is being replaced already is not replaced twice.
    const elsewhere = await user();
    const asking = (replaces: string) =>
      problem(browser.api('requestOwnToken', { body: { offer: name, replaces } }));
    const { first: theirs } = await api('mintTokens', { body: { count: 1 } });
    await api('assignToken', { params: { serial: theirs }, body: { userId: elsewhere } });
    expect((await asking(theirs))?.code).toBe('not-found');
    expect(
      await problem(api('requestToken', { body: { userId, offer: name, replaces: theirs } })),
    ).toMatchObject({ code: 'not-found', detail: expect.stringContaining(`has no token ${theirs}`) });
    await api('replaceToken', { params: { serial: other }, body: {} });
    expect((await asking(other))?.detail).toContain('already being replaced');
    // Gone meanwhile: the new one comes beside what there is, within what is allowed.
    const plain = await user();
    const { first: gone } = await api('mintTokens', { body: { count: 1 } });
    await api('assignToken', { params: { serial: gone }, body: { userId: plain } });
    const late = await api('requestToken', { body: { userId: plain, offer: name, replaces: gone } });
    await api('unassignToken', { params: { serial: gone } });
    const granted = await approve(approver.api, late);
    expect((await api('getUser', { params: { userId: plain } })).tokens).toEqual([granted.serial]);
  });

  test('one offer at most is the default', async () => {
    const { api } = deployment;
    const one = await offer({ isDefault: true });
    const two = await offer({ isDefault: true });
    const { items } = await api('listOffers', {});
    expect(items.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual([two]);
    expect(items.map(({ name }) => name)).toContain(one);
  });
});
