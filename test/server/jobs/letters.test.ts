/**
 * Letters of a distribution: text and QR codes read back from the pages, by poppler and a decoder; the file once, and codes nowhere else.
 * TEST_LONG=1 prints a thousand.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ApiClient } from '@sower/api/client';
import type { JobDetail } from '@sower/api/jobs';
import { findSettings, updateSettings } from '@sower/server/store/operations/installation';
import { sql } from 'kysely';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readQrImage } from '../../../apps/cli/src/authenticator/qr-image.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { amount } from '../../harness/randomness.ts';

const LETTERS = amount({ usual: 6, long: 1_000 });
const AT_ONCE = 50;
/** Not `execFileSync`: thousands of pages take longer than a connection is kept, and whoever blocks does not see that it was closed. */
const poppler = async (program: string, ...given: string[]): Promise<string> =>
  (await promisify(execFile)(program, given, { encoding: 'utf8', maxBuffer: 1 << 28 })).stdout;
const LOGO = `data:image/png;base64,${PNG.sync.write(new PNG({ width: 32, height: 16 })).toString('base64')}`;

onBothAtOnce('letters', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-letters-'));
    const profile = { authenticationType: 'tokencode', delivery: 'url' } as const;
    await api('addProfile', { body: { name: 'scans', deviceType: 'sower', ...profile } });
    await api('addProfile', { body: { name: 'types', deviceType: 'windows-desktop', ...profile } });
    await api('addProfile', {
      body: { ...profile, name: 'qr', deviceType: 'sower', delivery: 'qr' },
    });
    await organization({ name: 'Example Ltd', address: 'Main Street 1; 12345 Springfield', logo: LOGO });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const organization = async (values: Record<string, string>): Promise<void> => {
    const { version } = await api('getSettings', {});
    const body = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`organization.${name}`, value]),
    );
    await api('editSettings', { body, ifMatch: version });
  };

  async function distributed(prefix: string, profile: string, count = LETTERS): Promise<JobDetail> {
    const { userIds } = await addPeople(stored.db, prefix, count);
    const lines = userIds.map((userId, index) => `${userId},"Room ${index}\n1 Market Square"`);
    const file = ['userId,address', ...lines].join('\n');
    const made = await api('distributeMany', { body: { name: prefix, choose: { file }, profile } });
    const { id, name } = await jobSettled(api, made.id);
    await api('startJob', { params: { id }, body: { name } });
    return jobEnded(api, id);
  }

  test('a sample before the start is the letter that the first user gets, without the code', async () => {
    const { userIds } = await addPeople(stored.db, 'sample', 2);
    const file = ['userId,address', ...userIds.map((userId) => `${userId},"Room 7\n1 Market Square"`)].join(
      '\n',
    );
    const made = await api('distributeMany', {
      body: { name: 'sample', choose: { file }, profile: 'scans' },
    });
    const { id, name, samples } = await jobSettled(api, made.id);
    const sample = () => api('takeJobLetters', { params: { id }, body: { separate: false, sample: true } });
    const [page = '', ...others] = await pagesOf((await sample()).pdf);
    expect(others).toEqual([]);
    expect(page).toContain('Room 7');
    expect(page).toContain(
      `Install the app Sower authenticator: ${deployment.servers[0]?.url}/authenticator/`,
    );
    expect(page).toContain('···· ···· ····');
    await api('startJob', { params: { id }, body: { name } });
    const job = await jobEnded(api, id);
    expect(await problemOf(sample())).toBe('job.no-sample');
    const [first = ''] = await pagesOf((await take(job)).pdf);
    const serial = samples[0]?.serial ?? '';
    expect(first).toContain(serial);
    // Word by word the same but for the code, and the serial number if the token is made when the job runs.
    const words = (text: string): string[] => text.split(/\s+/);
    const differing = words(first).filter((word, index) => word !== words(page)[index]);
    expect(differing.length).toBeLessThanOrEqual(4);
  });

  const problemOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'none',
      (error) => error.problem?.reason ?? error,
    );
  const take = ({ id }: { id: string }, separate = false, by: ApiClient = api) =>
    by('takeJobLetters', { params: { id }, body: { separate } });

  /** The text of each page. */
  async function pagesOf(pdf: string): Promise<string[]> {
    writeFileSync(join(folder, 'letters.pdf'), Buffer.from(pdf, 'base64'));
    const text = await poppler('pdftotext', '-layout', join(folder, 'letters.pdf'), '-');
    return text.split('\f').slice(0, -1);
  }
  /**
   * What the QR code of each page says. A part of the file at a time: reading it anew for each page takes longer than drawing the page.
   * @param place where the code is: whole pages take thirty times as long
   */
  async function* scans(
    first: number,
    last: number,
    place: readonly string[] = [],
  ): AsyncGenerator<string | undefined> {
    for (let from = first; from <= last; from += AT_ONCE) {
      const part = mkdtempSync(join(folder, 'part-'));
      const pages = ['-f', `${from}`, '-l', `${Math.min(last, from + AT_ONCE - 1)}`];
      const form = ['-r', '110', '-gray', '-png', ...place];
      await poppler('pdftoppm', ...pages, ...form, join(folder, 'letters.pdf'), join(part, 'page'));
      for (const name of readdirSync(part).sort()) {
        await nextTurn();
        const found = await readQrImage(join(part, name));
        yield found.ok ? found.value : undefined;
      }
      rmSync(part, { recursive: true });
    }
  }
  const scan = async (page: number): Promise<string | undefined> => (await scans(page, page).next()).value;
  /** The page of each picture: QR codes are drawn as lines, so there is the logo alone, and its transparency (`smask`). */
  const pagesWithPicture = async () =>
    (await poppler('pdfimages', '-list', join(folder, 'letters.pdf')))
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , type]) => type === 'image')
      .map(([page]) => page);
  const onPage = (page: string, form: RegExp): string => form.exec(page)?.[1] ?? '';
  const CODE = /Activation code\s+(\d{4} \d{4} \d{4})\b/;

  test(
    `${LETTERS} letters: each says what its user needs, the QR code says the same, and the code provisions`,
    async () => {
      const job = await distributed('post', 'scans');
      expect(job).toMatchObject({ done: LETTERS, codes: 'ready' });
      const { fileName, pdf } = await take(job);
      expect(fileName).toBe('post.pdf');
      const pages = await pagesOf(pdf);
      expect(pages).toHaveLength(LETTERS);
      expect(await pagesWithPicture()).toEqual(pages.map((_, index) => `${index + 1}`));
      const codes = pages.map((page) => onPage(page, CODE));
      expect(new Set(codes).size).toBe(LETTERS);
      const links = scans(1, LETTERS, ['-x', '600', '-y', '660', '-W', '300', '-H', '240']);
      for (const [index, page] of pages.entries()) {
        expect(page).toMatch(
          /Example Ltd · Main Street 1 · 12345 Springfield\s+Some Body\s+Room \d+\s+1 Market Square/,
        );
        expect(page).toContain(`Room ${index}\n`);
        const link = (await links.next()).value;
        expect(link).toContain(`activationCode=${codes[index]?.replaceAll(' ', '')}`);
        expect(link).toContain('/ctkip/services/CtkipService');
      }
      const [first = ''] = pages;
      const token = await provisioned(deployment, {
        ctkipUrl: onPage(first, /Address\s+(https:\S+)/),
        // As it is typed from paper: with the spaces of its groups.
        activationCode: codes[0],
      } as never);
      const body = { userId: 'post000000', passcode: tokencode(token) };
      expect(await api('authenticate', { body })).toMatchObject({ result: 'accepted' });

      // Once, and the CSV holds the same codes: neither is to be had again.
      expect(await problemOf(take(job))).toBe('job.codes-taken');
      expect(await problemOf(api('takeJobResult', { params: { id: job.id } }))).toBe('job.codes-taken');
      const tables = [
        'jobs',
        'job_rows',
        'distributions',
        'distribution_events',
        'audit',
        'mail',
        'tokens',
      ] as const;
      for (const table of tables) {
        const { rows } = await sql`select * from ${sql.table(table)}`.execute(stored.db);
        const text = JSON.stringify(rows);
        for (const code of codes) {
          expect(text).not.toContain(code);
          expect(text).not.toContain(code.replaceAll(' ', ''));
        }
        expect(text).not.toMatch(/"sealed":"/);
      }
    },
    180_000 + LETTERS * 200,
  );

  test('address and code apart: no page has both, and both halves are in one order', async () => {
    const job = await distributed('apart', 'scans', 3);
    const pages = await pagesOf((await take(job, true)).pdf);
    expect(pages).toHaveLength(6);
    const serials = pages.map(
      (page) => onPage(page, /your token (\d{12})|Your token \d{12}/) || onPage(page, /Your token (\d{12})/),
    );
    expect(serials.slice(0, 3)).toEqual(serials.slice(3));
    for (const page of pages.slice(0, 3)) expect(page).not.toMatch(CODE);
    for (const page of pages.slice(3)) {
      expect(page).toMatch(CODE);
      expect(page).not.toContain('https:');
    }
    expect(await scan(1)).toBeUndefined();
  });

  test('read out: each letter is a section in its language, with a heading, its steps as a list, and words for pictures', async () => {
    const { pdf } = await take(await distributed('tagged', 'scans', 2));
    const path = join(folder, 'letters.pdf');
    writeFileSync(path, Buffer.from(pdf, 'base64'));
    expect(await poppler('pdfinfo', path)).toMatch(/Tagged: +yes/);
    const structure = await poppler('pdfinfo', '-struct-text', path);
    const count = (type: string): number => structure.match(new RegExp(`^ *${type}\\b`, 'gm'))?.length ?? 0;
    expect([count('Sect'), count('H1'), count('H2')]).toEqual([2, 2, 2]);
    expect([count('L'), count('LI'), count('LBody')]).toEqual([2, 4, 4]);
    expect(structure).toContain('"Activation code"');
    const code = /"(\d{4} \d{4} \d{4})"/.exec(structure)?.[1];
    expect((await pagesOf(pdf))[0]).toContain(code);
    // The logo and the QR code of each.
    const words = Buffer.from(pdf, 'base64').toString('latin1');
    expect(words.match(/\/Alt \(/g)).toHaveLength(4);
    expect(
      words.match(/\/Alt \(QR code for the app, with the address and the activation code\)/g),
    ).toHaveLength(2);
    expect(words.match(/\/Lang \(en\)/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test('a user who moved out of reach gets no letter from whoever made the job', async () => {
    const { name: securityDomain, path } = await api('addSecurityDomain', { body: { name: 'reach' } });
    const { userIds } = await addPeople(stored.db, 'reach', 2, { domain: path });
    const { key } = await api('addApiKey', {
      body: { name: 'reach', permissions: ['tokens:view', 'tokens:distribute'], securityDomain },
    });
    const by = deployment.apiOf(0, key);
    const made = await by('distributeMany', { body: { name: 'r', choose: { userIds }, profile: 'types' } });
    await jobSettled(by, made.id);
    await by('startJob', { params: { id: made.id }, body: { name: 'r' } });
    const job = await jobEnded(by, made.id);
    const kept = () =>
      by('takeJobLetters', { params: { id: job.id }, query: { codes: 'keep' }, body: { separate: false } });
    expect(await pagesOf((await kept()).pdf)).toHaveLength(2);
    const move = (userId: string) =>
      api('editUser', { params: { userId }, body: { securityDomain: 'top' }, ifMatch: 1 });
    await move(userIds[0] as string);
    const pages = await pagesOf((await kept()).pdf);
    expect(pages).toHaveLength(1);
    await move(userIds[1] as string);
    expect(await problemOf(kept())).toBe('job-row.another-domain');
  });

  test('an address of eight lines is printed whole, inside the window of the envelope', async () => {
    const { userIds } = await addPeople(stored.db, 'long', 1);
    const address = Array.from({ length: 8 }, (_, index) => `Line number ${index + 1}`);
    const file = `userId,address\n${userIds[0]},"${address.join('\n')}"`;
    const made = await api('distributeMany', { body: { name: 'long', choose: { file }, profile: 'types' } });
    const { id, name } = await jobSettled(api, made.id);
    await api('startJob', { params: { id }, body: { name } });
    const { pdf } = await take(await jobEnded(api, id));
    const [page = ''] = await pagesOf(pdf);
    for (const line of address) expect(page).toContain(line);
    // DIN 5008, form B: the window is from 45 to 90 mm, the date below it at 87 mm.
    const boxes = await poppler('pdftotext', '-bbox', join(folder, 'letters.pdf'), '-');
    const bottom = /yMax="([\d.]+)">8</.exec(boxes)?.[1];
    expect(Number(bottom) / (72 / 25.4)).toBeLessThan(90);
    expect(Number(bottom) / (72 / 25.4)).toBeGreaterThan(45);
  });

  test('in the language of the user; no picture for an app that cannot scan', async () => {
    const { userIds } = await addPeople(stored.db, 'german', 1);
    await api('editUserMail', { params: { userId: userIds[0] as string }, body: { language: 'de' } });
    const made = await api('distributeMany', {
      body: { name: 'german', choose: { userIds }, profile: 'types' },
    });
    const { id, name } = await jobSettled(api, made.id);
    await api('startJob', { params: { id }, body: { name } });
    const [page = ''] = await pagesOf((await take(await jobEnded(api, id))).pdf);
    expect(page).toMatch(/Guten Tag Some Body,[\s\S]*Aktivierungscode\s+\d{4} \d{4} \d{4}/);
    expect(await scan(1)).toBeUndefined();
  });

  test('not by others, not where there are no codes, not with a broken logo; and then the codes are still there', async ({
    expect,
  }) => {
    expect(await problemOf(take(await distributed('scanned', 'qr', 1)))).toBe('job.no-codes');
    const job = await distributed('kept', 'types', 2);
    const { key } = await api('addApiKey', {
      body: { name: 'another', permissions: ['tokens:view', 'tokens:distribute'] },
    });
    expect(await problemOf(take(job, false, deployment.apiOf(0, key)))).toBe('job.own-only');
    // Neither would be accepted now; an earlier version stored what it was given. Nine million pixels in 35 KB are not unpacked.
    const large = PNG.sync.write(new PNG({ width: 3_000, height: 3_000 }));
    for (const logo of [
      'data:image/png;base64,AAAAAAAA',
      `data:image/png;base64,${large.toString('base64')}`,
    ]) {
      const { settings, version } = await findSettings(stored.db);
      await updateSettings(stored.db, { ...settings, 'organization.logo': logo }, version);
      // Taking is once only: the server must have read the settings before.
      const logoOfServer = async () => (await api('getDistributionSettings', {})).letterhead.logo;
      await expect.poll(logoOfServer).toBe(logo);
      expect(await problemOf(take(job))).toBe('job.unreadable-logo');
      expect(await problemOf(organization({ logo }))).toMatch(/^settings\.mark-/);
    }
    await organization({ logo: '' });
    const taken = await Promise.allSettled([take(job), take(job), take(job)]);
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
