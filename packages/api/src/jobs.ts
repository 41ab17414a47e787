/** Jobs: long-running work of the server that can be watched, paused, canceled and, if it distributes something, undone. */
import { z } from 'zod';
import { BULK_ACTIONS, BULK_PERMISSIONS, bulkInputSchema, MAX_JOB_ROWS, tokenSearchSchema } from './bulk.ts';
import { distributionStates, generatedCodeSchema } from './distributions.ts';
import {
  dateSchema,
  groupNameSchema,
  named,
  nameSchema,
  serialSchema,
  strict,
  timeSchema,
  userIdSchema,
} from './fields.ts';
import { LIMITS } from './limits.ts';
import { get, page, pageQuery, post, queryFlag } from './operation.ts';
import { PERMISSION_NAMES, type Permission } from './permissions.ts';
import { reasonShape } from './problems.ts';
import { codeExpirySchema } from './profiles.ts';
import { REQUEST_ACTIONS, requestDecisionsSchema } from './requests.ts';
import { replacedFates } from './tokens.ts';
import { USER_BULK_ACTIONS, USER_BULK_PERMISSIONS, userBulkInputSchema } from './user-bulk.ts';

type JobFacts = {
  /** What seeing it takes. */
  readonly view: Permission;
  /** What starting, pausing, canceling or resuming it takes, and having its result: by its action, if there are several. Absent: what it gives. */
  readonly control?: Permission | Readonly<Record<string, Permission>>;
  /** Whether the outcome of its rows can be fetched as a file. */
  readonly result?: true;
  /** Whether its rows name tokens or requests, and no users. */
  readonly withoutUsers?: true;
};

/**
 * The kinds of jobs. `undo` and `remind` are about an earlier `distribute`, or `undo` about an `assign` or a `token-import`; `import` is of
 * users; `tokens`, `users` and `requests` are one action on many.
 */
export const JOB_KINDS = {
  distribute: { view: 'tokens:view', result: true },
  assign: { view: 'tokens:view', result: true },
  undo: { view: 'tokens:view' },
  remind: { view: 'tokens:view' },
  synchronize: { view: 'tokens:view', control: 'tokens:distribute' },
  import: { view: 'users:view', control: 'users:edit' },
  'token-import': { view: 'tokens:view', control: 'tokens:mint', result: true, withoutUsers: true },
  tokens: { view: 'tokens:view', control: BULK_PERMISSIONS, result: true, withoutUsers: true },
  users: { view: 'users:view', control: USER_BULK_PERMISSIONS, result: true },
  requests: { view: 'users:view', control: 'requests:decide', result: true, withoutUsers: true },
} as const satisfies Record<string, JobFacts>;
export type JobKindName = keyof typeof JOB_KINDS;
export const jobKinds = Object.keys(JOB_KINDS) as JobKindName[];
export const factsOf = (kind: JobKindName): JobFacts => JOB_KINDS[kind];

export const jobStates = ['queued', 'running', 'waiting', 'paused', 'cancelled', 'done', 'failed'] as const;
/** What an import makes of a row. */
const importActions = ['add', 'change'] as const;
const jobPhases = ['check', 'work'] as const;
/** `ready`: it will be done for this one. `kept`: an undo left it, because it was used or changed. */
export const jobRowStates = ['new', 'ready', 'left-out', 'done', 'failed', 'undone', 'kept'] as const;

/** Where the tokens of a distribution come from. */
export const tokenSources = ['held', 'stock', 'mint'] as const;
export type TokenSource = (typeof tokenSources)[number];

/** The permission that each needs, checked again ten times a second. */
export const SOURCE_PERMISSIONS = {
  held: ['tokens:distribute'],
  stock: ['tokens:distribute', 'tokens:assign'],
  mint: ['tokens:distribute', 'tokens:assign', 'tokens:mint'],
} as const satisfies Record<TokenSource, readonly Permission[]>;

/** Letters in one file. */
export const MAX_LETTERS = 5_000;
/** Characters of a file. */
export const MAX_FILE = 8 * 1024 * 1024;

const people = [
  z.strictObject({
    users: z.strictObject({
      /** Words of names, user ID, e-mail address, telephone or serial number, as of listUsers. */
      search: z.string().max(128).optional(),
      /** ID or name; domains below it are included. */
      securityDomain: z.string().max(128).optional(),
      /** Distinguished name of a directory group whose members an identity source records. */
      group: groupNameSchema.optional(),
    }),
  }),
  z.strictObject({ userIds: z.array(userIdSchema).min(1).max(MAX_JOB_ROWS) }),
  /**
   * CSV with a column `userId` or `serial` and, optionally, `deviceId`, `nickname` and `address` (lines, for letters); without column names, a
   * user ID on each line.
   */
  z.strictObject({ file: z.string().min(1).max(MAX_FILE) }),
] as const;
const peopleSchema = z
  .union(people)
  .meta({ id: 'PeopleChoice', description: 'For whom; fixed when the job is made' });
