/** What the tests of a suite share: made before the first of them, and ended after the last. */
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from './browser/chromium.ts';
import type { DatabaseKind } from './databases.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { FreshDatabase } from './fresh-database.ts';

/** Stands for what `make` gives, which is there from the first test on. */
export function forSuite<T extends object>(
  make: () => Promise<T>,
  end: (made: T) => Promise<unknown> | unknown,
): T {
  let made: T | undefined;
  beforeAll(async () => {
    made = await make();
  });
  afterAll(() => made && end(made));
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
export const openedFor = (database: FreshDatabase): OpenDatabase =>
  forSuite(
    () => openDatabase(database.location),
    (made) => made.close(),
  );

export const chromiumFor = (deployment: Deployment): Browser =>
  forSuite(
    () => launchChromium(deployment),
    (made) => made.close(),
  );
