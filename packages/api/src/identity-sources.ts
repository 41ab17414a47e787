/**
 * Identity sources: the directories that users come from. The internal database is always there and is not in this list.
 *
 * A directory is read and never written. Its entries are identified by an immutable key, so a user stays the same after a rename, a move or
 * a change of the user ID. Users who are gone are disabled, never deleted.
 */
import { z } from 'zod';
import { rule } from './field-rules.ts';
import {
  domainReference,
  flag,
  named,
  nameSchema,
  patchOf,
  storedNameSchema,
  strict,
  timeSchema,
  versionSchema,
  whole,
} from './fields.ts';
import { add, edit, get, page, pageQuery, post, proven, remove } from './operation.ts';
import { reasonShape } from './problems.ts';
import {
  chooseSchema,
  chosenSchema,
  conflictChoices,
  conflictCountsSchema,
  conflictSchema,
  sourceChoiceSchema,
} from './source-conflicts.ts';

export type { ConflictChoice } from './source-conflicts.ts';

export const sourceKinds = ['active-directory', 'openldap', '389ds', 'freeipa', 'generic'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** How a directory says that someone may not log on. */
export const accountStates = ['active-directory', 'ppolicy', 'ns-account-lock', 'none'] as const;
export type AccountStates = (typeof accountStates)[number];

const MAX_URLS = 10;
const attribute = z
  .string()
  .trim()
  .max(64)
  .regex(/^(?:[A-Za-z][A-Za-z0-9-]*)?$/, rule('ldap-attribute'));
const requiredAttribute = attribute.min(1);

export const sourceConnectionSchema = strict('SourceConnection', {
  /** Tried in this order. `ldaps://`, or `ldap://` with StartTLS. */
  urls: z
    .array(
      z
        .string()
        .trim()
        .max(256)
        .regex(/^ldaps?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:[\]]+)(?::\d{1,5})?\/?$/, rule('ldap-url')),
    )
    .min(1)
    .max(MAX_URLS),
  startTls: flag(true).meta({ description: 'Required on every ldap:// connection' }),
  plain: flag(false).meta({
    description: 'Allow ldap:// without TLS: anyone on the network path can read every password',
  }),
  certificateAuthority: z
    .string()
    .max(65_536)
    .default('')
    .meta({ description: 'PEM; empty: those that the operating system trusts' }),
  bindName: z
    .string()
    .trim()
    .max(1024)
    .default('')
    .meta({ description: 'DN or UPN of the account that searches; empty: anonymous' }),
  connectSeconds: whole(1, 60, 5),
  requestSeconds: whole(1, 300, 30),
  pageSize: whole(10, 5_000, 500),
  maxEntries: whole(1, 2_000_000, 1_000_000).meta({ description: 'A search that finds more is not used' }),
  maxMinutes: whole(1, 1_440, 120).meta({ description: 'A run that reads for longer stops' }),
  maxMegabytes: whole(1, 100_000, 2_048).meta({ description: 'A run that reads more stops' }),
});

export const sourceSearchSchema = strict('SourceSearch', {
  base: z.string().trim().min(1).max(1024),
  filter: z.string().trim().min(3).max(2048),
  /** Where groups are; empty: `base`. */
  groupBase: z.string().trim().max(1024).default(''),
  groupFilter: z.string().trim().max(2048).default(''),
});