const chooseSchema = z
  .union([
    ...people,
    z.strictObject({ tokens: tokenSearchSchema }),
    z.strictObject({ serials: z.array(serialSchema).min(1).max(MAX_JOB_ROWS) }),
    /** Users of an earlier distribution who have not activated their token. */
    z.strictObject({ notActivatedOf: z.string().min(1).max(64) }),
  ])
  .meta({ id: 'DistributionChoice', description: 'For whom; fixed when the job is made' });

export const replaceManySchema = z
  .strictObject({
    /** Whether PINs are carried over; otherwise the replacements start without one. */
    keepPin: z.boolean().default(true),
    /** What becomes of a replaced token when its replacement is used for the first time. Deleting it takes `tokens:delete`. */
    afterwards: z.enum(replacedFates).default('unassign'),
  })
  .meta({
    id: 'ManyReplacements',
    description:
      'Only for chosen tokens, with `tokens` `stock` or `mint`. Until its replacement is used for the first time, a replaced token is accepted.',
  });

export const distributeManySchema = strict('ManyDistributions', {
  /** A name for people; it has to be typed to start the job. */
  name: nameSchema,
  choose: chooseSchema,
  /** ID or name of the token profile. */
  profile: z.string().min(1).max(128),
  tokens: z.enum(tokenSources).default('held'),
  /** `file`: the device ID on each line. */
  binding: z.enum(['class', 'any', 'file']).default('class'),
  /** Letters and digits; may contain `{userId}`, `{firstName}`, `{lastName}` and `{number}`. */
  nickname: z
    .string()
    .regex(new RegExp(`^(?:[A-Za-z0-9]|\\{(?:userId|firstName|lastName|number)\\}){0,${LIMITS.nickname}}$`))
    .default(''),
  /** URL delivery only. */
  activationCode: generatedCodeSchema.optional(),
  /** Overrides the profile's expiry. */
  codeExpires: codeExpirySchema.optional(),
  /** Only with URL delivery, if the deployment allows it. */
  mail: z.enum(['separate', 'encrypted']).optional(),
  /** The chosen tokens are replaced by those of `tokens`, each as `replaceToken` replaces one. */
  replace: replaceManySchema.optional(),
  again: z.boolean().optional().meta({
    description:
      'Include users who already have a token that is activated or can be, and, where tokens are assigned or minted, users who have one that can be distributed. With `replace`, users who have another token that is activated or can be. Default: no; for those of an earlier distribution who have not activated their token, yes.',
  }),
  /** For minted tokens. */
  expiresOn: dateSchema.optional(),
});

export const assignManySchema = strict('ManyAssignments', {
  /** A name for people; it has to be typed to start the job. */
  name: nameSchema,
  choose: peopleSchema,
  /** Include users who have a token. */
  again: z.boolean().default(false),
});

const count = z.int().nonnegative();

export const jobSchema = named('Job', {
  id: z.string(),
  kind: z.enum(jobKinds),
  name: z.string(),
  state: z.enum(jobStates),
  /** A distribution is checked first, and waits; then it is done. */
  phase: z.enum(jobPhases),
  total: count,
  /** Progress, out of `total`. */
  position: count,
  done: count,
  leftOut: count,
  failed: count,
  /** At the pace so far; absent if unknown. */
  secondsLeft: count.optional(),
  startedBy: z.string(),
  createdAt: timeSchema,
  /** It is started, and begins then. */
  beginAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  /** Why it ended, or why it does not continue. */
  ...reasonShape,
  detail: z.string().optional(),
  /** What it does to each, if it is an action on many. */
  action: z.enum([...BULK_ACTIONS, ...USER_BULK_ACTIONS, ...REQUEST_ACTIONS]).optional(),
  /** The distribution that this one undoes, or sends reminders about. */
  about: z.string().optional(),
  /** Activation codes: `ready` for the person who started it, once. */
  codes: z.enum(['none', 'ready', 'taken']),
});

