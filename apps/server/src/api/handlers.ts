/** One handler per operation: from the checked request to a domain function, and back to the resource. Decides nothing itself. */

import { hostNameOf } from '@sower/api/host-name';
import { MAX_COUNTED } from '@sower/api/operation';
import type { Permission } from '@sower/api/permissions';
import { isoTime } from '@sower/api/time';
import { showForwarding } from '../audit/forward/view.ts';
import { generatePin, setPin } from '../authentication/pin/set-pin.ts';
import { type Actor, scopesOf } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import {
  addAdministrator,
  editAdministrator,
  removeAdministrator,
  setPassword,
  showAdministrators,
} from '../directory/administrators.ts';
import { addApiKey, removeApiKey, showApiKeys, takeOverApiKey } from '../directory/api-keys.ts';
import { addDomain, editDomain, removeDomain, showDomains } from '../directory/domains.ts';
import { setLeaving, undoLeaving } from '../directory/leaving.ts';
import { addRole, editRole, removeRole, showRoles } from '../directory/roles.ts';
import { editSettings, rotateServerKey, viewServerKey } from '../directory/settings.ts';
import { userFilterFor } from '../directory/user-search.ts';
import { addUser, editUser, showUser, viewUsers } from '../directory/users.ts';
import { whoCan } from '../directory/who-can.ts';
import { countTokens as countMatchingTokens } from '../jobs/bulk/tokens.ts';
import { countSearched } from '../jobs/bulk/users.ts';
import { names } from '../keys/x509/certificate-examination.ts';
import { installationOf, probe } from '../keys/x509/reachability.ts';
import { showNodes } from '../operations/nodes/nodes.ts';
import { ctkipUrl, distributeToken, openActivation } from '../provisioning/distribution/distribute.ts';
import {
  baseOf,
  linkBase,
  showDistributionSettings,
  withAppAddress,
} from '../provisioning/distribution/distribution-settings.ts';
import { viewDistributions } from '../provisioning/distribution/distribution-view.ts';
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
import { exportTokens } from '../provisioning/tokens/export.ts';
import { keepToken, lendToken } from '../provisioning/tokens/lend.ts';
import { mintTokens } from '../provisioning/tokens/mint.ts';
import { removeUser } from '../provisioning/tokens/remove-user.ts';
import { replaceToken } from '../provisioning/tokens/replace.ts';
import { searchFor, tokenFor } from '../provisioning/tokens/token-for.ts';
import { showToken, viewTokens } from '../provisioning/tokens/token-view.ts';
import { makeTransferKey, showTransferKey } from '../provisioning/tokens/transfer-key.ts';
import {
  countUsers as countMatchingUsers,
  listBestUsers,
  listUsers,
  positionAmongBest,
  positionInList,
} from '../store/directory/user-search.ts';
import { userIdKey } from '../store/directory/users.ts';
import { listDistributions } from '../store/distribution/distributions.ts';
import { listServerKeys } from '../store/keys/server-keys.ts';
import { findMailSettings } from '../store/mail/settings.ts';
import { findSettings } from '../store/operations/installation.ts';
import { countDistributions, countTokens, countUsers, findSetup } from '../store/reporting/statistics.ts';
import { findProfile, listProfiles } from '../store/tokens/profiles.ts';
import { countTokensUpTo, listTokens } from '../store/tokens/search.ts';
import { AUDIT_HANDLERS } from './audit-handlers.ts';
import type { ApiContext, Handlers } from './call.ts';
import { CERTIFICATE_HANDLERS } from './certificate-handlers.ts';
import {
  ALERT_HANDLERS,
  BACKUP_HANDLERS,
  JOB_HANDLERS,
  RETENTION_HANDLERS,
  RULE_HANDLERS,
  SCHEDULE_HANDLERS,
  TOKEN_IMPORT_HANDLERS,
  USER_IMPORT_HANDLERS,
} from './job-handlers.ts';
import { LOG_ON_HANDLERS } from './log-on-handlers.ts';
import { MAIL_HANDLERS } from './mail-handlers.ts';
import { keyOf, page, wholeKeyOf } from './page.ts';
import { RADIUS_HANDLERS } from './radius-handlers.ts';
import { REPORT_HANDLERS } from './report-handlers.ts';
import { REQUEST_HANDLERS } from './request-handlers.ts';
import { SELF_SERVICE_HANDLERS } from './self-service-handlers.ts';
import { SOURCE_HANDLERS } from './source-handlers.ts';
import { POLICY_HANDLERS, TOKEN_ACCESS_HANDLERS } from './token-access-handlers.ts';

