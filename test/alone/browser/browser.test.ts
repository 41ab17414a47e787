/** The portable suites of the pure packages in a real Chromium: the same functions, bundled, without Node. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../harness/browser/chromium.ts';

const CHROMIUM = findChromium();
const root = fileURLToPath(new URL('../../..', import.meta.url));
const SUITES = ['ctkip', 'otp', 'radius'] as const;

type Report = { passed: string[]; failed: { name: string; message: string }[] };

// A machine without a browser is told so; where landing is decided, there is one.
const skip = !CHROMIUM && !process.env.CI;
if (skip)
  console.warn('No Chromium here: the browser tests are skipped. Install one (apt-get install chromium).');

describe.skipIf(skip)('portable suites in Chromium', () => {
  let folder: string;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-browser-'));
    const entry = join(root, 'test/alone/browser', `.portable-${process.pid}.ts`);
    writeFileSync(
      entry,
      `${SUITES.map((name) => `import { cases as ${name} } from '../../../packages/${name}/test/portable.ts';`).join('\n')}
async function run(cases: Record<string, () => unknown>) {
  const report = { passed: [] as string[], failed: [] as { name: string; message: string }[] };
  for (const [name, body] of Object.entries(cases)) {
    try { await body(); report.passed.push(name); }
    catch (error) { report.failed.push({ name, message: String(error) }); }
  }
  return report;
}
Object.assign(globalThis, { runSuite: (name: string) => run({ ${SUITES.join(', ')} }[name] as never) });
`,
    );
    try {
      await build({
        root: folder,
        logLevel: 'error',
        configFile: false,
        build: {
          outDir: folder,
          emptyOutDir: false,
          minify: false,
          lib: { entry, formats: ['es'], fileName: () => 'suite.js' },
        },
      });
    } finally {
      rmSync(entry);
    }
    writeFileSync(
      join(folder, 'page.html'),
      '<!doctype html><title>suites</title><script type="module" src="suite.js"></script>',
    );
    server = createServer((request, response) => {
      const name = (request.url ?? '').slice(1);
      if (!['page.html', 'suite.js'].includes(name)) return void response.writeHead(404).end();
      response.setHeader('content-type', extname(name) === '.js' ? 'text/javascript' : 'text/html');
      response.end(readFileSync(join(folder, name)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '/usr/bin/chromium',
      args: CHROMIUM_ARGUMENTS,
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(SUITES)('%s', async (name) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`);
    await page.waitForFunction(() => 'runSuite' in globalThis);
    const report = (await page.evaluate(
      (suite) => (globalThis as never as { runSuite(name: string): unknown }).runSuite(suite),
      name,
    )) as Report;
    expect(report.failed).toEqual([]);
    const { cases } = (await import(`../../../packages/${name}/test/portable.ts`)) as { cases: object };
    expect(report.passed).toEqual(Object.keys(cases));
    expect(report.passed.length).toBeGreaterThan(20);
    await page.close();
  });
});