const jobDetailSchema = jobSchema
  .extend({
    /** What pausing, canceling or resuming it takes. */
    permission: z.enum(PERMISSION_NAMES),
    resumable: z.boolean().meta({ description: 'Whether the person who started it can resume it now.' }),
    undoPermissions: z.array(z.enum(PERMISSION_NAMES)).optional().meta({
      description:
        'What undoing it takes, all of them, and reminding the users of a distribution. Absent: jobs of this kind cannot be undone.',
    }),
    profile: z.string().optional(),
    delivery: z.enum(['url', 'qr']).optional(),
    tokens: z.enum(tokenSources).optional(),
    /** It replaces tokens, and what becomes of them. */
    replaced: z.enum(replacedFates).optional(),
    /** How long the activation codes will be valid, from when they are made. */
    codeExpires: codeExpirySchema.optional(),
    letters: z
      .enum(['possible', 'too-many'])
      .optional()
      .meta({
        description: `Whether its activation codes can be printed as letters: at most ${MAX_LETTERS} in one file. Absent: users get them by QR code or by mail.`,
      }),
    /** Who is left out, and what failed, by reason. */
    reasons: z.array(
      z.object({
        state: z.enum(jobRowStates),
        count,
        ...reasonShape,
        detail: z.string(),
      }),
    ),
    /** What the first three get, while it waits to be started. */
    samples: z.array(
      z.object({
        userId: z.string(),
        /** First and last name, if the caller may see them. */
        userName: z.string().optional(),
        serial: serialSchema.optional(),
        nickname: z.string(),
        deviceId: z.string().optional(),
      }),
    ),
    /** What the first of them will be sent, without the code, while it waits to be started. */
    mails: z.array(z.object({ subject: z.string(), text: z.string() })).optional(),
    /** How many of the distributions are in each state; while it runs, at most five seconds old. */
    states: z.partialRecord(z.enum(distributionStates), count),
    /** An import: how many users are added and changed, or would be; absent while it runs. */
    users: z.object({ add: count, change: count }).optional(),
    /** An import: columns or fields of the file that are not imported, the first 20. */
    ignored: z.array(z.string()).optional(),
  })
  .meta({ id: 'JobDetail' });

const jobRowSchema = named('JobRow', {
  /** From 1. */
  number: z.int(),
  /** As given: a user ID or a serial number. Control characters are replaced. */
  subject: z.string(),
  userId: z.string().optional(),
  /** First and last name of that user, or of the user that `subject` is, if the caller may see them. */
  userName: z.string().optional(),
  serial: serialSchema.optional(),
  state: z.enum(jobRowStates),
  distribution: z.enum(distributionStates).optional(),
  /** An import: the line of the file, what becomes of the user, and, until it is done, what changes. */
  line: z.int().optional(),
  action: z.enum(importActions).optional(),
  changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })).optional(),
  ...reasonShape,
  detail: z.string().optional(),
});

/** What an operation answers that makes a job; those that name whom it is for take long requests. */
export const JOB_MADE = { response: jobSchema, created: '/jobs/:id' } as const;
const MANY_JOB = { ...JOB_MADE, bodyLimit: 2 * MAX_FILE };

