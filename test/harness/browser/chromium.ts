/** The browser of the tests: the system's, never one downloaded. */
import { spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import type { Deployment } from '../deployment.ts';

/** First Chromium without windows, a fifth less CPU for the same pages: Debian's `chromium-headless-shell`, past the shell around it. */
const installed = (): string | undefined =>
  [
    '/usr/lib/chromium/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => existsSync(path));

/** Number of the system call `socket`, by architecture (AUDIT_ARCH_*). */
const SOCKET = { x64: [0xc000003e, 41], arm64: [0xc00000b7, 198] } as const;
const AF_NETLINK = 16;

/** A filter of seccomp(2) that refuses netlink sockets: each line is an instruction of classic BPF, code, jumps and operand. */
function withoutNetlink([architecture, socket]: readonly [number, number]): Buffer {
  const program = [
    [0x20, 0, 0, 4],
    [0x15, 0, 5, architecture],
    [0x20, 0, 0, 0],
    [0x15, 0, 3, socket],
    [0x20, 0, 0, 16],
    [0x15, 0, 1, AF_NETLINK],
    // The error EAFNOSUPPORT; everything else is allowed.
    [0x06, 0, 0, 0x0005_0000 | 97],
    [0x06, 0, 0, 0x7fff_0000],
  ] as const;
  return Buffer.concat(
    program.map(([code, yes, no, operand]) => {
      const instruction = Buffer.alloc(8);
      instruction.writeUInt16LE(code);
      instruction.writeUInt8(yes, 2);
      instruction.writeUInt8(no, 3);
      instruction.writeUInt32LE(operand, 4);
      return instruction;
    }),
  );
}

const LAUNCHERS = fileURLToPath(new URL('../../../node_modules/.cache/sower-chromium', import.meta.url));

/** Several processes write the same: each reader sees a whole file. */
function writeWhole(path: string, content: string | Buffer): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o755 });
  renameSync(temporary, path);
}

/**
 * A browser that cannot watch the network interfaces of this machine: other tests add and remove some, and Chromium would then give up what
 * waits for a connection, over loopback too, such as a script of a page, which stays empty without it. Without a `setpriv` that can filter
 * (util-linux 2.41): the browser as it is.
 */
function steady(path: string): string {
  const socket = SOCKET[process.arch as keyof typeof SOCKET];
  if (socket === undefined) return path;
  mkdirSync(LAUNCHERS, { recursive: true });
  const filter = join(LAUNCHERS, 'filter');
  writeWhole(filter, withoutNetlink(socket));
  if (spawnSync('setpriv', ['--no-new-privs', '--seccomp-filter', filter, 'true']).status !== 0) return path;
  const launcher = join(LAUNCHERS, 'chromium');
  writeWhole(
    launcher,
    `#!/bin/sh\nexec setpriv --no-new-privs --seccomp-filter '${filter}' '${path}' "$@"\n`,
  );
  return launcher;
}

let found: string | undefined;
/** Once for each process: tests ask for it when they are read. */
export function findChromium(): string | undefined {
  const path = installed();
  if (path !== undefined) found ??= steady(path);
  return found;
}

/**
 * Each window brings two pages of its own for the list below the address field, a process for each, and costs five times as much with them.
 * Chromium takes the last list of features that it is given, so those that Playwright turns off stand here again.
 */
const WITHOUT_FEATURES = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'PaintHolding'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'AvoidCorsURLLoaderRestartOnRedirect'],
  ...['ThirdPartyStoragePartitioning', 'LensOverlay', 'MediaRouter', 'OptimizationHints', 'AimEnabled'],
  ...['NetworkTimeServiceQuerying', 'PreconnectToSearch'],
];

/** Headless, as root, and asking nobody outside for anything. */
export const CHROMIUM_ARGUMENTS = [
  `--disable-features=${WITHOUT_FEATURES}`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For what does not come. How soon the rest comes depends on what else the machine does; a test has more, so that a wait says what for. */
export const WAIT_MILLISECONDS = 120_000;

/**
 * For the pages of a deployment. The browser trusts its certificate, by the hash of its key: what comes from a server that is not trusted is
 * kept in no cache, and each page would be loaded and compiled anew.
 */
export async function launchChromium({ dataFolder }: Pick<Deployment, 'dataFolder'>): Promise<Browser> {
  const { publicKey } = new X509Certificate(readFileSync(join(dataFolder, 'tls', 'server.pem')));
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' }));
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '/usr/bin/chromium',
    args: [...CHROMIUM_ARGUMENTS, `--ignore-certificate-errors-spki-list=${hash.digest('base64')}`],
  });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(WAIT_MILLISECONDS);
    return context;
  };
  return browser;
}
