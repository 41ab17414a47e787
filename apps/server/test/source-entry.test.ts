/** What becomes of entries of a directory, good and bad: mapping, keys, account states. */

import { SOURCE_PRESETS } from '@sower/api/identity-sources';
import { guidOctets, mapEntry, passwordAttributesOf } from '@sower/server/directory/sources/entry';
import { expect, test } from 'vitest';

const NOW = Date.UTC(2030, 0, 31, 12);
const entry = (attributes: Record<string, (string | Buffer)[]>, name = 'uid=ada,dc=example') => ({
  name,
  attributes: new Map(Object.entries(attributes).map(([key, values]) => [key.toLowerCase(), values])),
});
const openldap = (attributes: Record<string, (string | Buffer)[]>) =>
  mapEntry(
    entry({ entryUUID: ['AAAA-bbbb'], uid: ['ada'], ...attributes }),
    SOURCE_PRESETS.openldap.mapping,
    NOW,
  );
const ad = (attributes: Record<string, (string | Buffer)[]>, domainName = '') =>
  mapEntry(
    entry({
      objectGUID: [Buffer.alloc(16, 0xc3)],
      sAMAccountName: ['ada'],
      userAccountControl: ['512'],
      ...attributes,
    }),
    { ...SOURCE_PRESETS['active-directory'].mapping, domainName },
    NOW,
  );

test('an entry as it should be', () => {
  const mapped = openldap({
    givenName: ['Ada'],
    sn: ['Lovelace'],
    mail: ['Ada@Example.com'],
    telephoneNumber: ['1'],
  });
  expect(mapped).toEqual({
    name: 'uid=ada,dc=example',
    key: 'aaaa-bbbb',
    userId: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'Ada@Example.com',
    telephone: '1',
    logOnNames: ['ada@example.com'],
    protectedNames: [],
    state: 'active',
  });
  expect(ad({ userPrincipalName: ['ada@corp.example'], mail: ['ada@mail.example'] }, 'CORP')).toMatchObject({
    logOnNames: ['ada@corp.example', 'ada@mail.example', 'corp\\ada'],
    protectedNames: ['ada@corp.example', 'corp\\ada'],
  });
});

test('when the password of the directory expires: as Active Directory, FreeIPA and 389ds write it; never, unknown, to be changed', () => {
  const attribute = 'msDS-UserPasswordExpiryTimeComputed';
  const of = (value: string) => ad({ [attribute]: [value] }).passwordUntil;
  // Steps of 100 ns since 1601; by date(1): 2030-01-01 is 1893456000.
  expect(of(String((1_893_456_000n + 11_644_473_600n) * 10_000_000n))).toBe(Date.UTC(2030, 0, 1));
  expect(of('0')).toBe(0);
  expect(of('9223372036854775807')).toBe(undefined);
  expect(of('soon')).toBe(undefined);
  expect(ad({}).passwordUntil).toBe(undefined);
  for (const name of ['krbPasswordExpiration', 'passwordExpirationTime'])
    expect(
      mapEntry(
        entry({ ipaUniqueID: ['x'], uid: ['ada'], [name]: ['20300101000000Z'] }),
        SOURCE_PRESETS.freeipa.mapping,
        NOW,
      ).passwordUntil,
    ).toBe(Date.UTC(2030, 0, 1));
  expect(passwordAttributesOf(SOURCE_PRESETS.openldap.mapping)).toEqual([]);
});

test('a GUID is sixteen octets in the order of Active Directory, whether or not they are text', () => {
  const octets = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  expect(ad({ objectGUID: [octets] }).key).toBe('33221100-5544-7766-8899-aabbccddeeff');
  expect(guidOctets('33221100-5544-7766-8899-aabbccddeeff')).toEqual(octets);
  const asText = 'abcdefghijklmnop';
  expect(ad({ objectGUID: [asText] }).key).toBe(ad({ objectGUID: [Buffer.from(asText)] }).key);
  expect(ad({ objectGUID: [Buffer.alloc(15)] }).refused?.code).toBe('source-entry.no-key');
});

