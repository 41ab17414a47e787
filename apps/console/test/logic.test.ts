/** What the pages decide by themselves, without a browser. */
import type { Administrator } from '@sower/api/administrators';
import type { ApiKey } from '@sower/api/api-keys';
import { nameInTrail, userInTrail } from '@sower/api/audit';
import { KEY_ENDS_SOON_DAYS } from '@sower/api/checks';
import { OPERATIONS, type Operation } from '@sower/api/operations';
import { namedActor } from '@sower/texts/actors';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endsSoon, lastSuperAdmin, passwordRefusal, stoppedByOwner } from '../src/administration/warnings.ts';
import { attributeLines, readAttributes, readRealms } from '../src/agents/lines.ts';
import { ALERT_PLACES } from '../src/home/alert-places.ts';
import { forgetApproval, takeApproval, takenApproval } from '../src/self-service/token/approval.ts';
import { browserName } from '../src/session/browser-name.ts';
import { neededFor } from '../src/shell/page-needs.ts';
import type { ConsoleTexts } from '../src/texts/use-texts.ts';
import { isTypedAgain, startOfDay } from '../src/ui/times.ts';

test('a name in the audit trail has one backslash where the trail writes two', () => {
  expect(nameInTrail('administrator:CORP\\\\ada')).toBe('CORP\\ada');
  expect(userInTrail('user:CORP\\\\ada')).toBe('CORP\\ada');
  expect(userInTrail('token:000100000001')).toBeUndefined();
  expect(namedActor('administrator:CORP\\\\ada')).toEqual({ kind: 'administrator', name: 'CORP\\ada' });
  expect(namedActor('api-key:a:b')).toEqual({ kind: 'api-key', name: 'a:b' });
});

describe('what a page needs', () => {
  test.each([
    ['/users', 'users:view'],
    ['/users/new', 'users:edit'],
    ['/users/jdoe', 'users:view'],
    ['/users/jdoe/edit', 'users:edit'],
    ['/tokens/000100000001', 'tokens:view'],
    ['/tokens/000100000001/distribute', 'tokens:distribute'],
    ['/administrators', 'administrators:view'],
    ['/administrators/new', 'administrators:edit'],
    ['/roles/new', 'administrators:edit'],
    ['/roles/auditor', 'administrators:view'],
    ['/', undefined],
    ['/log-on', undefined],
  ])('%s: %s', (path, permission) => {
    expect(neededFor(path)).toBe(permission);
  });

  test.each(Object.entries(ALERT_PLACES))('the way from the alert %s leads to a page: %s', (_, place) => {
    expect(neededFor(place.replace(/[?].*/, ''))).toBeDefined();
  });

  test('is a permission that some operation asks for', () => {
    const asked = new Set(Object.values(OPERATIONS).map((operation: Operation) => operation.permission));
    for (const path of ['/users', '/tokens/mint', '/policies', '/monitor', '/mail/settings', '/certificates'])
      expect(asked).toContain(neededFor(path));
  });
});

test.each([
  ['1234', '1234', true],
  // As it is shown in English, German, French and Swiss German.
  ['1,234', '1234', true],
  ['1.234', '1234', true],
  ['1\u202f234', '1234', true],
  [' 1’234 ', '1234', true],
  ['-1234', '1234', false],
  ['1234 users', '1234', false],
  ['12', '1234', false],
  ['', '1234', false],
  [' Weekly ', 'Weekly', true],
  ['Week,ly', 'Weekly', false],
])('"%s" typed for "%s": %s', (typed, asked, right) => {
  expect(isTypedAgain(typed, asked)).toBe(right);
});

describe('the last Super Admin', () => {
  const administrator = (userName: string, enabled: boolean, role: string, securityDomain = 'top') =>
    ({ userName, enabled, grants: [{ role, securityDomain }] }) as unknown as Administrator;

  test('is whoever is enabled and holds the role at the top, if nobody else does', () => {
    const admin = administrator('admin', true, 'super-admin');
    expect(lastSuperAdmin([admin, administrator('help', true, 'help-desk')])).toBe('admin');
    expect(lastSuperAdmin([admin, administrator('off', false, 'super-admin')])).toBe('admin');
    expect(lastSuperAdmin([admin, administrator('below', true, 'super-admin', 'd1')])).toBe('admin');
    expect(lastSuperAdmin([admin, administrator('other', true, 'super-admin')])).toBeUndefined();
  });
});