export const sourceMappingSchema = strict('SourceMapping', {
  key: requiredAttribute.meta({ description: 'Never changes in the life of an entry' }),
  userId: requiredAttribute,
  firstName: attribute.default(''),
  lastName: attribute.default(''),
  email: attribute.default(''),
  telephone: attribute.default(''),
  language: attribute
    .default('')
    .meta({ description: 'Language tags as in preferredLanguage (RFC 2798), for mail and letters' }),
  certificate: attribute
    .default('')
    .meta({ description: 'userCertificate or the like, for encrypted mail (S/MIME)' }),
  /** Other names that the user can log on with. */
  logOnNames: z.array(requiredAttribute).max(8).default([]),
  protectedNames: z.array(requiredAttribute).max(8).default([]).meta({
    description:
      'Those of logOnNames that their owner cannot write: only these can be names for a RADIUS client with otherNames',
  }),
  /** NetBIOS name of the domain: users can also log on with `DOMAIN\name`. */
  domainName: z
    .string()
    .trim()
    .max(64)
    .regex(/^[A-Za-z0-9._-]*$/, rule('ldap-attribute'))
    .default(''),
  accountStates: z.enum(accountStates).default('none'),
  /** `member` or the like, in entries of groups. */
  groupMember: attribute.default(''),
  /** The server resolves nested groups, which only Active Directory can do. For others, Sower follows them. */
  nestedGroups: flag(false),
});

/**
 * What a run changes about users, counted for the bounds. `names`: mail address and other logon names. `details`: first and last name,
 * telephone number, language, certificate, distinguished name. `roles`: users who gain one. `conflicts`: user IDs that come into conflict.
 */
export const sourceChangeKinds = [
  'disabled',
  'returning',
  'added',
  'userIds',
  'names',
  'details',
  'groups',
  'domains',
  'roles',
  'rolesLost',
  'conflicts',
] as const;
export type SourceChangeKind = (typeof sourceChangeKinds)[number];

const bound = (percent: number, atLeast: number) =>
  z
    .strictObject({
      percent: whole(0, 100, percent),
      atLeast: whole(0, 1_000_000, atLeast),
    })
    .prefault({});

export const sourceStopSchema = z
  .strictObject({
    percent: whole(0, 100, 5),
    atLeast: whole(0, 1_000_000, 20),
    changes: z
      .strictObject({
        returning: bound(5, 20),
        /** From the second run on. */
        added: bound(100, 1_000),
        userIds: bound(5, 20),
        names: bound(5, 20),
        details: bound(50, 100),
        groups: bound(5, 20),
        domains: bound(5, 20),
        // An administrator has to look before there is another one.
        roles: bound(0, 1),
        rolesLost: bound(0, 5),
        conflicts: bound(1, 20),
      })
      .prefault({})
      .meta({ description: 'The same for other kinds of changes, each for itself' }),
  })
  .meta({
    id: 'SourceStop',
    description:
      'A run that would disable at least so many users, and more than this share, changes nothing until someone confirms the number',
  });

export const sourceExcessSchema = named('SourceExcess', {
  change: z.enum(sourceChangeKinds),
  /** Users concerned, of so many who are enabled, and the share that is allowed. */
  count: z.int().nonnegative(),
  users: z.int().nonnegative(),
  percent: z.int(),
});
export type SourceExcess = z.infer<typeof sourceExcessSchema>;

export const sourceLogOnSchema = strict('SourceLogOn', {
  /** Users of this source log on with their directory password. */
  enabled: flag(true),
  /** Wrong passwords of one user within the minutes, from one address one less; keep it below the directory’s lockout threshold. */
  tries: whole(1, 100, 3),
  minutes: whole(1, 1440, 30),
  /**
   * Someone who logs on to the Self-Service Console before a run has added them is looked up, and becomes a user if the password is
   * right.
   */
  lookUp: flag(false),
});

export const sourceScheduleSchema = strict('SourceSchedule', {
  /** Minutes between runs; 0: only on demand. */
  everyMinutes: whole(0, 10_080, 0),
  /** A run reads all entries if the last one that did was this long ago; other runs read only what has changed. */
  fullEveryHours: whole(1, 168, 24),
});

export const MAX_PLACEMENT_RULES = 100;
export const sourcePlacementSchema = z
  .strictObject({
    rules: z
      .array(
        z.strictObject({
          kind: z.enum(['group', 'subtree']),
          /** Distinguished name of the group, or of the place in the tree. */
          name: z.string().trim().min(1).max(1024),
          securityDomain: domainReference,
        }),
      )
      .max(MAX_PLACEMENT_RULES)
      .default([]),
  })
  .meta({
    id: 'SourcePlacement',
    description:
      'Security domains by group or subtree: the first rule that matches decides; without any rules, users stay where they were put',
  });