test('no key, two keys, no user ID, two, binary, with marks nobody sees, too long: refused, with a reason', () => {
  const cases: [Record<string, (string | Buffer)[]>, string][] = [
    [{ entryUUID: [] }, 'source-entry.no-key'],
    [{ entryUUID: ['a', 'b'] }, 'source-entry.no-key'],
    [{ entryUUID: ['x'.repeat(200)] }, 'source-entry.no-key'],
    [{ uid: [] }, 'source-entry.no-user-id'],
    [{ uid: [''] }, 'source-entry.no-user-id'],
    [{ uid: ['a', 'b'] }, 'source-entry.many-user-ids'],
    [{ uid: [Buffer.from([0xff, 0xfe])] }, 'source-entry.bad-user-id'],
    [{ uid: ['ad\u202ea'] }, 'source-entry.bad-user-id'],
    [{ uid: ['ad\u200ba'] }, 'source-entry.bad-user-id'],
    [{ uid: ['a\nb'] }, 'source-entry.bad-user-id'],
    [{ uid: ['x'.repeat(65_536)] }, 'source-entry.bad-user-id'],
    [{ uid: ['   '] }, 'source-entry.bad-user-id'],
  ];
  for (const [attributes, code] of cases)
    expect(openldap(attributes).refused?.code, JSON.stringify(attributes).slice(0, 60)).toBe(code);
  // With a key, whoever is known by it is not gone.
  expect(openldap({ uid: [] }).key).toBe('aaaa-bbbb');
});

test('other values are made harmless and short, and the entry is used', () => {
  const mapped = openldap({
    givenName: [Buffer.from([0xff])],
    sn: [`${'y'.repeat(65_536)}\u0000`],
    mail: ['not an address', 'ada@example.com'],
    telephoneNumber: ['+49\u202e 1\r\n2'],
  });
  expect(mapped.refused).toBe(undefined);
  expect([mapped.firstName, mapped.lastName.length, mapped.email, mapped.telephone]).toEqual([
    '',
    128,
    'ada@example.com',
    '+49 12',
  ]);
  expect(openldap({ mail: ['ada'] }).email).toBe('');
  expect(openldap({ uid: ['*)(uid=*'] })).toMatchObject({ userId: '*)(uid=*' });
});

test('account states of each kind', () => {
  const states: [string, { readonly state: string; readonly refused?: unknown }][] = [
    ['active', ad({})],
    ['disabled', ad({ userAccountControl: ['514'] })],
    ['active', ad({ accountExpires: ['0'] })],
    ['active', ad({ accountExpires: ['9223372036854775807'] })],
    ['expired', ad({ accountExpires: ['132000000000000000'] })],
    ['active', ad({ accountExpires: ['139000000000000000'] })],
    ['locked', ad({ lockoutTime: ['132000000000000000'] })],
    ['active', ad({ lockoutTime: ['0'] })],
    ['active', ad({ lockoutTime: ['132000000000000000'], 'msDS-User-Account-Control-Computed': ['0'] })],
    ['locked', ad({ 'msDS-User-Account-Control-Computed': ['16'] })],
    ['disabled', openldap({ pwdAccountLockedTime: ['000001010000Z'] })],
    ['locked', openldap({ pwdAccountLockedTime: ['20300131115900Z'] })],
    ['expired', openldap({ pwdEndTime: ['20300131115900Z'] })],
    ['active', openldap({ pwdEndTime: ['20300131120100Z'] })],
  ];
  for (const [index, [state, mapped]] of states.entries())
    expect([index, mapped.state, mapped.refused]).toEqual([index, state, undefined]);
  const nobodyMayRead = ad({ userAccountControl: [] });
  expect([nobodyMayRead.refused !== undefined, nobodyMayRead.state]).toEqual([true, 'disabled']);
  const ipa = (attributes: Record<string, string[]>) =>
    mapEntry(entry({ ipaUniqueID: ['k'], uid: ['a'], ...attributes }), SOURCE_PRESETS.freeipa.mapping, NOW)
      .state;
  expect(ipa({ nsAccountLock: ['TRUE'] })).toBe('disabled');
  expect(ipa({ krbPrincipalExpiration: ['20200101000000Z'] })).toBe('expired');
  expect(ipa({})).toBe('active');
});
