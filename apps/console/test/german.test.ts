/** What the tables of the API say is said in German too: permissions, roles, what stands in the trail. */
import { AUDIT_ACTIONS } from '@sower/api/audit-actions';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import { consoleDe as de } from '@sower/messages/console/all.de';
import { expect, test } from 'vitest';

test.each([
  ['permissions', PERMISSION_NAMES.map((name) => name.replace(':', '_')), de.permissions],
  ['roles', Object.keys(BUILT_IN_ROLES).map((id) => id.replaceAll('-', '_')), de.roleDescriptions],
  ['actions', Object.keys(AUDIT_ACTIONS).map((name) => name.replaceAll(/[.-]/g, '_')), de.audit.actions],
] as const)('%s in German', (_, names, texts) => {
  expect(names.filter((name) => !texts[name])).toEqual([]);
});
