/**
 * The two-person rule: what it guards is done once for each approval, by whoever asked for it, after another person approved exactly that; and it
 * is turned off in no other way. On both databases.
 */
import { ApiProblem } from '@sower/api/client';
import type { ExportTokens } from '@sower/api/token-exports';
import { readTransferKey, type TransferPublicKey } from '@sower/otp/transfer-key';
import {
  claimSecondApproval,
  insertSecondApproval,
  listSecondApprovals,
} from '@sower/server/store/directory/second-approvals';
import { listForgeries } from '@sower/server/store/keys/marked-rows';
import { markOf } from '@sower/server/store/keys/marks';
import { expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { sower } from '../../harness/jobs/command.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { pemOfNewKey } from '../../harness/jobs/token-files.ts';
import { type SelfServiceClient, sealingOf, selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

onBothDatabases('the two-person rule', (kind) => {
  const { database, deployment } = deployed(kind);
  const stored = openedFor(database);
  const people = {} as Record<'anna' | 'bert' | 'clerk', SelfServiceClient['api']>;

  const marks = () => ({ sealing: sealingOf(deployment.dataFolder) });
  const reasonOf = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return error.problem.reason ?? error.problem.code;
    }
  };
  const turn = async (api: SelfServiceClient['api'], on: boolean, more: object = {}) => {
    const { version } = await deployment.api('getSettings', {});
    return api('editSettings', { body: { 'approvals.second': on, ...more }, ifMatch: version });
  };
  const add = async (userName: keyof typeof people, role: string) => {
    await newAdministrator(deployment, { userName, password: PASSWORD, grants: [{ role }] });
    const person = selfServiceClient(deployment);
    await person.api('openSession', { body: { userName, password: PASSWORD } });
    people[userName] = person.api;
  };
  const waiting = async () =>
    (await deployment.api('listSecondApprovals', {})).items.filter(({ state }) => state === 'waiting');
  const approve = (api: SelfServiceClient['api'], { id, object }: { id: string; object: string }) =>
    api('approveSecondApproval', { params: { id }, body: { object } });
  const rotate = (api: SelfServiceClient['api'], bits: 1024 | 2048 = 1024) =>
    api('rotateServerKey', { body: { bits } });

  test('it begins with two who can approve, and guards what each person asks for, once', async () => {
    expect(await reasonOf(turn(deployment.api, true))).toBe('second-approval.too-few');
    await add('anna', 'super-admin');
    await add('bert', 'super-admin');
    await add('clerk', 'help-desk');
    const { anna, bert, clerk } = people;
    expect(await reasonOf(rotate(anna))).toBe('done');
    await turn(anna, true);

    expect(await reasonOf(rotate(anna))).toBe('second-approval.waits');
    expect(await reasonOf(rotate(anna))).toBe('second-approval.waits');
    const [asked, ...others] = await waiting();
    if (!asked) throw new Error('nothing was asked for');
    expect(others).toEqual([]);
    expect(asked).toMatchObject({ askedBy: 'administrator:anna', object: 'server-key:RSA-1024' });
    // Not by whoever asked, with a key or not, not by a key at all, not by somebody without the right, and not something else.
    expect(await reasonOf(approve(anna, asked))).toBe('second-approval.own');
    expect(await reasonOf(approve(deployment.api, asked))).toBe('second-approval.not-by-key');
    expect(await reasonOf(approve(clerk, asked))).toBe('permission.required');
    expect(await reasonOf(clerk('listSecondApprovals', {}))).toBe('permission.required');
    expect(await reasonOf(approve(bert, { ...asked, object: 'server-key:RSA-2048' }))).toBe(
      'second-approval.other-object',
    );
    expect(await reasonOf(approve(bert, asked))).toBe('done');
    expect(await reasonOf(approve(bert, asked))).toBe('second-approval.decided');
    // It is for one person and one thing.
    expect(await reasonOf(rotate(bert))).toBe('second-approval.waits');
    expect(await reasonOf(rotate(anna, 2048))).toBe('second-approval.waits');
    const all = await Promise.all(Array.from({ length: 5 }, () => reasonOf(rotate(anna))));
    expect(all.filter((each) => each === 'done')).toHaveLength(1);
    expect(await reasonOf(rotate(anna))).toBe('second-approval.waits');
    // The host is not bound.
    expect(await reasonOf(rotate(deployment.api))).toBe('done');

    const actions = (await deployment.api('listAudit', { query: { object: asked.object } })).items;
    expect(
      actions
        .map(({ action, actor }) => `${actor} ${action}`)
        .reverse()
        .slice(0, 3),
    ).toEqual([
      'administrator:anna second-approval.ask',
      'administrator:bert second-approval.approve',
      'administrator:bert second-approval.ask',
    ]);
    const uses = actions.filter(({ action }) => action === 'second-approval.use');
    expect(uses.map(({ reason }) => reason)).toEqual(['Generate a new server key: RSA-1024']);
    const german = await deployment.send(0, {
      path: '/api/v1/audit?action=second-approval.use',
      headers: { authorization: `Bearer ${deployment.apiKey}`, 'accept-language': 'de' },
    });
    expect(JSON.parse(german.body.toString()).items).toMatchObject([
      { reason: 'Neuen Serverschlüssel erzeugen: RSA-1024' },
    ]);
  });

  test('an export of tokens is approved for exactly one choice, and once; what it would export is said without', async () => {
    const { anna, bert } = people;
    const password = 'a long phrase for the export';
    const take = (choose: ExportTokens['choose'], more: object = { password }) =>
      reasonOf(anna('exportTokens', { body: { choose, ...more } }));
    expect(await take({ all: true }, {})).toBe('done');
    expect(await take({ all: true })).toBe('second-approval.waits');
    const [asked] = (await waiting()).filter(({ action }) => action === 'token.export');
    if (!asked) throw new Error('nothing was asked for');
    expect(await reasonOf(approve(bert, asked))).toBe('done');
    expect(await take({ batch: 'another' })).toBe('second-approval.waits');
    expect(await take({ all: true })).toBe('done');
    expect(await take({ all: true })).toBe('second-approval.waits');
    // To a key: approved for this key, by its fingerprint, and for no other and no password.
    const [pem, other] = [pemOfNewKey(), pemOfNewKey()];
    const { fingerprint } = (readTransferKey(pem) as { key: TransferPublicKey }).key;
    const choose = { batch: 'to a key' };
    expect(await take(choose, { transferKey: pem })).toBe('second-approval.waits');
    const toKey = (await waiting()).find(({ title }) => title === `to a key → ${fingerprint}`);
    if (!toKey) throw new Error('the key was not named');
    expect(await reasonOf(approve(bert, toKey))).toBe('done');
    expect(await take(choose, { transferKey: other })).toBe('second-approval.waits');
    expect(await take(choose)).toBe('second-approval.waits');
    expect(await take(choose, { transferKey: pem })).toBe('done');
    expect(await take(choose, { transferKey: pem })).toBe('second-approval.waits');
  });

  test('a rejection stands, and an approval counts only while whoever gave it could give it', async () => {
    const { anna, bert } = people;
    const own = (await waiting()).filter(({ askedBy }) => askedBy === 'administrator:anna');
    const of = (bits: number) => own.find(({ object }) => object === `server-key:RSA-${bits}`) ?? own[0]!;
    await bert('rejectSecondApproval', { params: { id: of(2048).id } });
    expect(await reasonOf(rotate(anna, 2048))).toBe('second-approval.rejected');
    await approve(bert, of(1024));
    const bertEnabled = async (enabled: boolean) => {
      const { items } = await deployment.api('listAdministrators', {});
      const version = items.find(({ userName }) => userName === 'bert')?.version ?? 0;
      const params = { userId: 'bert' };
      await deployment.api('editAdministrator', { params, body: { enabled }, ifMatch: version });
    };
    await bertEnabled(false);
    expect(await reasonOf(rotate(anna))).toBe('second-approval.waits');
    await bertEnabled(true);
    const again = selfServiceClient(deployment);
    await again.api('openSession', { body: { userName: 'bert', password: PASSWORD } });
    people.bert = again.api;
    expect(await reasonOf(rotate(anna))).toBe('done');

    // Two accounts of one person are one person.
    expect(await reasonOf(rotate(anna))).toBe('second-approval.waits');
    const asked = (await waiting()).find(({ askedBy }) => askedBy === 'administrator:anna')!;
    await deployment.api('addUser', { body: { userId: 'the-person' } });
    const { db } = stored;
    const user = await db.selectFrom('users').select('id').executeTakeFirstOrThrow();
    const rows = await db
      .selectFrom('administrators')
      .selectAll()
      .where('user_name', 'in', ['anna', 'bert'])
      .execute();
    const link = async (token_user_id: string | null) => {
      for (const row of rows) {
        const linked = { ...row, token_user_id };
        const mark = markOf('administrators', marks(), linked);
        await db
          .updateTable('administrators')
          .set({ token_user_id, mark })
          .where('id', '=', row.id)
          .execute();
      }
    };
    const mayApprove = async () =>
      (await people.bert('listSecondApprovals', {})).items.find(({ id }) => id === asked.id)?.mayApprove;
    expect(await mayApprove()).toBe(true);
    await link(user.id);
    expect(await mayApprove()).toBe(false);
    await link(null);
  });

  test('who writes the database approves nothing, and what was approved is claimed once and in time', async () => {
    const { db } = stored;
    const context = marks();
    const [asked] = (await waiting()).filter(({ askedBy }) => askedBy === 'administrator:anna');
    await db
      .updateTable('second_approvals')
      .set({ decision: 'approved', decided_by: 'administrator:bert', decided_person: 'x' })
      .where('id', '=', asked?.id ?? '')
      .execute();
    expect(await listForgeries(db, context)).toEqual([{ kind: 'second-approval', name: 'RSA-1024' }]);
    expect(await reasonOf(rotate(people.anna))).toBe('second-approval.waits');
    await db
      .deleteFrom('second_approvals')
      .where('id', '=', asked?.id ?? '')
      .execute();

    const row = {
      ...{ id: 'claimed', action: 'job.result', object: 'job:1', title: 'x', asked_by: 'a', person: 'p' },
      ...{ asked_at: 1, expires_at: 1_000, decision: 'approved', decided_by: 'b', decided_person: 'q' },
      ...{ decided_at: 2, used_at: null },
    } as const;
    await insertSecondApproval(db, context, row as never);
    expect(await listSecondApprovals(db, context, 1_000, 10)).not.toContainEqual(
      expect.objectContaining({ id: 'claimed' }),
    );
    expect(await claimSecondApproval(db, 'claimed', 1_000)).toBe(false);
    const claims = await Promise.all(
      Array.from({ length: 50 }, () => claimSecondApproval(db, 'claimed', 999)),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    await db.deleteFrom('second_approvals').where('id', '=', 'claimed').execute();
  });

  test('the codes of a job are handed out after an approval, and are not lost by waiting for it', async () => {
    const { anna, bert } = people;
    const { api } = deployment;
    const profile = { deviceType: 'sower', authenticationType: 'tokencode', delivery: 'url' } as const;
    await api('addProfile', { body: { name: 'codes', ...profile } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'the-person' } });
    const choose = { userIds: ['the-person'] };
    const made = await anna('distributeMany', { body: { name: 'Codes', profile: 'codes', choose } });
    await jobSettled(api, made.id);
    await anna('startJob', { params: { id: made.id }, body: { name: 'Codes' } });
    await jobEnded(api, made.id);
    const take = () => anna('takeJobResult', { params: { id: made.id } });
    expect(await reasonOf(take())).toBe('second-approval.waits');
    expect(await reasonOf(anna('takeJobLetters', { params: { id: made.id }, body: {} as never }))).toBe(
      'second-approval.waits',
    );
    const asked = (await waiting()).filter(({ title }) => title === 'Codes');
    expect(asked).toHaveLength(1);
    await approve(bert, asked[0]!);
    // Once, however often the file has to be sent until it has arrived.
    const kept = () => anna('takeJobResult', { params: { id: made.id }, query: { codes: 'keep' } });
    expect((await kept()).csv).toMatch(/activationCode[\s\S]*the-person/);
    expect((await kept()).csv).toMatch(/activationCode[\s\S]*the-person/);
    expect((await take()).csv).toMatch(/activationCode[\s\S]*the-person/);
    expect(await reasonOf(take())).toBe('job.codes-taken');
  });

  test('a job that went on after the approval is another question: nobody approved its codes', async () => {
    const { anna, bert } = people;
    const { api } = deployment;
    const choose = { userIds: ['the-person'] };
    const body = { name: 'Resumed', profile: 'codes', choose, again: true };
    const { id } = await jobSettled(api, (await anna('distributeMany', { body })).id);
    await anna('startJob', { params: { id }, body: { name: 'Resumed' } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', codes: 'ready' });
    const take = () => anna('takeJobResult', { params: { id }, query: { codes: 'keep' } });
    const asked = async () => (await waiting()).filter(({ title }) => title === 'Resumed');
    expect(await reasonOf(take())).toBe('second-approval.waits');
    const [first] = await asked();
    await approve(bert, first!);
    expect(await reasonOf(take())).toBe('done');
    // As if it had been canceled before its end.
    await stored.db.updateTable('jobs').set({ state: 'cancelled' }).where('id', '=', id).execute();
    await anna('resumeJob', { params: { id } });
    await jobEnded(api, id);
    expect(await reasonOf(take())).toBe('second-approval.waits');
    const [second] = await asked();
    expect(second?.object).not.toBe(first?.object);
    await approve(bert, second!);
    expect(await reasonOf(take())).toBe('done');
  });

  test('codes that are shown one by one count for the person: beyond the number, as many again are approved', async () => {
    const { anna, bert } = people;
    const { api } = deployment;
    const { version } = await api('getSettings', {});
    await api('editSettings', { body: { 'approvals.singleCodes': 4 }, ifMatch: version });
    const profile = { deviceType: 'sower', authenticationType: 'tokencode', delivery: 'qr' } as const;
    await api('addProfile', { body: { name: 'scanned', ...profile } });
    const { first } = await api('mintTokens', { body: { count: 12 } });
    const serials = Array.from({ length: 12 }, (_, index) => String(Number(first) + index).padStart(12, '0'));
    for (const [index, serial] of serials.entries()) {
      await api('addUser', { body: { userId: `loop${index}` } });
      await api('assignToken', { params: { serial }, body: { userId: `loop${index}` } });
    }
    const show = (by: SelfServiceClient['api'], index: number, name = 'codes') =>
      reasonOf(by('distributeToken', { params: { serial: serials[index]! }, body: { profile: name } }));
    // By a key of the same person, and by the person.
    const { key } = await anna('addApiKey', {
      body: { name: 'loop', permissions: ['tokens:view', 'tokens:distribute'] },
    });
    const byKey = deployment.apiOf(0, key);
    for (const [index, by] of [byKey, anna].entries()) expect(await show(by, index)).toBe('done');
    // Two are left: of many at once, two are shown.
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => show(index % 2 === 0 ? anna : byKey, 2 + index)),
    );
    expect(all.filter((each) => each === 'done')).toHaveLength(2);
    expect(await show(anna, 0)).toBe('second-approval.waits');
    expect(await show(byKey, 0)).toBe('second-approval.waits');
    // Others, what goes to its user alone, and the host are not bound by it.
    expect(await show(bert, 0)).toBe('done');
    expect(await show(anna, 0, 'scanned')).toBe('done');
    for (let count = 0; count < 6; count += 1) expect(await show(api, 1)).toBe('done');
    const asked = (await waiting()).filter(({ action }) => action === 'token.distribute');
    expect(asked).toMatchObject([{ title: '+4' }]);
    await approve(bert, asked[0]!);
    for (const index of [2, 3, 4, 5]) expect(await show(anna, index), String(index)).toBe('done');
    expect(await show(byKey, 7)).toBe('second-approval.waits');
    // The number is raised by two, and lowered by one.
    const number = (by: SelfServiceClient['api'], most: number) =>
      deployment
        .api('getSettings', {})
        .then(({ version: ifMatch }) =>
          reasonOf(by('editSettings', { body: { 'approvals.singleCodes': most }, ifMatch })),
        );
    expect(await number(anna, 100)).toBe('second-approval.waits');
    expect(await number(anna, 3)).toBe('done');
    expect(await number(api, 4)).toBe('done');
    // It is another question than the first.
    expect((await waiting()).filter(({ action }) => action === 'token.distribute')).toHaveLength(1);
  });

  test('the master key waits for it too, unless the host says not; and it is turned off by two, and alone', async () => {
    const { anna, bert } = people;
    const { api } = deployment;
    const where = ['--data', deployment.dataFolder, '--database', database.option];
    const rotateMaster = (...more: string[]) =>
      sower(['key', 'rotate', 'master', '--no-wait', ...where, ...more]);
    expect(await rotateMaster()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Another administrator has to approve'),
    });
    expect((await sower(['key', 'status', ...where])).stdout).toContain('never been changed');
    const master = (await waiting()).find(({ action }) => action === 'master-key.rotate')!;
    expect(master.askedBy).toBe('system:rotate-key');

    expect(await reasonOf(turn(anna, false, { 'logOn.freshProofMinutes': 10 }))).toBe(
      'second-approval.alone',
    );
    expect(await reasonOf(turn(anna, false))).toBe('second-approval.waits');
    const off = (await waiting()).find(({ action }) => action === 'settings.edit')!;
    expect(await reasonOf(approve(anna, off))).toBe('second-approval.own');
    await approve(bert, off);
    expect(await reasonOf(turn(anna, false))).toBe('done');
    expect(await reasonOf(rotate(anna))).toBe('done');
    await turn(anna, true);

    if (kind.name === 'SQLite') {
      await approve(bert, master);
      expect(await rotateMaster()).toMatchObject({ status: 0, stdout: expect.stringContaining('has begun') });
    } else {
      expect(await rotateMaster('--without-approval')).toMatchObject({ status: 0 });
      const { items } = await api('listAudit', { query: { action: 'second-approval.skip' } });
      expect(items).toHaveLength(1);
    }
    // The host alone can always turn it off.
    expect(await reasonOf(turn(api, false))).toBe('done');
  });
});
