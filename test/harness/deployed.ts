/** What the tests of a suite share: made before the first of them, and ended after the last. */
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchChromium } from './browser/chromium.ts';
import type { DatabaseKind } from './databases.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { FreshDatabase } from './fresh-database.ts';

/** When it is made, and when it ends. */
const SUITE = [beforeAll, afterAll] as const;
export const EACH_TEST = [beforeEach, afterEach] as const;
export type Lasts = typeof SUITE | typeof EACH_TEST;

/** Stands for what `make` gives, which is there from the first test on. */
export function forSuite<T extends object>(
  make: () => Promise<T>,
  end: (made: T) => Promise<unknown> | unknown,
  [before, after]: Lasts = SUITE,
): T {
  let made: T | undefined;
  before(async () => {
    made = await make();
  });
  after(() => made && end(made));
  const target = (): T => {
    if (made) return made;
    throw new Error('made before the first test, and not yet there');
  };
  return new Proxy({} as T, {
    get(_, name) {
      const value: unknown = Reflect.get(target(), name);
      return typeof value === 'function' ? value.bind(made) : value;
    },
    // For `...`.
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_, name) => ({
      ...Reflect.getOwnPropertyDescriptor(target(), name),
      configurable: true,
    }),
  });
}

/** A server on a database of its own, as a first start left it. @param kind `{ installed: kind.fresh }`: it makes that first start itself */
export function deployed(
  kind: Pick<DatabaseKind, 'installed'>,
  options: Parameters<typeof deploy>[1] = {},
): { readonly database: FreshDatabase; readonly deployment: Deployment; readonly api: Deployment['api'] } {
  const database = forSuite(
    () => kind.installed(),
    (made) => made.drop(),
  );
  const deployment = forSuite(
    () => deploy(database, options),
    (made) => made.stop(),
  );
  return { database, deployment, api: (...given) => deployment.api(...given) };
}

/** Its tables, beside the server. */
export const openedFor = (database: FreshDatabase, lasts: Lasts = SUITE): OpenDatabase =>
  forSuite(
    () => openDatabase(database.location),
    (made) => made.close(),
    lasts,
  );

/** A database without a server. @param make such as `kind.fresh` */
export function openedDatabase(
  make: () => Promise<FreshDatabase>,
  lasts: Lasts = SUITE,
): { readonly database: FreshDatabase; readonly stored: OpenDatabase } {
  const database = forSuite(make, (made) => made.drop(), lasts);
  return { database, stored: openedFor(database, lasts) };
}

export const chromiumFor = (deployment: Deployment): Browser =>
  forSuite(
    () => launchChromium(deployment),
    (made) => made.close(),
  );
