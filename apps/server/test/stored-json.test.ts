/** JSON in columns is read as an earlier version wrote it, as a later one does beside this one, and as no version would. */

import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { onBothDatabases } from '../../../test/harness/databases.ts';
import { openedDatabase } from '../../../test/harness/deployed.ts';
import { onlyGroupsOf } from '../src/clients/only-groups.ts';
import { replyAttributesOf } from '../src/clients/radius-clients.ts';
import { permissionSet } from '../src/directory/roles.ts';
import { settingsOf } from '../src/directory/sources/settings.ts';
import { USER_ACTIONS } from '../src/jobs/bulk/users.ts';
import { readGiving, readInput } from '../src/jobs/distribution/input.ts';
import { readFields, readImport } from '../src/jobs/import/decide.ts';
import { readRule } from '../src/jobs/rules/concerned.ts';
import { storedWatermark } from '../src/jobs/synchronize/watermark.ts';
import { readProgress } from '../src/operations/rotation/convert.ts';
import { readSnapshot } from '../src/provisioning/distribution/snapshot.ts';
import { readSaved } from '../src/reporting/saved.ts';
import { stepsOf } from '../src/requests/offers.ts';
import { storedPolicy } from '../src/store/authentication/policies.ts';
import { findMailSettings } from '../src/store/mail/settings.ts';
import { claimInstallation, findSettings, updateSettings } from '../src/store/operations/installation.ts';
import { storedJson } from '../src/store/schema/stored-json.ts';
import {
  readChanges,
  readCountedChanges,
  readCounts,
  readExcesses,
  readLogOnNames,
} from '../src/store/sources/changes.ts';
import { permissionToControl } from '../src/work/rights.ts';

const SECRET = 'hunter2-in-the-row';

const snapshot = {
  profile: 'Phones',
  algorithm: 'totp',
  digits: 6,
  intervalSeconds: 30,
  authenticationType: 'fob',
  codeExpiry: '7d',
  deviceType: {
    id: 'ios',
    name: 'iOS',
    deviceClass: '0c6aaf0e-7a4b-4e5e-b3a4-4e0b7bfa0f00',
    binding: { assertion: 'required', idFields: ['DeviceID'], classFields: [] },
    linkTemplate: 'x://{{url}}',
  },
} as const;
const source = {
  connection: {
    urls: ['ldaps://ldap.example.org'],
    bindName: 'cn=reader,dc=example,dc=org',
  },
  search: { base: 'dc=example,dc=org', filter: '(uid=*)' },
  mapping: { key: 'entryUUID', userId: 'uid', lastName: 'sn' },
};
const giving = { tokens: 'mint', binding: 'class', nickname: '', again: false, by: 'user', stock: 0 };

/** @param now what this version reads of the row that an earlier version wrote */
const COLUMNS: readonly {
  readonly at: string;
  readonly read: (text: string) => unknown;
  readonly earlier: object;
  readonly now: object;
}[] = [
  { at: 'distributions.snapshot', read: readSnapshot, earlier: snapshot, now: snapshot },
  {
    at: 'jobs.input',
    read: readImport,
    earlier: { existing: 'skip', securityDomain: null, columns: ['userId'] },
    now: { existing: 'skip', securityDomain: null, columns: ['userId'], ignored: [] },
  },
  {
    at: 'jobs.input',
    read: (input) => readInput({ input }),
    earlier: { ...giving, name: 'All', profile: 'p1', profileVersion: 3, delivery: 'url' },
    now: { ...giving, name: 'All', profile: 'p1', profileVersion: 3, delivery: 'url', profileName: '' },
  },
  { at: 'jobs.input', read: (input) => readGiving({ input }), earlier: giving, now: giving },
  {
    at: 'job_rows.fields',
    read: readFields,
    earlier: { values: { userId: 'ada' } },
    now: { values: { userId: 'ada' } },
  },
  {
    at: 'distribution_rules.input',
    read: (input) => readRule({ input }),
    earlier: { profile: 'p', tokens: 'mint', binding: 'any', perDay: 1, freeAfterDays: 2, renewDays: 3 },
    now: {
      profile: 'p',
      tokens: 'mint',
      binding: 'any',
      leavers: 'own',
      perDay: 1,
      freeAfterDays: 2,
      renewDays: 3,
    },
  },
  {
    at: 'saved_reports.input',
    read: (input) => readSaved({ input }),
    earlier: { report: 'failed-log-ons', format: 'csv', recipients: ['an old\u200bname'] },
    now: { report: 'failed-log-ons', format: 'csv', recipients: ['an old\u200bname'] },
  },
  {
    at: 'identity_sources.watermark',
    read: (watermark) => storedWatermark({ watermark }),
    earlier: { server: 'dc1', value: '17' },
    now: { server: 'dc1', value: '17' },
  },
  {
    at: 'data_keys.progress',
    read: readProgress,
    earlier: { at: 1, after: ['x', 3], anew: 2, seen: 4 },
    now: { at: 1, after: ['x', 3], anew: 2, seen: 4 },
  },
  { at: 'source_runs.counts', read: readCounts, earlier: { added: 2 }, now: { added: 2 } },
];

