/** The web authenticator in a real Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DistributeResult } from '@sower/api/distributions';
import type { ProfileInput } from '@sower/api/profiles';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { PNG } from 'pngjs';
import encodeQR from 'qr';
import type { Deployment } from '../deployment.ts';
import { assertValidMessage } from '../documents/message-schemas.ts';
import { CHROMIUM_ARGUMENTS, findChromium, WAIT_MILLISECONDS } from './chromium.ts';

export const AUTHENTICATOR = fileURLToPath(new URL('../../../apps/authenticator/', import.meta.url));

export type Installed = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Where a browser of its own keeps its storage. */
  readonly profile: string;
  /** Every request that left the page or its workers, by address. */
  readonly asked: string[];
  /** What the browser reported of the Content-Security-Policy. */
  readonly violations: string[];
  close(): Promise<void>;
};

export type BrowserOptions = {
  dark?: boolean;
  width?: number;
  locale?: string;
  userAgent?: string;
  /** A browser of its own, with a profile on the disk as people have. The rest needs one. */
  own?: boolean;
  /** A film for the camera. */
  camera?: string;
  /** A profile that a browser has had before, instead of a fresh one. */
  profile?: string;
};

const launchOptions = (camera?: string) => ({
  executablePath: findChromium() ?? '/usr/bin/chromium',
  args: [
    ...CHROMIUM_ARGUMENTS,
    // The certificate of a server for tests; also for service workers, which the browser's own exception does not cover.
    '--ignore-certificate-errors',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
  ],
});

export const startChromium = (): Promise<Browser> => chromium.launch(launchOptions());

/** @param shared has room for all that need no browser of their own */
export async function openBrowser(options: BrowserOptions = {}, shared?: Browser): Promise<Installed> {
  const context = {
    colorScheme: options.dark ? 'dark' : 'light',
    locale: options.locale ?? 'en',
    ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
    viewport: { width: options.width ?? 1280, height: 800 },
  } as const;
  if (shared && !options.own && options.camera === undefined && options.profile === undefined)
    return watched(await shared.newContext(context), '');
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'sower-authenticator-'));
  const launched = await chromium.launchPersistentContext(profile, {
    ...launchOptions(options.camera),
    ...context,
  });
  return watched(launched, profile);
}

async function watched(context: BrowserContext, profile: string): Promise<Installed> {
  context.setDefaultTimeout(WAIT_MILLISECONDS);
  const asked: string[] = [];
  const invalid: unknown[] = [];
  context.on('request', (request) => {
    asked.push(request.url());
    if (request.method() !== 'POST' || !/\/ctkip(\/services\/CtkipService)?$/.test(request.url())) return;
    try {
      assertValidMessage(request.postDataBuffer() ?? '');
    } catch (error) {
      invalid.push(error);
    }
  });
  const violations: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript|require-trusted-types/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  page.on('pageerror', (error) => violations.push(String(error)));
  return {
    context,
    page,
    profile,
    asked,
    violations,
    async close() {
      await context.close();
      if (profile !== '') rmSync(profile, { recursive: true, force: true });
      if (invalid.length > 0) throw invalid[0];
    },
  };
}

let number = 0;

/** A user with a token that was distributed just now. */
export async function distributed(
  { api }: Deployment,
  profile: Partial<ProfileInput> = {},
  nickname = '',
): Promise<DistributeResult & { userId: string; serial: string }> {
  const { first: serial } = await api('mintTokens', { body: {} });
  number += 1;
  const userId = `user${number}`;
  const name = `profile ${number}`;
  await api('addUser', { body: { userId, lastName: 'Doe' } });
  await api('assignToken', { params: { serial }, body: { userId } });
  await api('addProfile', {
    body: {
      name,
      deviceType: 'sower',
      delivery: 'url',
      authenticationType: 'tokencode',
      ...profile,
    } as never,
  });
  const result = await api('distributeToken', { params: { serial }, body: { profile: name, nickname } });
  return { ...result, userId, serial };
}

export function picture(texts: readonly string[], pixels = 6): Buffer {
  const codes = texts.map((text) => encodeQR(text, 'raw', { ecc: 'medium', border: 4 }));
  const side = Math.max(...codes.map(({ length }) => length)) * pixels;
  const png = new PNG({ width: side * codes.length, height: side });
  png.data.fill(255);
  for (const [place, modules] of codes.entries()) {
    for (let y = 0; y < modules.length * pixels; y += 1) {
      for (let x = 0; x < modules.length * pixels; x += 1) {
        if (!modules[Math.floor(y / pixels)]?.[Math.floor(x / pixels)]) continue;
        const at = (y * png.width + place * side + x) * 4;
        png.data.fill(0, at, at + 3);
      }
    }
  }
  return PNG.sync.write(png);
}

/** A film for the fake camera: raw YUV 4:2:0, a PNG in the middle of a grey picture, as bright as it is. */
export function film(path: string, picture: Buffer): string {
  const [width, height] = [1280, 960];
  const png = PNG.sync.read(picture);
  const [left, top] = [width - png.width, height - png.height].map((rest) => Math.floor(rest / 2)) as [
    number,
    number,
  ];
  if (left < 0 || top < 0) throw new Error('the picture is larger than the film');
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  frame.fill(90, 0, width * height);
  for (let y = 0; y < png.height; y += 1) {
    for (let x = 0; x < png.width; x += 1) {
      const [red, green, blue] = png.data.subarray((y * png.width + x) * 4) as unknown as number[];
      frame[(top + y) * width + left + x] = 16 + 0.257 * red! + 0.504 * green! + 0.098 * blue!;
    }
  }
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)];
  for (let count = 0; count < 5; count += 1) parts.push(Buffer.from('FRAME\n'), frame);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** From the review to the code: presses Import and reads the comparison number. */
export async function importNow(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Import token' }).click();
  await page.getByRole('heading', { name: 'Comparison number' }).waitFor();
  return ((await page.locator('.comparison').textContent()) ?? '').trim();
}

/** The code that is shown, digits only. */
export async function shownCode(page: Page): Promise<string> {
  const code = page.locator('.big .code [data-code]');
  await code.waitFor({ state: 'attached' });
  return (await code.getAttribute('data-code')) ?? '';
}
