/** Coexistence in the Security Console, in a real Chromium: old servers are added and turned on, and the lists say who has moved. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleDe, consoleEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, sharedConsole } from '../../harness/browser/console-browser.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { PSKC_FACTS, pskcFile } from '../../harness/jobs/token-files.ts';
import { ask, RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import {
  OLD_INTERVAL,
  OLD_SECRET,
  type OldRadius,
  oldCode,
  oldInterval,
  oldRadius,
} from '../../harness/radius/old-server.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;
const SECRET = 'secret-of-the-radius-client-0';

describe.skipIf(skip)('Security Console: coexistence', () => {
  const { deployment } = deployed(SQLITE, { arguments: [...RADIUS_OPTIONS] });
  const browser = chromiumFor(deployment);
  let old: OldRadius;
  let peer: RadiusPeer;

  beforeAll(async () => {
    old = await oldRadius();
    peer = await radiusPeer(radiusPort(deployment.servers[0] as never, 'authentication'));
    await deployment.api('addRadiusClient', {
      body: { name: 'gateway', network: '127.0.0.1', secret: SECRET },
    });
  });
  afterAll(async () => {
    peer?.close();
    await old?.stop();
  });

  const logged = sharedConsole(() => ({ browser, deployment }));
  const allOf = { en: consoleEn, de: consoleDe };

  test.each(['en', 'de'] as const)(
    'added, turned on, and who moved, waits and conflicts (%s)',
    async (locale) => {
      const { api } = deployment;
      const all = allOf[locale];
      const t = all.coexistence;
      const page = await logged(locale);
      await byMenu(page, all.menu.coexistence);
      await page.getByRole('button', { name: t.add, exact: true }).first().click();
      const dialog = page.getByRole('dialog');
      // What is required has a star after its label.
      const labelled = (label: string) => dialog.getByLabel(new RegExp(`^${label}`));
      const name = `Old ${locale}`;
      await labelled(t.name).fill(name);
      await labelled(t.servers).fill('192.0.2.9');
      await dialog.locator('input[type=password]').fill(OLD_SECRET);
      await labelled(t.endsOn).fill('2099-12-31');
      expect(await inspect(page, `coexistence dialog ${locale}`, LOOKS_IN[locale])).toEqual([]);
      const add = dialog.getByRole('button', { name: t.addAction, exact: true });
      await add.click();
      // An address without a port.
      await dialog.getByText(locale === 'en' ? /Enter an address with a port/ : /Adresse mit Port/).waitFor();
      await labelled(t.servers).fill(old.address);
      await add.click();
      await dialog.waitFor({ state: 'hidden' });
      const row = page.getByRole('row', { name: new RegExp(name) });
      await row.getByText(t.states.off, { exact: true }).waitFor();
      await row.getByRole('button').click();
      await page.getByRole('menuitem', { name: t.enable, exact: true }).click();
      await dialog.getByRole('button', { name: t.enable, exact: true }).click();
      await row.getByText(t.states.on, { exact: true }).waitFor();

      const [moves, waits, stranger] = ['moves', 'waits', 'stranger'].map((what) => ({
        userId: `${what}-${locale}`,
        serial: `OLD-${what}-${locale}`.toUpperCase(),
        key: new Uint8Array(randomBytes(20)),
      })) as [Person, Person, Person];
      for (const person of [moves, waits, stranger]) {
        old.users.set(person.userId, { pin: '4826', key: person.key });
        if (person !== stranger) await api('addUser', { body: { userId: person.userId } });
      }
      const file = await pskcFile(
        { kind: 'none' },
        [moves, waits].map(({ serial, key }) => ({
          ...{ ...PSKC_FACTS, seed: key, digits: 6 as const, serial, userId: '' },
          ...({ algorithm: 'totp', hash: 'sha1', intervalSeconds: OLD_INTERVAL, driftIntervals: 0 } as const),
        })),
      );
      const job = { name: `seeds ${locale}`, file: Buffer.from(file).toString('base64') };
      const { id } = await api('importTokens', { body: job });
      await jobSettled(api, id);
      await api('startJob', { params: { id }, body: { name: job.name } });
      await jobEnded(api, id);
      await roomInTheMinute({ now: Date.now });
      for (const { userId, key } of [moves, stranger])
        for (const offset of [-1, 0]) {
          const passcode = `4826${oldCode(key, oldInterval() + offset)}`;
          expect((await ask(peer, SECRET, userId, passcode)).ok).toBe(true);
        }

      await page.reload();
      const grid = (tab: 'conflict' | 'moved' | 'waiting') =>
        page.getByRole('grid', { name: t.tabs[tab], exact: true });
      await grid('conflict').getByText(stranger.userId, { exact: true }).waitFor();
      await grid('conflict').getByText(t.lessons['unknown-user']).first().waitFor();
      expect(await inspect(page, `coexistence conflicts ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await page.getByRole('tab', { name: t.tabs.moved, exact: true }).click();
      await grid('moved').getByRole('link', { name: moves.userId, exact: true }).waitFor();
      await grid('moved').getByRole('link', { name: moves.serial, exact: true }).waitFor();
      await page.getByRole('tab', { name: t.tabs.waiting, exact: true }).click();
      await grid('waiting').getByRole('link', { name: waits.userId, exact: true }).waitFor();
      expect(await inspect(page, `coexistence waiting ${locale}`, LOOKS_IN[locale])).toEqual([]);
      // One seed is left: two passcodes match it by chance with odds of (3 / 10^6)^2.
      const odds = new Intl.NumberFormat(locale).format(110_000_000_000);
      await page.getByText(t.oneIn.replace('{{count, number}}', odds)).first().waitFor();

      await row.getByRole('button').click();
      await page.getByRole('menuitem', { name: t.delete, exact: true }).click();
      await dialog.getByRole('button', { name: t.delete, exact: true }).click();
      await page.getByText(t.none, { exact: true }).waitFor();
      await api('deleteToken', { params: { serial: waits.serial } });
    },
  );
});

type Person = { readonly userId: string; readonly serial: string; readonly key: Uint8Array };