test('a row as an earlier version wrote it is read', () => {
  for (const { read, earlier, now } of COLUMNS) expect(read(JSON.stringify(earlier))).toEqual(now);
  expect(replyAttributesOf({ reply_attributes: '[{"name":"Class","value":"x"}]' })).toEqual([
    { name: 'Class', value: 'x', domain: '/' },
  ]);
  expect(storedPolicy('token', '{}')).toMatchObject({ pinSequences: true });
  expect(settingsOf({ settings: JSON.stringify(source) })).toMatchObject({ groups: [], notify: [] });
  expect(onlyGroupsOf({ only_groups: '["cn=a,dc=b"]' })).toEqual(['cn=a,dc=b']);
  expect(stepsOf({ steps: '[{"name":"Line"}]' })).toEqual([{ name: 'Line' }]);
  expect(readChanges(null)).toEqual({});
  expect(readChanges('{"enabled":[true,false],"email":["","a@b"]}')).toEqual({
    enabled: [true, false],
    email: ['', 'a@b'],
  });
});

test('what a later version has written beside is left out, however deep it is', () => {
  for (const { read, earlier, now } of COLUMNS.filter(({ at }) => at !== 'source_runs.counts'))
    expect(read(JSON.stringify({ ...earlier, ofALaterVersion: { a: 1 } }))).toEqual(now);
  const deep = {
    ...snapshot,
    deviceType: { ...snapshot.deviceType, binding: { ...snapshot.deviceType.binding, x: 1 } },
  };
  expect(readSnapshot(JSON.stringify(deep))).toEqual(snapshot);
  // The schemas of the API refuse unknown fields at every level.
  const later = { ...source, stop: { percent: 7, changes: { ofALaterVersion: { percent: 1, atLeast: 2 } } } };
  expect(settingsOf({ settings: JSON.stringify(later) }).stop.percent).toBe(7);
  expect(storedPolicy('lockout', '{"ofALaterVersion":true}')).toEqual(storedPolicy('lockout', '{}'));
  expect(readCountedChanges('{"added":3,"ofALaterVersion":4}')).toEqual({ added: 3 });
  expect(permissionSet('["tokens:view","moon:land"]')).toEqual(new Set(['tokens:view']));
});

test('a broken row names its table and column, and never what is in it', () => {
  const broken = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      return error instanceof Error ? `${error.message} ${error.stack}` : '';
    }
    throw new Error('it was read');
  };
  for (const { at, read } of COLUMNS)
    for (const text of [`{"password":"${SECRET}`, `["${SECRET}"]`, `"${SECRET}"`, 'null']) {
      const message = broken(() => read(text));
      expect(message).toContain(at);
      expect(message).not.toContain(SECRET);
    }
  const wrong = broken(() => readSnapshot(JSON.stringify({ ...snapshot, digits: SECRET })));
  expect(wrong).toContain('distributions.snapshot: a stored value is not what this version reads: digits (');
  expect(wrong).not.toContain(SECRET);
  expect(broken(() => readLogOnNames(`[1]`))).toContain('source_entries.log_on_names');
  expect(broken(() => readExcesses(`{}`))).toContain('source_runs.exceeds');
  expect(broken(() => permissionToControl({ kind: 'tokens', input: '{"action":"fly"}' }))).toContain(
    'jobs.input',
  );
  expect(USER_ACTIONS.actions).toContain('move');
  // Unlike the others, a role that cannot be read grants nothing, and lists show it.
  expect(permissionSet(`{"${SECRET}`)).toEqual(new Set());
});

test('a field that is not known, and one that is wrong: the row does not fit', () => {
  const read = storedJson('mail_settings.settings', z.strictObject({ port: z.number() }));
  expect(read('{"port":1,"x":2}')).toEqual({ port: 1 });
  expect(() => read('{"port":"no","x":2}')).toThrow('mail_settings.settings');
});

onBothDatabases('stored JSON', (kind) => {
  const { stored: opened } = openedDatabase(kind.fresh);

  beforeAll(async () => {
    await claimInstallation(opened.db, 'check', 0);
  });

  test('settings of a later version stay in the row that this version changes', async () => {
    const { db } = opened;
    const later = JSON.stringify({ 'tokens.maxPerUser': 5, 'later.setting': { deep: [1] } });
    await db.updateTable('installation').set({ settings: later }).where('id', '=', 1).execute();
    const { settings, version } = await findSettings(db);
    expect(settings['tokens.maxPerUser']).toBe(5);
    expect(await updateSettings(db, { ...settings, 'tokens.maxPerUser': 6 }, version)).toBe(true);
    const row = await db.selectFrom('installation').select('settings').executeTakeFirstOrThrow();
    expect(JSON.parse(row.settings)).toMatchObject({
      'tokens.maxPerUser': 6,
      'later.setting': { deep: [1] },
    });
  });

  test('settings that were broken by hand say where, and not what', async () => {
    const { db } = opened;
    await db.deleteFrom('mail_settings').execute();
    const mail = { id: 1, settings: `{"user":"${SECRET}`, version: 1 };
    await db.insertInto('mail_settings').values(mail).execute();
    await expect(findMailSettings(db)).rejects.toThrow(
      /^mail_settings\.settings: a stored value is not JSON$/,
    );
    await db.updateTable('mail_settings').set({ settings: '{"host":"h","later":1}' }).execute();
    expect((await findMailSettings(db)).settings.host).toBe('h');
  });
});