test('a password that cannot be set says why: one’s own, and one in a directory', () => {
  const t = ((key: string) => key) as unknown as ConsoleTexts;
  expect(passwordRefusal(t, { userName: 'help' }, 'admin')).toBeUndefined();
  expect(passwordRefusal(t, { userName: 'admin' }, 'admin')).toBe('administrators.passwordOwn');
  expect(passwordRefusal(t, { userName: 'ada', directory: 'Head office' }, 'admin')).toBe(
    'administrators.passwordInDirectory',
  );
});

describe('API keys', () => {
  const key = (standing: ApiKey['standing'], days?: number) =>
    ({
      standing,
      ...(days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }),
    }) as ApiKey;

  test('that still work and end within two weeks end soon', () => {
    expect(endsSoon(key('active', KEY_ENDS_SOON_DAYS - 1))).toBe(true);
    expect(endsSoon(key('limited', 1))).toBe(true);
    expect(endsSoon(key('active', KEY_ENDS_SOON_DAYS + 1))).toBe(false);
    expect(endsSoon(key('active'))).toBe(false);
    expect(endsSoon(key('expired', -1))).toBe(false);
  });

  test('are stopped by their owner unless they work or have expired', () => {
    expect(stoppedByOwner(key('owner-deleted'))).toBe(true);
    expect(stoppedByOwner(key('limited'))).toBe(true);
    expect(stoppedByOwner(key('active'))).toBe(false);
    expect(stoppedByOwner(key('expired'))).toBe(false);
  });
});

describe('reply attributes', () => {
  test('are read from the lines that they are shown as', () => {
    const attributes = [
      { name: 'Filter-Id', value: 'vpn = all' },
      { name: 'Class', value: 'guests', securityDomain: 'Contractors' },
    ];
    const lines = attributeLines(attributes);
    expect(lines).toBe('Filter-Id = vpn = all\n[Contractors] Class = guests');
    expect(readAttributes(`\n${lines}\n\n`)).toEqual({ ok: true, attributes });
  });

  test('name the first line that is none', () => {
    expect(readAttributes('Filter-Id = vpn\n\nnonsense')).toEqual({ ok: false, line: 3 });
  });
});

describe('the name of a browser', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140, Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0',
      'Edge 138, Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari 18, iOS',
    ],
    ['curl/8.14.1', 'curl/8.14.1'],
    ['x'.repeat(100), 'x'.repeat(40)],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});

describe('the approval that a phone shows', () => {
  const replaceState = vi.fn();
  const open = (pathname: string, hash: string): boolean => {
    vi.stubGlobal('location', { pathname, search: '', hash });
    vi.stubGlobal('history', { state: null, replaceState });
    return takeApproval();
  };
  beforeEach(() => replaceState.mockClear());
  afterEach(() => {
    forgetApproval();
    vi.unstubAllGlobals();
  });

  test('is taken from the fragment, which leaves the address at once', () => {
    expect(open('/self-service/move', '#serial=000100000001&approval=12345678')).toBe(true);
    expect(takenApproval()).toEqual({ serial: '000100000001', approval: '12345678' });
    expect(replaceState).toHaveBeenCalledWith(null, '', '/self-service/move');
  });

  test.each([
    ['/self-service/move', '#serial=%2F&approval=12345678'],
    ['/self-service/move', '#serial=000100000001'],
    ['/self-service/move', ''],
    ['/self-service/', '#serial=000100000001&approval=12345678'],
  ])('is not taken from %s%s', (pathname, hash) => {
    expect(open(pathname, hash)).toBe(false);
    expect(takenApproval()).toBeUndefined();
  });

  test('leaves the address even where it is none', () => {
    open('/self-service/move', '#approval=secret');
    expect(replaceState).toHaveBeenCalledOnce();
  });
});

describe('a day', () => {
  const { TZ } = process.env;
  afterEach(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  test.each([
    ['America/Los_Angeles', '2026-12-01', 0, '2026-12-01T08:00:00.000Z'],
    ['Asia/Tokyo', '2026-12-01', 0, '2026-11-30T15:00:00.000Z'],
    // An hour shorter.
    ['Europe/Berlin', '2027-03-28', 1, '2027-03-28T22:00:00.000Z'],
  ])('begins in %s when it does there', (zone, day, later, begins) => {
    process.env.TZ = zone;
    expect(startOfDay(day, later).toISOString()).toBe(begins);
  });
});

test('realms are read line by line, and the first that is none is named', () => {
  const both = [
    { realm: 'example.com', securityDomain: 'Sales' },
    { realm: 'b', securityDomain: 'c = d' },
  ];
  expect(readRealms('example.com = Sales\n\n b=c = d ')).toEqual({ ok: true, realms: both });
  for (const wrong of ['x', '=Sales', 'x=', ' = '])
    expect(readRealms(`a=b\n${wrong}`)).toEqual({ ok: false, line: 2 });
});