export const MAX_SOURCE_GROUPS = 100;
export const sourceGroupsSchema = z
  .array(
    z.strictObject({
      /** Distinguished name. */
      name: z.string().trim().min(1).max(1024),
      /** Its members are administrators with these roles. */
      roles: z
        .array(
          z.strictObject({
            role: z.string().trim().min(1).max(128),
            securityDomain: domainReference.optional(),
          }),
        )
        .max(20)
        .default([]),
    }),
  )
  .max(MAX_SOURCE_GROUPS)
  .meta({
    id: 'SourceGroups',
    description:
      'Groups whose members, including those of nested groups, are recorded by runs: RADIUS clients, agents and roles of administrators refer to them',
  });

/** What can be changed of one. */
const sourceParts = {
  name: nameSchema,
  connection: sourceConnectionSchema,
  search: sourceSearchSchema,
  mapping: sourceMappingSchema,
  stop: sourceStopSchema.prefault({}),
  logOn: sourceLogOnSchema.prefault({}),
  schedule: sourceScheduleSchema.prefault({}),
  placement: sourcePlacementSchema.prefault({}),
  groups: sourceGroupsSchema.default([]),
  /** User names of the administrators who get mail when a run stops or the directory cannot be read; none: all who may start its runs. */
  notify: z.array(z.string().trim().min(1).max(128)).max(20).default([]),
};
const sourceFields = { ...sourceParts, kind: z.enum(sourceKinds) };

const bindPassword = z.string().max(1024);

export const sourceInputSchema = strict('NewIdentitySource', {
  ...sourceFields,
  /** Where its users are put. */
  securityDomain: domainReference.optional(),
  password: bindPassword.optional(),
  enabled: flag(false),
});

/** What is left out stays; objects are replaced as a whole. */
export const sourcePatchSchema = patchOf('IdentitySourcePatch', {
  ...sourceParts,
  securityDomain: domainReference,
  /** Empty: none. Required again when the connection changes. */
  password: bindPassword,
  enabled: z.boolean(),
  /** Its place among the sources, from 0. */
  position: z.int().min(0).max(1000),
});

const count = z.int().nonnegative();

export const sourceSchema = named('IdentitySource', {
  id: z.string(),
  ...sourceFields,
  name: storedNameSchema,
  /** Name of the security domain. */
  securityDomain: z.string(),
  passwordSet: z.boolean(),
  enabled: z.boolean(),
  position: z.int(),
  /** People of this source, and those of them who are disabled because of it. */
  users: z.object({ all: count, disabled: count, gone: count }),
  /** When a run last succeeded. */
  goodAt: timeSchema.optional(),
  /** It has a schedule, and no run has succeeded for three times its interval. */
  late: z.boolean(),
  /** When the first of the certificates that its servers present expires, as the last run or test has seen. */
  certificateUntil: timeSchema.optional(),
  /** Why the last run did not succeed, or is waiting for someone. */
  trouble: z.object({ at: timeSchema, ...reasonShape, detail: z.string() }).optional(),
  createdAt: timeSchema,
  version: versionSchema,
});

/** The steps of a test, in their order. */
const sourceTestSteps = [
  'name',
  'connect',
  'tls',
  'bind',
  'base',
  'filter',
  'entries',
  'groups',
  /** Of the person to find, with a password: only if one is given. */
  'log-on',
] as const;
export type SourceTestStep = (typeof sourceTestSteps)[number];

