/** The handlers of jobs. */

import type { ALERT_OPERATIONS } from '@sower/api/alerts';
import type { BACKUP_OPERATIONS } from '@sower/api/backups';
import type { DISTRIBUTION_RULE_OPERATIONS } from '@sower/api/distribution-rules';
import { factsOf, type JOB_OPERATIONS, type Job, type JobKindName } from '@sower/api/jobs';
import type { RETENTION_OPERATIONS } from '@sower/api/retention';
import type { SCHEDULE_OPERATIONS } from '@sower/api/schedules';
import type { TOKEN_IMPORT_OPERATIONS } from '@sower/api/token-imports';
import type { USER_IMPORT_OPERATIONS } from '@sower/api/user-imports';
import { done, type Outcome } from '../core/outcome.ts';
import { userNamesFor } from '../directory/user-search.ts';
import { doToRequests } from '../jobs/bulk/requests.ts';
import { doToTokens } from '../jobs/bulk/tokens.ts';
import { doToUsers } from '../jobs/bulk/users.ts';
import { assignMany } from '../jobs/distribution/assign.ts';
import { distributeMany } from '../jobs/distribution/input.ts';
import { sampleMail, takeLetters } from '../jobs/distribution/letters.ts';
import { takeResult } from '../jobs/distribution/result.ts';
import { addJobAbout } from '../jobs/distribution/undo.ts';
import { importUsers } from '../jobs/import/input.ts';
import { addRule, editRule, previewRule, removeRule, showRules } from '../jobs/rules/rules.ts';
import { importTokens } from '../jobs/token-import/input.ts';
import { addTokenImportPart, endTokenImport, openTokenImport } from '../jobs/token-import/parts.ts';
import { showAlerts } from '../operations/alerts/alerts.ts';
import {
  makeBackup,
  reportVerified,
  showBackup,
  showBackups,
  viewBackup,
} from '../operations/backup/make.ts';
import { hastenRetention, showRetention } from '../operations/retention/retention.ts';
import type { BackupRow } from '../store/operations/backups.ts';
import { type JobRow, listJobRows, type StoredJobRow } from '../store/work/jobs.ts';
import type { InWords } from '../web/language.ts';
import {
  cancelJob,
  deniedJobs,
  jobsOf,
  pauseJob,
  resumeJob,
  startJob,
  viewJob,
  viewJobDetail,
  viewJobRow,
  visibleJob,
} from '../work/jobs.ts';
import { editSchedule, showSchedules } from '../work/schedules.ts';
import type { Handlers } from './call.ts';
import { keyOf, page, positionOf } from './page.ts';

async function worded(outcome: Promise<Outcome<JobRow>>, inWords: InWords): Promise<Outcome<Job>> {
  const made = await outcome;
  return made.ok ? done(viewJob(made.value, inWords)) : made;
}

/** Whom a row is about; a serial number and the ID of a request are no user ID. */
const userOf = (kind: JobKindName, { user_id: userId, subject, serial }: StoredJobRow): string | undefined =>
  userId ?? (factsOf(kind).withoutUsers || subject === serial ? undefined : subject);