/** Does something with a token, and shows it as it is then. */
const thenShow =
  <Call extends { readonly actor: Actor; readonly params: { readonly serial: string } }>(
    permission: Permission,
    work: (context: ApiContext, call: Call) => Promise<Outcome<unknown>>,
  ) =>
  async (context: ApiContext, call: Call) => {
    const outcome = await work(context, call);
    return outcome.ok ? showToken(context, call.actor, permission, call.params.serial) : outcome;
  };

export const HANDLERS: Handlers = {
  ...MAIL_HANDLERS,
  ...REPORT_HANDLERS,
  ...REQUEST_HANDLERS,
  ...JOB_HANDLERS,
  ...USER_IMPORT_HANDLERS,
  ...TOKEN_IMPORT_HANDLERS,
  ...RULE_HANDLERS,
  ...RETENTION_HANDLERS,
  ...SCHEDULE_HANDLERS,
  ...ALERT_HANDLERS,
  ...BACKUP_HANDLERS,
  ...SOURCE_HANDLERS,

  getServer: async (context) =>
    done({
      product: 'Sower',
      version: context.version,
      publicUrl: context.publicUrl,
      ctkipUrl: ctkipUrl(await linkBase(context), 'securid'),
      installation: installationOf(context),
      now: isoTime(context.now()),
    }),

  getSetupProgress: async (context) => {
    const [setup, { settings }] = await Promise.all([findSetup(context.db), findMailSettings(context.db)]);
    return done({ ...setup, mail: settings.enabled });
  },

  ...LOG_ON_HANDLERS,

  listSecurityDomains: (context, { actor }) => showDomains(context, actor),
  addSecurityDomain: (context, { actor, body }) => addDomain(context, actor, body),
  renameSecurityDomain: (context, { actor, params, body, version }) =>
    editDomain(context, actor, { id: params.id, version, change: body.name }),
  deleteSecurityDomain: (context, { actor, params }) => removeDomain(context, actor, params.id),

  listRoles: (context, { actor }) => showRoles(context, actor),
  addRole: (context, { actor, body }) => addRole(context, actor, body),
  editRole: (context, { actor, params, body, version }) =>
    editRole(context, actor, { id: params.id, version, change: body }),
  deleteRole: (context, { actor, params }) => removeRole(context, actor, params.id),
  listAdministrators: (context, { actor }) => showAdministrators(context, actor),
  addAdministrator: (context, { actor, body }) => addAdministrator(context, actor, body),
  editAdministrator: (context, { actor, params, body, version }) =>
    editAdministrator(context, actor, { userName: params.userId, version, change: body }),
  setPassword: (context, { actor, params, body }) =>
    setPassword(context, actor, { userName: params.userId, password: body.password }),
  deleteAdministrator: (context, { actor, params }) => removeAdministrator(context, actor, params.userId),
  whoCan: (context, { actor, params }) => whoCan(context, actor, params.id),

  listDeviceTypes: async (context) => {
    const base = await linkBase(context);
    return done({
      items: (await context.deviceTypes.list(context.db)).map((type) => withAppAddress(type, base)),
    });
  },
  importDeviceType: (context, { actor, body }) => importDeviceType(context, actor, body),
  deleteDeviceType: (context, { actor, params }) => removeDeviceType(context, actor, params.id),

  listProfiles: async (context, { query }) => {
    const rows = await listProfiles(context.db, query, query.limit + 1, keyOf(query.cursor));
    return done(page(rows, query.limit, (row) => userIdKey(row.name), rows.map(viewProfile)));
  },
  addProfile: (context, { actor, body }) => addProfile(context, actor, body),
  getProfile: async (context, { params }) => {
    const row = await findProfile(context.db, params.id);
    return row ? done(viewProfile(row)) : noSuchProfile(params.id);
  },
  editProfile: (context, { actor, params, body, version }) =>
    editProfile(context, actor, { id: params.id, version, change: body }),
  duplicateProfile: (context, { actor, params, body }) =>
    duplicateProfile(context, actor, { id: params.id, name: body.name }),
  deleteProfile: (context, { actor, params }) => removeProfile(context, actor, params.id),

  listUsers: async (context, { actor, query }) => {
    const filter = await userFilterFor(context, actor, query, 'users:view');
    if (!filter.ok) return filter;
    const [most, after] = [query.limit + 1, wholeKeyOf(query.cursor)];
    const order = query.sort !== 'match' && { by: query.sort, descending: query.order === 'desc' };
    const [rows, count] = await Promise.all([
      order
        ? listUsers(context.db, filter.value, most, after, order)
        : listBestUsers(context.db, filter.value, most, after),
      query.total ? countMatchingUsers(context.db, filter.value, MAX_COUNTED + 1) : undefined,
    ]);
    const views = await viewUsers(context.db, rows.slice(0, query.limit));
    return done({
      ...page(
        rows,
        query.limit,
        (row) => (order ? positionInList(row, order) : positionAmongBest(row)),
        views,
      ),
      ...(count !== undefined && {
        total: { count: Math.min(count, MAX_COUNTED), more: count > MAX_COUNTED },
      }),
    });
  },
  countUsers: (context, { actor, query }) => countSearched(context, actor, query),
  addUser: (context, { actor, body }) => addUser(context, actor, body),
  getUser: (context, { actor, params }) => showUser(context, actor, params.userId),
  setLeaving: (context, { actor, params, body }) => setLeaving(context, actor, { ...params, ...body }),
  undoLeaving: (context, { actor, params }) => undoLeaving(context, actor, params.userId),
  editUser: (context, { actor, params, body, version }) =>
    editUser(context, actor, { userId: params.userId, version, change: body }),
  deleteUser: (context, { actor, params }) => removeUser(context, actor, params.userId),

  assignNextToken: async (context, { actor, params }) => {
    const assigned = await assignNextToken(context, actor, params);
    return assigned.ok ? showToken(context, actor, 'tokens:assign', assigned.value) : assigned;
  },

  listTokens: async (context, { actor, query }) => {
    const { limit, cursor, total: counted, order, ...search } = query;
    const filter = await searchFor(context, actor, search);
    if (!filter.ok) return filter;
    const now = context.now();
    const [rows, total] = await Promise.all([
      listTokens(context.db, filter.value, limit + 1, now, keyOf(cursor), order === 'desc'),
      counted ? countTokensUpTo(context.db, filter.value, now, MAX_COUNTED) : undefined,
    ]);
    const views = await viewTokens(context.db, rows.slice(0, limit), now);
    return done({ ...page(rows, limit, (row) => row.serial, views), ...(total && { total }) });
  },
  countTokens: (context, { actor, query: { action, ...search } }) =>
    countMatchingTokens(context, actor, search, action),
  exportTokens: (context, { actor, body }) => exportTokens(context, actor, body),
  showTransferKey: (context, { actor }) => showTransferKey(context, actor),
  makeTransferKey: (context, { actor, body }) => makeTransferKey(context, actor, body),
  mintTokens: (context, { actor, body }) => mintTokens(context, actor, body),
  getToken: (context, { actor, params }) => showToken(context, actor, 'tokens:view', params.serial),
  editToken: thenShow('tokens:edit', (context, { actor, params, body, version }) =>
    editToken(context, actor, { ...params, version, change: body }),
  ),
  deleteToken: (context, { actor, params }) => removeToken(context, actor, params),
  assignToken: thenShow('tokens:assign', (context, { actor, params, body }) =>
    assignToken(context, actor, { ...params, userId: body.userId }),
  ),
  unassignToken: thenShow('tokens:assign', (context, { actor, params }) =>
    unassignToken(context, actor, params),
  ),
  lendToken: thenShow('tokens:assign', (context, { actor, params, body }) =>
    lendToken(context, actor, { ...params, ...body }),
  ),
  keepToken: thenShow('tokens:assign', (context, { actor, params }) => keepToken(context, actor, params)),
  replaceToken: async (context, { actor, params, body }) => {
    const replaced = await replaceToken(context, actor, { ...params, ...body });
    return replaced.ok ? showToken(context, actor, 'tokens:assign', replaced.value) : replaced;
  },
  enableToken: thenShow('tokens:edit', (context, { actor, params }) =>
    setEnabled(context, actor, { ...params, enabled: true }),
  ),
  disableToken: thenShow('tokens:edit', (context, { actor, params }) =>
    setEnabled(context, actor, { ...params, enabled: false }),
  ),
  moveToken: thenShow('tokens:edit', (context, { actor, params, body }) =>
    moveToken(context, actor, { ...params, ...body }),
  ),
  markLost: thenShow('tokens:edit', (context, { actor, params, body }) =>
    markLost(context, actor, { ...params, lost: body.lost }),
  ),
  setPin: (context, { actor, params, body }) => setPin(context, actor, { ...params, pin: body.pin }),
  generatePin: (context, { actor, params }) => generatePin(context, actor, params),
  clearPin: (context, { actor, params }) => setPin(context, actor, { ...params, pin: undefined }),

  distributeToken: (context, { actor, params, body }) => distributeToken(context, actor, params.serial, body),
  listDistributions: async (context, { actor, params }) => {
    const found = await tokenFor(context, actor, 'tokens:view', params.serial);
    if (!found.ok) return found;
    // Of earlier users, only what the actor may see of them.
    const scopes = scopesOf(actor, 'tokens:view');
    const rows = await listDistributions(context.db, found.value.id, scopes, 100);
    return done({ items: await viewDistributions(context.db, rows, context.now()) });
  },
  getDistributionSettings: (context, { actor }) => showDistributionSettings(context, actor),
  withdrawDistribution: (context, { actor, params }) => withdrawDistribution(context, actor, params.serial),
  openActivation: (context, { actor, params }) => openActivation(context, actor, params.serial),

  ...TOKEN_ACCESS_HANDLERS,
  ...POLICY_HANDLERS,

  getStatistics: async (context, { actor, query }) => {
    const now = context.now();
    const scopes = scopesOf(actor, 'tokens:view');
    const [tokens, distributions, users] = await Promise.all([
      countTokens(context.db, scopes, now, query.expiringDays),
      countDistributions(context.db, scopes, now),
      countUsers(context.db, scopesOf(actor, 'users:view')),
    ]);
    return done({
      tokens,
      expiringDays: query.expiringDays,
      distributions,
      users,
      guessing: context.codeLimit.braked(),
    });
  },

  ...RADIUS_HANDLERS,

  ...AUDIT_HANDLERS,
  listAuditForwarding: (context, { actor }) => showForwarding(context, actor),
  listNodes: (context, { actor }) => showNodes(context, actor),

  ...CERTIFICATE_HANDLERS,

  getSettings: async (context) => done(await findSettings(context.db)),
  editSettings: (context, { actor, body, version }) =>
    editSettings(context, actor, { version, change: body }),

  checkAddress: async (context, { body }) => {
    const url = baseOf(context.publicUrl, body.host, body.port);
    const { reachable, thisServer, chain } = await probe(url, installationOf(context));
    const [leaf] = chain;
    return done({
      url,
      reachable,
      ...(thisServer === undefined ? {} : { thisServer }),
      ...(leaf === undefined ? {} : { named: names(leaf, hostNameOf(url)) }),
    });
  },

  listApiKeys: (context, { actor }) => showApiKeys(context, actor),
  addApiKey: (context, { actor, body }) => addApiKey(context, actor, body),
  takeOverApiKey: (context, { actor, params }) => takeOverApiKey(context, actor, params.id),
  deleteApiKey: (context, { actor, params }) => removeApiKey(context, actor, params.id),

  listServerKeys: async (context) => done({ items: (await listServerKeys(context.db)).map(viewServerKey) }),
  rotateServerKey: (context, { actor, body }) => rotateServerKey(context, actor, body.bits),

  ...SELF_SERVICE_HANDLERS,
};
