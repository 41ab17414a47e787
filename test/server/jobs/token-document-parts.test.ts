/**
 * PSKC and sdtid files that are too long for one request: cut into documents by the command, each opened by the server with all its MACs, and
 * nothing of a file kept that is not whole. On both databases.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import { hotp } from '@sower/otp/hotp';
import { pskcWriter } from '@sower/otp/pskc-write';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { beforeAll, expect, test } from 'vitest';
import { type PartSecrets, sendParts } from '../../../apps/cli/src/porcelain/token-import-parts.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { sower } from '../../harness/jobs/command.ts';
import { jobSettled } from '../../harness/jobs/ended.ts';
import { problemReason } from '../../harness/problems.ts';

const PASSWORD = 'a password of the file';
const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));
/** So many that the command sends the file in parts. */
const LONG = 4_000;
/** Three parts or more. */
const SHORT = 900;

function sdtid(first: number, count: number): string {
  const written = writeSdtid({
    ...{ secret: random(16), password: PASSWORD },
    tokens: Array.from({ length: count }, (_, at) => ({
      ...{ serial: String(first + at), seed: random(16), digits: 8, intervalSeconds: 60, addPin: true },
      ...{ localPin: false, birthDay: '2020-01-01', expiryDay: '2036-01-01', userFirstName: '' },
      ...{ userLastName: '', userLogin: '', deviceSerialNumber: '', nickname: '' },
    })),
  });
  if (!written.ok) throw new Error(written.reason);
  return written.xml;
}

async function pskc(prefix: string, seeds: readonly Uint8Array[]): Promise<string> {
  const made = await pskcWriter({ protection: { kind: 'password', password: PASSWORD }, random });
  if (!made.ok) throw new Error(made.reason);
  const records = seeds.map((seed, at) => {
    const record = made.writer.record({
      ...{ serial: `${prefix}-${at}`, keyId: '', seed, digits: 6, manufacturer: 'Acme', model: '' },
      ...{ issueNumber: '', issuer: '', friendlyName: '', deviceBinding: '', deviceUserId: '', userId: '' },
      ...{ pin: 'none', algorithm: 'hotp', hash: 'sha1', counter: 0 },
    });
    if (!record.ok) throw new Error(record.at);
    return record.xml;
  });
  return `${made.writer.head}${records.join('')}${made.writer.tail}`;
}