export const JOB_HANDLERS: Handlers<keyof typeof JOB_OPERATIONS> = {
  listJobs: async (context, { actor, query, inWords }) => {
    const denial = deniedJobs(actor);
    if (denial) return denial;
    const rows = await jobsOf(context, actor, query, query.limit + 1, keyOf(query.cursor));
    return done(
      page(
        rows,
        query.limit,
        (row) => row.id,
        rows.map((row) => viewJob(row, inWords)),
      ),
    );
  },
  getJob: async (context, { actor, params, inWords }) => {
    const found = await visibleJob(context, actor, params.id);
    if (!found.ok) return found;
    const mails = await sampleMail(context, found.value);
    const job = await viewJobDetail(context, found.value, inWords);
    const nameOf = await userNamesFor(
      context,
      actor,
      job.samples.map(({ userId }) => userId),
    );
    const samples = job.samples.map((sample) => ({ ...sample, ...nameOf(sample.userId) }));
    return done({ ...job, samples, ...(mails.length === 0 ? {} : { mails }) });
  },
  listJobRows: async (context, { actor, params, query, inWords }) => {
    const found = await visibleJob(context, actor, params.id);
    if (!found.ok) return found;
    const { kind } = found.value;
    const job = found.value.about ?? found.value.id;
    const from = positionOf(query.cursor);
    const rows = await listJobRows(context.db, job, query, query.limit + 1, from);
    const now = context.now();
    const nameOf = await userNamesFor(
      context,
      actor,
      rows.map((row) => userOf(kind, row)),
    );
    return done(
      page(
        rows,
        query.limit,
        (row) => String(row.position + 1),
        rows.map((row) => ({ ...viewJobRow(row, now, inWords), ...nameOf(userOf(kind, row)) })),
      ),
    );
  },
  distributeMany: (context, { actor, body, inWords }) =>
    worded(distributeMany(context, actor, body), inWords),
  assignMany: (context, { actor, body, inWords }) => worded(assignMany(context, actor, body), inWords),
  doToTokens: (context, { actor, body, inWords }) => worded(doToTokens(context, actor, body), inWords),
  doToRequests: (context, { actor, body, inWords }) => worded(doToRequests(context, actor, body), inWords),
  doToUsers: (context, { actor, body, inWords }) => worded(doToUsers(context, actor, body), inWords),
  startJob: (context, { actor, params, body, inWords }) =>
    worded(startJob(context, actor, { ...params, ...body }), inWords),
  pauseJob: (context, { actor, params, inWords }) => worded(pauseJob(context, actor, params.id), inWords),
  cancelJob: (context, { actor, params, inWords }) => worded(cancelJob(context, actor, params.id), inWords),
  resumeJob: (context, { actor, params, inWords }) => worded(resumeJob(context, actor, params.id), inWords),
  undoJob: (context, { actor, params, query, inWords }) =>
    worded(addJobAbout(context, actor, params.id, 'undo', query.tell === true), inWords),
  remindJob: (context, { actor, params, inWords }) =>
    worded(addJobAbout(context, actor, params.id, 'remind'), inWords),
  takeJobResult: (context, { actor, params, query, inWords }) =>
    takeResult(context, actor, { ...params, ...query }, inWords),
  takeJobLetters: (context, { actor, params, query, body }) =>
    takeLetters(context, actor, { ...params, ...query, ...body }),
};

export const USER_IMPORT_HANDLERS: Handlers<keyof typeof USER_IMPORT_OPERATIONS> = {
  importUsers: (context, { actor, body, inWords }) => worded(importUsers(context, actor, body), inWords),
};

export const TOKEN_IMPORT_HANDLERS: Handlers<keyof typeof TOKEN_IMPORT_OPERATIONS> = {
  importTokens: (context, { actor, body, inWords }) => worded(importTokens(context, actor, body), inWords),
  openTokenImport: (context, { actor, body, inWords }) =>
    worded(openTokenImport(context, actor, body), inWords),
  addTokenImportPart: (context, { actor, params, body, inWords }) =>
    worded(addTokenImportPart(context, actor, params.id, body), inWords),
  endTokenImport: (context, { actor, params, body, inWords }) =>
    worded(endTokenImport(context, actor, params.id, body.total), inWords),
};

export const RULE_HANDLERS: Handlers<keyof typeof DISTRIBUTION_RULE_OPERATIONS> = {
  listRules: (context, { actor, inWords }) => showRules(context, actor, inWords),
  addRule: (context, { actor, body, inWords }) => addRule(context, actor, body, inWords),
  editRule: (context, { actor, params, version, body, inWords }) =>
    editRule(context, actor, { ...params, version, change: body }, inWords),
  deleteRule: (context, { actor, params }) => removeRule(context, actor, params.id),
  previewRule: (context, { actor, params }) => previewRule(context, actor, params.id),
};

export const SCHEDULE_HANDLERS: Handlers<keyof typeof SCHEDULE_OPERATIONS> = {
  listSchedules: (context, { actor }) => showSchedules(context, actor),
  editSchedule: (context, { actor, params, version, body }) =>
    editSchedule(context, actor, { ...params, version, input: body }),
};

export const ALERT_HANDLERS: Handlers<keyof typeof ALERT_OPERATIONS> = {
  listAlerts: (context, { actor, inWords }) => showAlerts(context, actor, inWords),
};

export const RETENTION_HANDLERS: Handlers<keyof typeof RETENTION_OPERATIONS> = {
  showRetention: (context, { actor }) => showRetention(context, actor),
  runRetention: (context, { actor }) => hastenRetention(context, actor),
};

export const BACKUP_HANDLERS: Handlers<keyof typeof BACKUP_OPERATIONS> = {
  listBackups: (context, { actor, query, inWords }) => showBackups(context, actor, query.limit, inWords),
  showBackup: async (context, { actor, params, inWords }) =>
    backupIn(inWords, await showBackup(context, actor, params.id)),
  makeBackup: async (context, { actor, inWords }) => backupIn(inWords, await makeBackup(context, actor)),
  reportVerified: async (context, { actor, params, body, inWords }) =>
    backupIn(inWords, await reportVerified(context, actor, params.id, body.proof)),
};

const backupIn = (inWords: InWords, outcome: Outcome<BackupRow>) =>
  outcome.ok ? done(viewBackup(outcome.value, inWords)) : outcome;