const sourceEntrySchema = named('SourceEntry', {
  /** Distinguished name. */
  name: z.string(),
  key: z.string().optional(),
  userId: z.string().optional(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  telephone: z.string(),
  logOnNames: z.array(z.string()),
  state: z.enum(['active', 'disabled', 'expired', 'locked']),
  /** When the directory password expires; in the past: it has expired, or has to be changed. Absent: not known, or never. */
  passwordUntil: timeSchema.optional(),
  groups: z.array(z.string()).optional(),
  /** Why this entry cannot become a user. */
  ...reasonShape,
  detail: z.string().optional(),
});

/** What a run would change of a user. */
export const ENTRY_FIELDS = [
  ...(['userId', 'firstName', 'lastName', 'email', 'telephone', 'name', 'state'] as const),
] as const;
export type EntryField = (typeof ENTRY_FIELDS)[number];

const lookedUpSchema = named('LookedUpUser', {
  /** Name of the identity source. */
  source: z.string(),
  askedAt: timeSchema,
  /** Absent: the directory does not have the user, below the base DN and by the filter of the source. */
  entry: sourceEntrySchema.optional(),
  /** What is otherwise here: the next run changes it. */
  differs: z.array(z.enum(ENTRY_FIELDS)),
});
export type LookedUpUser = z.infer<typeof lookedUpSchema>;

const sourceTestSchema = named('SourceTest', {
  /** Whether each step that was made succeeded. */
  passed: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(sourceTestSteps),
      /** Which server, for the steps that are made with each. */
      url: z.string().optional(),
      state: z.enum(['passed', 'warning', 'failed', 'skipped']),
      ...reasonShape,
      /** What was found, or what to do. */
      detail: z.string(),
      milliseconds: count.optional(),
    }),
  ),
  certificates: z.array(
    z.object({
      url: z.string(),
      subject: z.string(),
      issuer: z.string(),
      validTo: timeSchema,
      fingerprint: z.string(),
    }),
  ),
  entries: z.array(sourceEntrySchema),
});

/**
 * What a run does with an entry. `linked`: the entry is linked to a user who was here before. `gone`: a complete search did not find the
 * user. `skipped`: an administrator has chosen to leave it out.
 */
export const entryActions = [
  'added',
  'linked',
  'changed',
  'moved',
  'disabled',
  'returning',
  'gone',
  'conflict',
  'skipped',
  'refused',
] as const;
export type EntryAction = (typeof entryActions)[number];

const sourceRunSchema = named('SourceRun', {
  id: z.string(),
  mode: z.enum(['full', 'delta']),
  preview: z.boolean(),
  /** `waiting`: everything is compared, and nothing is applied yet. */
  state: z.enum(['queued', 'running', 'waiting', 'paused', 'cancelled', 'done', 'failed']),
  phase: z.enum(['read', 'compare', 'work']),
  /** Entries that were read. */
  read: count,
  counts: z.object(
    Object.fromEntries(entryActions.map((action) => [action, count])) as Record<EntryAction, typeof count>,
  ),
  /** By who has the user ID; only of one run, after it was compared. */
  conflicts: conflictCountsSchema.optional(),
  /** Users that it disables: those who are gone, and those whom the directory has disabled. */
  disables: count,
  /** More than is allowed without confirmation: the sum of `exceeds` has to be typed to start it. */
  stopped: z.boolean(),
  /** Users by kind of change; once it is compared. */
  changes: z.partialRecord(z.enum(sourceChangeKinds), count).default({}),
  exceeds: z.array(sourceExcessSchema).default([]),
  done: count,
  leftOut: count,
  startedBy: z.string(),
  createdAt: timeSchema,
  endedAt: timeSchema.optional(),
  /** Why it ended before it was done. */
  detail: z.string().optional(),
});

const sourceFindingSchema = named('SourceFinding', {
  number: z.int(),
  action: z.enum(entryActions),
  /** As it will be. */
  userId: z.string(),
  /** Distinguished name. */
  entry: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
  disables: z.boolean(),
  /** Why it is refused, in conflict or left out. */
  ...reasonShape,
  detail: z.string().optional(),
  result: z.enum(['done', 'left-out']).optional(),
  conflict: conflictSchema.optional(),
  /** What an administrator has chosen for the entry; the next run applies it. */
  chosen: z.enum(conflictChoices).optional(),
});

const choiceParams = z.object({ id: z.string().min(1).max(64), key: z.string().min(1).max(128) });
const runParams = z.object({ id: z.string().min(1).max(64), run: z.string().min(1).max(64) });