export const JOB_OPERATIONS = {
  listJobs: get(
    '/jobs',
    'tokens:view',
    'List jobs, latest first: the caller’s own, and all about tokens or users if the caller can see every one',
    {
      orPermission: 'users:view',
      query: z.strictObject({
        ...pageQuery,
        kind: z.enum(jobKinds).optional(),
        state: z.enum(jobStates).optional(),
      }),
      response: page(jobSchema),
    },
  ),
  getJob: get(
    '/jobs/:id',
    'tokens:view',
    'Show a job: its progress, who is left out and why, and the state of what it distributed',
    { orPermission: 'users:view', response: jobDetailSchema, quiet: true },
  ),
  listJobRows: get('/jobs/:id/rows', 'tokens:view', 'List the rows of a job', {
    orPermission: 'users:view',
    query: z.strictObject({ ...pageQuery, state: z.enum(jobRowStates).optional() }),
    response: page(jobRowSchema),
  }),
  distributeMany: post(
    '/jobs/distributions',
    'tokens:distribute',
    'Create a job that distributes many tokens: it checks them all and then waits to be started',
    { ...MANY_JOB, body: distributeManySchema },
  ),
  assignMany: post(
    '/jobs/assignments',
    'tokens:assign',
    'Create a job that assigns a token to each of many users: it checks them all and then waits to be started',
    { ...MANY_JOB, body: assignManySchema },
  ),
  doToTokens: post(
    '/jobs/token-actions',
    'tokens:view',
    'Create a job that performs an action on many tokens, with the permission that the action needs. A few are done by the time of the answer',
    { ...MANY_JOB, andOneOf: Object.values(BULK_PERMISSIONS), body: bulkInputSchema },
  ),
  doToUsers: post(
    '/jobs/user-actions',
    'users:edit',
    'Create a job that performs an action on many users, with the permission that the action needs. A few are done by the time of the answer',
    { ...MANY_JOB, orPermission: 'tokens:edit', body: userBulkInputSchema },
  ),
  doToRequests: post(
    '/jobs/request-decisions',
    'requests:decide',
    'Create a job that approves or rejects many requests, each as if it were the only one. A few are decided by the time of the answer',
    { ...MANY_JOB, body: requestDecisionsSchema },
  ),
  startJob: post(
    '/jobs/:id/start',
    'tokens:view',
    'Start a checked job, by its name, with the permission for what it does',
    {
      orPermission: 'users:view',
      body: z.strictObject({
        name: z.string().max(128),
        /** When it begins, at most `LIMITS.beginDays` from now; by default, or if that passed within the last hour, at once. Resumed after a pause, it begins at once. */
        at: timeSchema.optional(),
      }),
      response: jobSchema,
    },
  ),
  pauseJob: post(
    '/jobs/:id/pause',
    'tokens:view',
    'Pause a job after the current batch, with the permission for what it does',
    { orPermission: 'users:view', response: jobSchema },
  ),
  cancelJob: post(
    '/jobs/:id/cancel',
    'tokens:view',
    'Cancel a job after the current batch, with the permission for what it does; what was done stays done',
    { orPermission: 'users:view', response: jobSchema },
  ),
  resumeJob: post(
    '/jobs/:id/resume',
    'tokens:view',
    'Resume a job that was paused, canceled or failed, where it stopped, with the permission for what it does',
    { orPermission: 'users:view', response: jobSchema },
  ),
  undoJob: post(
    '/jobs/:id/undo',
    'tokens:view',
    'Create a job that withdraws those tokens of a distribution that nobody has activated, gives back those of an assignment that were not used, or deletes those of an import that were not used',
    {
      andOneOf: ['tokens:distribute', 'tokens:assign', 'tokens:delete'],
      query: z.strictObject({
        /** Users whose token is taken back get mail about it. */
        tell: queryFlag.optional(),
      }),
      ...JOB_MADE,
    },
  ),
  remindJob: post(
    '/jobs/:id/reminders',
    'tokens:distribute',
    'Create a job that sends mail to users of a distribution who have not activated their token',
    JOB_MADE,
  ),
  takeJobResult: post(
    '/jobs/:id/result',
    'tokens:view',
    'The result as CSV. If it contains activation codes: only once, for whoever started the job. Of an import: the rows that were left out or failed',
    {
      orPermission: 'users:view',
      query: z.strictObject({
        /**
         * With `keep`, the server still has the activation codes afterwards, so that a file that does not arrive can be fetched again. With
         * `destroy`, it destroys them and hands out nothing: the file has arrived.
         */
        codes: z.enum(['keep', 'destroy']).optional(),
      }),
      response: named('JobResult', { fileName: z.string(), csv: z.string() }),
    },
  ),
  takeJobLetters: post(
    '/jobs/:id/letters',
    'tokens:distribute',
    'Letters with the activation codes as one PDF: once, for whoever started the job, instead of the CSV',
    {
      query: z.strictObject({
        /** With `keep`, the server still has the activation codes afterwards; see `takeJobResult`. */
        codes: z.enum(['keep']).optional(),
      }),
      body: z.strictObject({
        /** Address and activation code on letters of their own: first all with the address, then all with the code. */
        separate: z.boolean().default(false),
        /** Only the letter to the first user, without a code, before the job is started. */
        sample: z.boolean().optional(),
      }),
      response: named('JobLetters', { fileName: z.string(), pdf: z.base64() }),
    },
  ),
};

export type DistributeMany = z.infer<typeof distributeManySchema>;
export type AssignMany = z.infer<typeof assignManySchema>;
export type AssignManyInput = z.input<typeof assignManySchema>;
export type DistributeManyInput = z.input<typeof distributeManySchema>;
export type Job = z.infer<typeof jobSchema>;
export type JobDetail = z.infer<typeof jobDetailSchema>;
export type JobRow = z.infer<typeof jobRowSchema>;
export type JobState = (typeof jobStates)[number];
export type CodesAfterwards = 'keep' | 'destroy';
export type JobRowState = (typeof jobRowStates)[number];
