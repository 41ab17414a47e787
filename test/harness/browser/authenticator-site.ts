/**
 * What the tests of the web authenticator have in common: a server, another host of the app, people, and browsers that are closed after each
 * test. One Chromium for all that need no profile on the disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import {
  type Behavior,
  ctkipResponder,
  type Responder,
} from '../../../apps/cli/test/authenticator/ctkip-responder.ts';
import { SQLITE } from '../databases.ts';
import { type Deployment, deploy } from '../deployment.ts';
import type { FreshDatabase } from '../fresh-database.ts';
import { type MeddlingProxy, meddlingProxy } from '../processes/meddling-proxy.ts';
import {
  AUTHENTICATOR,
  type BrowserOptions,
  type Installed,
  openBrowser,
  startChromium,
} from './authenticator-app.ts';
import { findChromium } from './chromium.ts';
import { furnishSelfService, newPerson, OWN_PASSWORD, textsOf } from './self-service-pages.ts';
import { type StaticHost, staticHost } from './static-host.ts';

const skip = !findChromium() && !process.env.CI;
if (skip)
  console.warn('No Chromium here: the authenticator is not tested. Install one (apt-get install chromium).');

export type AuthenticatorSite = ReturnType<typeof startSite>;

/** `describe` with such a site, where there is a browser. */
export function onAuthenticatorSite(title: string, suite: (site: AuthenticatorSite) => void): void {
  describe.skipIf(skip)(title, () => suite(startSite()));
}

function startSite() {
  let database: FreshDatabase;
  let deployment: Deployment;
  let host: StaticHost;
  let folder: string;
  let chromium: Browser;
  let opened: Installed[] = [];
  let closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-authenticator-test-'));
    host = await staticHost(join(AUTHENTICATOR, 'dist'));
    database = await SQLITE.installed();
    deployment = await deploy(database, {
      arguments: ['--wrong-codes', '1000000', '--authenticator-origins', host.origin],
    });
    await furnishSelfService(deployment);
    chromium = await startChromium();
  }, 180_000);
  afterEach(async () => {
    const closing = opened;
    opened = [];
    for (const each of closing) await each.close();
    for (const { violations } of closing) expect(violations.join('\n')).toBe('');
  });
  afterEach(async () => {
    for (const close of closers) await close();
    closers = [];
  });
  afterAll(async () => {
    await chromium?.close();
    await host.close();
    await deployment.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const t = textsOf('en');
  const origin = (): string => deployment.servers[0]!.url;
  return {
    get deployment() {
      return deployment;
    },
    /** Hosts the app as any provider would. */
    get host() {
      return host;
    },
    /** For files of the tests. */
    get folder() {
      return folder;
    },
    get origin() {
      return origin();
    },
    t,
    app: (): string => `${origin()}/authenticator/`,
    ctkip: (asked: readonly string[]): string[] =>
      asked.filter((url) => new URL(url).pathname.startsWith('/ctkip')),
    closeAfterwards(...more: (() => Promise<void>)[]): void {
      closers.push(...more);
    },
    /** With storage of its own that nobody has used. */
    async open(options: BrowserOptions = {}): Promise<Installed> {
      const installed = await openBrowser(options, chromium);
      opened.push(installed);
      return installed;
    },
    /** A server whose seeds the test can see, behind a proxy that lets pages of other origins speak with it. */
    async ownServer(behavior: Behavior): Promise<{ responder: Responder; proxy: MeddlingProxy }> {
      const responder = await ctkipResponder(behavior, { tls: false });
      const proxy = await meddlingProxy(async ({ path, headers, body }) => {
        const reply = await fetch(`http://127.0.0.1:${responder.port}${path}`, {
          method: 'POST',
          headers,
          body: Uint8Array.from(body),
        });
        const type = reply.headers.get('content-type') ?? 'text/plain';
        return {
          status: reply.status,
          headers: { 'content-type': type },
          body: Buffer.from(await reply.arrayBuffer()),
        };
      });
      closers.push(proxy.close, responder.close);
      return { responder, proxy };
    },
    /** A user with a password and a token that waits for its QR code. */
    async newOwner(): Promise<{ userId: string; serial: string }> {
      const owner = await newPerson(deployment);
      await deployment.api('setUserPassword', {
        params: { userId: owner.userId },
        body: { password: OWN_PASSWORD, mustChange: false },
      });
      return owner;
    },
    async logOnToSelfService(page: Page, userId: string, path = ''): Promise<void> {
      await page.goto(`${origin()}/self-service/${path}`);
      await page.getByLabel(t.logOn.userId).fill(userId);
      await page.getByRole('button', { name: t.next, exact: true }).click();
      await page.locator('#log-on-secret').fill(OWN_PASSWORD);
      await page.getByRole('button', { name: t.logOn.submit, exact: true }).click();
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: t.logOn.title }).waitFor();
    },
    accepts: async (userId: string, passcode: string): Promise<string> =>
      (await deployment.api('authenticate', { body: { userId, passcode } })).result,
  };
}