export type SourceRun = z.infer<typeof sourceRunSchema>;
export type SourceFinding = z.infer<typeof sourceFindingSchema>;
export type SourceSearch = z.infer<typeof sourceSearchSchema>;
export type SourceMapping = z.infer<typeof sourceMappingSchema>;
export type SourceStop = z.infer<typeof sourceStopSchema>;
export type SourcePlacement = z.infer<typeof sourcePlacementSchema>;
export type SourceGroups = z.infer<typeof sourceGroupsSchema>;
export type SourceInput = z.output<typeof sourceInputSchema>;
export type SourcePatch = z.output<typeof sourcePatchSchema>;
export type IdentitySource = z.infer<typeof sourceSchema>;
export type SourceTest = z.infer<typeof sourceTestSchema>;
export type SourceEntry = z.infer<typeof sourceEntrySchema>;

/** Of most directories; other kinds say what they have besides. */
const USUAL_MAPPING: SourceMapping = {
  key: 'entryUUID',
  userId: 'uid',
  firstName: 'givenName',
  lastName: 'sn',
  email: 'mail',
  telephone: 'telephoneNumber',
  language: 'preferredLanguage',
  certificate: '',
  logOnNames: ['mail'],
  protectedNames: [],
  domainName: '',
  accountStates: 'ppolicy',
  groupMember: 'member',
  nestedGroups: false,
};

/** What a kind of directory usually needs; every value can be changed. */
export const SOURCE_PRESETS: Readonly<
  Record<SourceKind, { readonly search: Pick<SourceSearch, 'filter'>; readonly mapping: SourceMapping }>
> = {
  'active-directory': {
    search: { filter: '(&(objectCategory=person)(objectClass=user)(!(objectClass=computer)))' },
    mapping: {
      ...USUAL_MAPPING,
      key: 'objectGUID',
      userId: 'sAMAccountName',
      logOnNames: ['userPrincipalName', 'mail'],
      protectedNames: ['userPrincipalName', 'sAMAccountName'],
      accountStates: 'active-directory',
      nestedGroups: true,
    },
  },
  openldap: { search: { filter: '(objectClass=inetOrgPerson)' }, mapping: USUAL_MAPPING },
  '389ds': {
    search: { filter: '(objectClass=inetOrgPerson)' },
    mapping: { ...USUAL_MAPPING, key: 'nsUniqueId', accountStates: 'ns-account-lock' },
  },
  freeipa: {
    search: { filter: '(&(objectClass=person)(objectClass=posixAccount))' },
    mapping: {
      ...USUAL_MAPPING,
      key: 'ipaUniqueID',
      logOnNames: ['krbPrincipalName', 'mail'],
      protectedNames: ['krbPrincipalName'],
      accountStates: 'ns-account-lock',
    },
  },
  generic: {
    search: { filter: '(objectClass=person)' },
    mapping: { ...USUAL_MAPPING, telephone: '', language: '', logOnNames: [], accountStates: 'none' },
  },
};