/** The text, with something else in the record that is two thirds into it. */
function changed(text: string, from: string, to: string): string {
  const at = text.indexOf(from, (text.length * 2) / 3);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
/** The first octet of a MAC is another one. */
function broken(text: string, mac: string): string {
  const at = text.indexOf(mac, (text.length * 2) / 3) + mac.length;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

onBothDatabases('PSKC and sdtid in parts', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);

  beforeAll(async () => {
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
    await api('addUser', { body: { userId: 'ada' } });
  });

  function saved(name: string, content: string): string {
    const path = join(deployment.dataFolder, name);
    writeFileSync(path, content);
    return path;
  }
  const imports = (...args: string[]) =>
    sower(['token', 'import', ...args, '--yes', '--json', '--data', deployment.dataFolder]);
  const tokensOf = (batch: string) =>
    stored.db
      .selectFrom('tokens as t')
      .leftJoin('users as u', 'u.id', 't.user_id')
      .select(['t.serial', 'u.user_id'])
      .where('t.batch', '=', batch)
      .orderBy('t.serial')
      .execute();

  const sent: object[] = [];
  const listening: ApiClient = (operation, ...given) => {
    if (operation === 'addTokenImportPart') sent.push((given[0] as unknown as { body: object }).body);
    return api(operation, ...given);
  };
  /** Sends a file in parts, however short it is. */
  function send(name: string, format: 'pskc' | 'sdtid', text: string, secrets: PartSecrets) {
    sent.length = 0;
    const reading = { format, delimiter: ',' } as const;
    const call = { api: listening, terminal: processTerminal(() => '') };
    return sendParts(call, saved(name, text), { name, reading }, { secrets });
  }
  async function expectNothing(name: string): Promise<void> {
    const jobs = await stored.db.selectFrom('jobs').selectAll().where('name', '=', name).execute();
    expect(jobs.map(({ state }) => state)).toEqual(['cancelled']);
    const sealed = await stored.db
      .selectFrom('job_rows')
      .select('position')
      .where('job_id', '=', jobs[0]?.id ?? '')
      .where('sealed', 'is not', null)
      .execute();
    expect(sealed).toEqual([]);
    expect(await tokensOf(name)).toEqual([]);
  }

  test('the command imports an sdtid batch of many parts, with its password and its owners', async () => {
    const file = saved('batch.sdtid', sdtid(100_000_000_000, LONG));
    const password = saved('password.txt', `${PASSWORD}\n`);
    const owners = saved('owners.csv', 'serial,user\n100000000007,ada\n100000003999,ADA\n999,ada\n');
    const options = ['--password-file', password, '--owners', owners, '--name', 'batch'];
    const ran = await imports(file, ...options);
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'done', total: LONG, done: LONG });
    // A short file, which comes whole, is imported just so.
    const { input } = await stored.db
      .selectFrom('jobs')
      .select('input')
      .where('name', '=', 'batch')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(input)).toMatchObject({ reading: { format: 'sdtid' } });
    const tokens = await tokensOf('batch');
    expect(tokens).toHaveLength(LONG);
    expect(tokens.filter(({ user_id }) => user_id === 'ada').map(({ serial }) => serial)).toEqual([
      '100000000007',
      '100000003999',
    ]);
  });

  test('of PSKC the password stays here, a changed record is left out, and all others are imported', async () => {
    const seeds = Array.from({ length: SHORT }, () => random(20));
    const text = broken(await pskc('P', seeds), '<ValueMAC>');
    const made = await send('container', 'pskc', text, { password: PASSWORD });
    expect(sent.length).toBeGreaterThan(2);
    for (const body of sent) expect(body).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(JSON.stringify(sent)).not.toContain(PASSWORD);
    const id = made.ok ? made.value.id : '';
    expect(await jobSettled(api, id)).toMatchObject({ total: SHORT, done: SHORT - 1, leftOut: 1 });
    const { items } = await api('listJobRows', { params: { id }, query: { limit: 10, state: 'left-out' } });
    expect(items).toMatchObject([{ reason: 'token-row.integrity' }]);
    const [bad] = items;
    expect(bad?.subject).toBe(`P-${(bad?.line ?? 0) - 1}`);
    await api('startJob', { params: { id }, body: { name: 'container' } });
    await expect.poll(async () => (await tokensOf('container')).length).toBe(SHORT - 1);
    await api('assignToken', { params: { serial: `P-${SHORT - 1}` }, body: { userId: 'ada' } });
    await api('enableToken', { params: { serial: `P-${SHORT - 1}` } });
    const passcode = hotp({ key: seeds.at(-1) as Uint8Array, counter: 0, digits: 6 });
    expect((await api('authenticate', { body: { userId: 'ada', passcode } })).result).toBe('accepted');
  });

  test('a MAC of sdtid that is wrong in the third part ends all, and names the record', async () => {
    const text = broken(sdtid(200_000_000_000, SHORT), '<TokenMAC>');
    const reason = problemReason(send('changed', 'sdtid', text, { password: PASSWORD }));
    expect(await reason).toBe('token-file.changed');
    expect(sent.length).toBeGreaterThan(2);
    await expectNothing('changed');
  });

  test('a wrong password is refused with the first part', async () => {
    for (const [format, text] of [
      ['sdtid', sdtid(300_000_000_000, SHORT)],
      ['pskc', await pskc('W', [random(20), random(20)])],
    ] as const) {
      const name = `wrong ${format}`;
      expect(await problemReason(send(name, format, text, { password: 'another' }))).toBe(
        'token-file.wrong-key',
      );
      expect(sent).toHaveLength(1);
      await expectNothing(name);
    }
  });

  test('of a file that is cut, or not well-formed in the middle, nothing is kept', async () => {
    const batch = sdtid(400_000_000_000, SHORT);
    const container = await pskc(
      'C',
      Array.from({ length: SHORT }, () => random(20)),
    );
    for (const [name, format, text] of [
      ['cut batch', 'sdtid', batch.slice(0, (batch.length * 2) / 3)],
      ['cut between tokens', 'sdtid', batch.slice(0, batch.indexOf('<TKN>', (batch.length * 2) / 3))],
      ['cut container', 'pskc', container.slice(0, -3)],
      ['entity', 'sdtid', changed(batch, '<UserLogin> ', '<UserLogin>&x;')],
      [
        'document type',
        'pskc',
        changed(container, '<KeyPackage>', '<!DOCTYPE a [<!ENTITY x "y">]><KeyPackage>'),
      ],
    ] as const) {
      const made = await send(name, format, text, { password: PASSWORD });
      expect(made).toMatchObject({ ok: false, exit: 'refused', reason: 'not-whole' });
      expect(sent.length).toBeGreaterThan(0);
      await expectNothing(name);
    }
  });
});
