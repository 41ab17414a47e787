/** One handler an operation: from the checked request to a domain function, and back to the resource. Decides nothing itself. */

import { auditEnd, exportAudit, verifyAudit } from '../audit/proof.ts';
import { viewAudit } from '../audit/view.ts';
import { setPin } from '../authentication/pin/set-pin.ts';
import { type Actor, denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import {
  addAdministrator,
  editAdministrator,
  removeAdministrator,
  setPassword,
  showAdministrators,
} from '../directory/administrators.ts';
import { addApiKey, removeApiKey, showApiKeys, takeOverApiKey } from '../directory/api-keys.ts';
import { addDomain, editDomain, removeDomain, showDomains } from '../directory/domains.ts';
import { addRole, editRole, removeRole, showRoles } from '../directory/roles.ts';
import { editSettings, rotateServerKey, viewServerKey } from '../directory/settings.ts';
import { addUser, editUser, showUser, viewUsers } from '../directory/users.ts';
import { whoCan } from '../directory/who-can.ts';
import { countTokens as countMatchingTokens, doToAll } from '../jobs/bulk.ts';
import { names } from '../keys/x509/certificate-examination.ts';
import { installationOf, probe } from '../keys/x509/reachability.ts';
import { ctkipUrl, distributeToken, openActivation } from '../provisioning/distribution/distribute.ts';
import { viewDistributions } from '../provisioning/distribution/distribution-view.ts';
import { baseOf, hostOf, linkBase } from '../provisioning/distribution/link-base.ts';
import { withdrawDistribution } from '../provisioning/distribution/withdraw.ts';
import { importDeviceType, removeDeviceType } from '../provisioning/profiles/import-device-type.ts';
import {
  addProfile,
  duplicateProfile,
  editProfile,
  noSuchProfile,
  removeProfile,
  viewProfile,
} from '../provisioning/profiles/profile.ts';
import { assignNextToken, assignToken, unassignToken } from '../provisioning/tokens/assign.ts';
import { editToken } from '../provisioning/tokens/edit.ts';
import { markLost, moveToken, removeToken, setEnabled } from '../provisioning/tokens/enable.ts';
import { mintTokens } from '../provisioning/tokens/mint.ts';
import { removeUser } from '../provisioning/tokens/remove-user.ts';
import { replaceToken } from '../provisioning/tokens/replace.ts';
import { searchFor } from '../provisioning/tokens/search.ts';
import { tokenFor } from '../provisioning/tokens/token-for.ts';
import { showToken, viewTokens } from '../provisioning/tokens/token-view.ts';
import { listAudit, objectsOf } from '../store/tables/audit.ts';
import { listDistributions } from '../store/tables/distributions.ts';
import { findSettings } from '../store/tables/installation.ts';
import { listServerKeys } from '../store/tables/server-keys.ts';
import { countDistributions, countTokens, countUsers } from '../store/tables/statistics.ts';
import { findProfile, listProfiles, profileNameKey } from '../store/tables/token-profiles.ts';
import { listTokens } from '../store/tables/token-search.ts';
import { listUsers } from '../store/tables/users.ts';
import type { Handlers } from './call.ts';
import { CERTIFICATE_HANDLERS } from './certificate-handlers.ts';
import { LOG_ON_HANDLERS } from './log-on-handlers.ts';
import { MAIL_HANDLERS } from './mail-handlers.ts';
import { keyOf, page } from './page.ts';
import { asData } from './problem.ts';
import { RADIUS_HANDLERS } from './radius-handlers.ts';
import { REQUEST_HANDLERS } from './request-handlers.ts';
import { SELF_SERVICE_HANDLERS } from './self-service-handlers.ts';
import { POLICY_HANDLERS, TOKEN_ACCESS_HANDLERS } from './token-access-handlers.ts';

async function showing<T>(outcome: Outcome<unknown>, show: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  return outcome.ok ? show() : outcome;
}

async function permitted<T>(
  actor: Actor,
  permission: Parameters<typeof denied>[1],
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return denied(actor, permission) ?? work();
}

export const HANDLERS: Handlers = {
  ...MAIL_HANDLERS,
  ...REQUEST_HANDLERS,

  getServer: async (uses) =>
    done({
      product: 'Sower',
      version: uses.version,
      publicUrl: uses.publicUrl,
      ctkipUrl: ctkipUrl(await linkBase(uses), 'securid'),
      installation: installationOf(uses),
      now: isoTime(uses.now()),
    }),

  ...LOG_ON_HANDLERS,

  listSecurityDomains: (uses, { actor }) => showDomains(uses, actor),
  addSecurityDomain: (uses, { actor, body }) => addDomain(uses, actor, body),
  renameSecurityDomain: (uses, { actor, params, body, version }) =>
    editDomain(uses, actor, { ...params, ...body, version }),
  deleteSecurityDomain: (uses, { actor, params }) => removeDomain(uses, actor, params.id),

  listRoles: (uses, { actor }) => showRoles(uses, actor),
  addRole: (uses, { actor, body }) => addRole(uses, actor, body),
  editRole: (uses, { actor, params, body, version }) =>
    editRole(uses, actor, { id: params.id, version, change: body }),
  deleteRole: (uses, { actor, params }) => removeRole(uses, actor, params.id),
  listAdministrators: (uses, { actor }) => showAdministrators(uses, actor),
  addAdministrator: (uses, { actor, body }) => addAdministrator(uses, actor, body),
  editAdministrator: (uses, { actor, params, body, version }) =>
    editAdministrator(uses, actor, { userName: params.userId, version, change: body }),
  setPassword: (uses, { actor, params, body }) =>
    setPassword(uses, actor, { userName: params.userId, password: body.password }),
  deleteAdministrator: (uses, { actor, params }) => removeAdministrator(uses, actor, params.userId),
  whoCan: (uses, { actor, params }) => whoCan(uses, actor, params.id),

  listDeviceTypes: async (uses, { actor }) =>
    permitted(actor, 'profiles:view', async () => done({ items: await uses.deviceTypes.list(uses.db) })),
  importDeviceType: (uses, { actor, body }) => importDeviceType(uses, actor, body),
  deleteDeviceType: (uses, { actor, params }) => removeDeviceType(uses, actor, params.id),

  listProfiles: (uses, { actor, query }) =>
    permitted(actor, 'profiles:view', async () => {
      const rows = await listProfiles(uses.db, query, query.limit + 1, keyOf(query.cursor));
      return done(page(rows, query.limit, (row) => profileNameKey(row.name), rows.map(viewProfile)));
    }),
  addProfile: (uses, { actor, body }) => addProfile(uses, actor, body),
  getProfile: (uses, { actor, params }) =>
    permitted(actor, 'profiles:view', async () => {
      const row = await findProfile(uses.db, params.id);
      return row ? done(viewProfile(row)) : noSuchProfile(params.id);
    }),
  editProfile: (uses, { actor, params, body, version }) =>
    editProfile(uses, actor, { id: params.id, version, change: body }),
  duplicateProfile: (uses, { actor, params, body }) =>
    duplicateProfile(uses, actor, { id: params.id, name: body.name }),
  deleteProfile: (uses, { actor, params }) => removeProfile(uses, actor, params.id),

  listUsers: (uses, { actor, query }) =>
    permitted(actor, 'users:view', async () => {
      const scopes = scopesOf(actor, 'users:view');
      const rows = await listUsers(
        uses.db,
        { search: query.search, scopes },
        query.limit + 1,
        keyOf(query.cursor),
      );
      const views = await viewUsers(uses.db, rows.slice(0, query.limit));
      return done(page(rows, query.limit, (row) => row.user_id_key, views));
    }),
  addUser: (uses, { actor, body }) => addUser(uses, actor, body),
  getUser: (uses, { actor, params }) => showUser(uses, actor, params.userId),
  editUser: (uses, { actor, params, body, version }) =>
    editUser(uses, actor, { userId: params.userId, version, change: body }),
  deleteUser: (uses, { actor, params }) => removeUser(uses, actor, params.userId),

  assignNextToken: async (uses, { actor, params }) => {
    const assigned = await assignNextToken(uses, actor, params);
    return assigned.ok ? showToken(uses, actor, 'tokens:assign', assigned.value) : assigned;
  },

  listTokens: async (uses, { actor, query }) => {
    const { limit, cursor, ...search } = query;
    const filter = await searchFor(uses, actor, search);
    if (!filter.ok) return filter;
    const now = uses.now();
    const rows = await listTokens(uses.db, filter.value, limit + 1, now, keyOf(cursor));
    const views = await viewTokens(uses.db, rows.slice(0, limit), now);
    return done(page(rows, limit, (row) => row.serial, views));
  },
  countTokens: (uses, { actor, query: { deed, ...search } }) =>
    countMatchingTokens(uses, actor, search, deed),
  doToTokens: async (uses, { actor, body, inWords }) => {
    const outcome = await doToAll(uses, actor, body);
    if (!outcome.ok) return outcome;
    const failures = outcome.value.failures.map(({ detail, ...failed }) => ({
      ...failed,
      ...asData(detail),
      detail: inWords(detail),
    }));
    return done({ ...outcome.value, failures });
  },
  mintTokens: (uses, { actor, body }) => mintTokens(uses, actor, body),
  getToken: (uses, { actor, params }) => showToken(uses, actor, 'tokens:view', params.serial),
  editToken: async (uses, { actor, params, body, version }) =>
    showing(await editToken(uses, actor, { ...params, version, change: body }), () =>
      showToken(uses, actor, 'tokens:edit', params.serial),
    ),
  deleteToken: (uses, { actor, params }) => removeToken(uses, actor, params),
  assignToken: async (uses, { actor, params, body }) =>
    showing(await assignToken(uses, actor, { ...params, userId: body.userId }), () =>
      showToken(uses, actor, 'tokens:assign', params.serial),
    ),
  unassignToken: async (uses, { actor, params }) =>
    showing(await unassignToken(uses, actor, params), () =>
      showToken(uses, actor, 'tokens:assign', params.serial),
    ),
  replaceToken: async (uses, { actor, params, body }) => {
    const replaced = await replaceToken(uses, actor, { ...params, ...body });
    return replaced.ok ? showToken(uses, actor, 'tokens:assign', replaced.value) : replaced;
  },
  enableToken: async (uses, { actor, params }) =>
    showing(await setEnabled(uses, actor, { ...params, enabled: true }), () =>
      showToken(uses, actor, 'tokens:edit', params.serial),
    ),
  disableToken: async (uses, { actor, params }) =>
    showing(await setEnabled(uses, actor, { ...params, enabled: false }), () =>
      showToken(uses, actor, 'tokens:edit', params.serial),
    ),
  moveToken: async (uses, { actor, params, body }) =>
    showing(await moveToken(uses, actor, { ...params, ...body }), () =>
      showToken(uses, actor, 'tokens:edit', params.serial),
    ),
  markLost: async (uses, { actor, params, body }) =>
    showing(await markLost(uses, actor, { ...params, lost: body.lost }), () =>
      showToken(uses, actor, 'tokens:edit', params.serial),
    ),
  setPin: (uses, { actor, params, body }) => setPin(uses, actor, { ...params, pin: body.pin }),
  clearPin: (uses, { actor, params }) => setPin(uses, actor, { ...params, pin: undefined }),

  distributeToken: async (uses, { actor, params, body, inWords }) => {
    const outcome = await distributeToken(uses, actor, params.serial, body);
    return outcome.ok
      ? done({ ...outcome.value, notices: outcome.value.notices.map((notice) => inWords(notice)) })
      : outcome;
  },
  listDistributions: async (uses, { actor, params }) => {
    const found = await tokenFor(uses, actor, 'tokens:view', params.serial);
    if (!found.ok) return found;
    // Of those who held it before, only what the actor may see of them.
    const scopes = scopesOf(actor, 'tokens:view');
    const rows = await listDistributions(uses.db, found.value.id, scopes, 100);
    return done({ items: await viewDistributions(uses.db, rows, uses.now()) });
  },
  withdrawDistribution: (uses, { actor, params }) => withdrawDistribution(uses, actor, params.serial),
  openActivation: (uses, { actor, params }) => openActivation(uses, actor, params.serial),

  ...TOKEN_ACCESS_HANDLERS,
  ...POLICY_HANDLERS,

  getStatistics: (uses, { actor, query }) =>
    permitted(actor, 'tokens:view', async () => {
      const now = uses.now();
      const scopes = scopesOf(actor, 'tokens:view');
      const [tokens, distributions, users] = await Promise.all([
        countTokens(uses.db, scopes, now, query.expiringDays),
        countDistributions(uses.db, scopes, now),
        countUsers(uses.db, scopesOf(actor, 'users:view')),
      ]);
      return done({
        tokens,
        expiringDays: query.expiringDays,
        distributions,
        users,
        guessing: uses.codeLimit.braked(),
      });
    }),

  ...RADIUS_HANDLERS,

  listAudit: (uses, { actor, query }) =>
    permitted(actor, 'audit:view', async () => {
      const { user, ...filter } = query;
      const objects = user === undefined ? undefined : await objectsOf(uses.db, user);
      const rows = await listAudit(uses.db, { ...filter, objects }, query.limit + 1, keyOf(query.cursor));
      return done(page(rows, query.limit, (row) => row.id, rows.map(viewAudit)));
    }),

  verifyAudit: async (uses, { actor, query, inWords }) => {
    const outcome = await verifyAudit(uses, actor, query);
    if (!outcome.ok) return outcome;
    const { detail, findings } = outcome.value;
    return done({
      ...outcome.value,
      detail: inWords(detail),
      findings: findings.map((finding) => ({ ...finding, detail: inWords(finding.detail) })),
    });
  },
  getAuditEnd: (uses, { actor }) => auditEnd(uses, actor),
  exportAudit: (uses, { actor, query }) => exportAudit(uses, actor, query.after, query.limit),

  ...CERTIFICATE_HANDLERS,

  getSettings: (uses, { actor }) =>
    permitted(actor, 'settings:edit', async () => done(await findSettings(uses.db))),
  editSettings: (uses, { actor, body, version }) => editSettings(uses, actor, { version, change: body }),

  checkAddress: (uses, { actor, body }) =>
    permitted(actor, 'settings:edit', async () => {
      const url = baseOf(uses.publicUrl, body.host, body.port);
      const { reachable, thisServer, chain } = await probe(url, installationOf(uses));
      const [leaf] = chain;
      return done({
        url,
        reachable,
        ...(thisServer === undefined ? {} : { thisServer }),
        ...(leaf === undefined ? {} : { named: names(leaf, hostOf(url)) }),
      });
    }),

  listApiKeys: (uses, { actor }) => showApiKeys(uses, actor),
  addApiKey: (uses, { actor, body }) => addApiKey(uses, actor, body),
  takeOverApiKey: (uses, { actor, params }) => takeOverApiKey(uses, actor, params.id),
  deleteApiKey: (uses, { actor, params }) => removeApiKey(uses, actor, params.id),

  listServerKeys: (uses, { actor }) =>
    permitted(actor, 'keys:edit', async () =>
      done({ items: (await listServerKeys(uses.db)).map(viewServerKey) }),
    ),
  rotateServerKey: (uses, { actor, body }) => rotateServerKey(uses, actor, body.bits),

  ...SELF_SERVICE_HANDLERS,
};