export const IDENTITY_SOURCE_OPERATIONS = {
  listIdentitySources: get(
    '/identity-sources',
    'settings:edit',
    'List the directories that users come from, in their order',
    { response: page(sourceSchema) },
  ),
  getIdentitySource: get(
    '/identity-sources/:id',
    'settings:edit',
    'Show an identity source; its password is never shown',
    { response: sourceSchema },
  ),
  addIdentitySource: add(
    '/identity-sources',
    proven('settings:edit'),
    'Add a directory; nothing is read from it before a run or a test',
    { body: sourceInputSchema, response: sourceSchema, bodyLimit: 256 * 1024 },
  ),
  editIdentitySource: edit(
    '/identity-sources/:id',
    proven('settings:edit'),
    'Edit, enable or disable a directory; if its address or its protection changes, its password has to be given again',
    { body: sourcePatchSchema, response: sourceSchema, bodyLimit: 256 * 1024 },
  ),
  testIdentitySource: post(
    '/identity-sources/:id/test',
    'settings:edit',
    'Test a directory step by step, and show ten of its entries as they would become users',
    {
      body: z.strictObject({
        find: z
          .string()
          .trim()
          .min(1)
          .max(256)
          .optional()
          .meta({ description: 'Someone to show, by any name that they log on with' }),
        password: z.string().min(1).max(1024).optional().meta({
          description:
            'Of the person to find: whether the directory accepts it; it counts as an attempt of theirs, and is not kept',
        }),
        search: sourceSearchSchema.optional().meta({ description: 'In place of the saved one' }),
        mapping: sourceMappingSchema.optional().meta({ description: 'In place of the saved one' }),
      }),
      response: sourceTestSchema,
    },
  ),
  lookUpUser: post(
    '/users/:userId/directory',
    'users:view',
    'Ask the directory now what it has of a user, and what of it differs from what is stored; changes nothing',
    { response: lookedUpSchema },
  ),
  listSourceRuns: get(
    '/identity-sources/:id/runs',
    'settings:edit',
    'List the runs of a directory, latest first',
    { query: z.strictObject(pageQuery), response: page(sourceRunSchema) },
  ),
  startSourceRun: post(
    '/identity-sources/:id/runs',
    'settings:edit',
    'Read a directory and bring its users up to date; a preview waits before anything is done',
    {
      body: z.strictObject({
        mode: z.enum(['full', 'delta']).default('full'),
        preview: flag(true),
      }),
      response: sourceRunSchema,
      created: '/identity-sources/:request.id/runs/:id',
    },
  ),
  getSourceRun: get(
    '/identity-sources/:id/runs/:run',
    'settings:edit',
    'Show a run of a directory: its progress, and how many users it adds, changes and disables',
    { params: runParams, response: sourceRunSchema, quiet: true },
  ),
  listSourceFindings: get(
    '/identity-sources/:id/runs/:run/findings',
    'settings:edit',
    'List what a run has found for each entry, field by field',
    {
      params: runParams,
      query: z.strictObject({ ...pageQuery, action: z.enum(entryActions).optional() }),
      response: page(sourceFindingSchema),
    },
  ),
  getSourceRunFile: get(
    '/identity-sources/:id/runs/:run/file',
    'settings:edit',
    'What a run has found for each entry, as CSV',
    {
      params: runParams,
      response: named('SourceRunFile', { fileName: z.string(), csv: z.string() }),
    },
  ),
  chooseForConflicts: post(
    '/identity-sources/:id/runs/:run/choices',
    proven('settings:edit'),
    'Choose what to do with entries whose user ID someone else has; the next run applies it',
    { params: runParams, body: chooseSchema, response: chosenSchema },
  ),
  listSourceChoices: get(
    '/identity-sources/:id/choices',
    'settings:edit',
    'List what was chosen for entries of a directory, and by whom',
    { query: z.strictObject(pageQuery), response: page(sourceChoiceSchema) },
  ),
  forgetSourceChoice: remove(
    '/identity-sources/:id/choices/:key',
    'settings:edit',
    'Forget what was chosen for an entry: the next run asks again',
    { params: choiceParams },
  ),
  confirmSourceRun: post(
    '/identity-sources/:id/runs/:run/start',
    proven('settings:edit'),
    'Make the changes that a preview has found; for a run that was stopped, the number of changes that exceed the bounds is required',
    {
      params: runParams,
      body: z.strictObject({
        exceeding: count.optional().meta({ description: 'The sum of the counts in `exceeds`' }),
        disable: count.optional().meta({ description: 'The same, as earlier versions called it' }),
      }),
      response: sourceRunSchema,
    },
  ),
  cancelSourceRun: post(
    '/identity-sources/:id/runs/:run/cancel',
    'settings:edit',
    'Cancel a run; what was done stays done',
    { params: runParams, response: sourceRunSchema },
  ),
  deleteIdentitySource: remove(
    '/identity-sources/:id',
    proven('settings:edit'),
    'Delete a directory that has no users here',
  ),
};
