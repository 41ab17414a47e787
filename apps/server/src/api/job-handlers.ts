/** The handlers of jobs. */

import type { ALERT_OPERATIONS } from '@sower/api/alerts';
import type { BACKUP_OPERATIONS } from '@sower/api/backups';
import type { DISTRIBUTION_RULE_OPERATIONS } from '@sower/api/distribution-rules';
import { factsOf, type JOB_OPERATIONS, type JobKindName } from '@sower/api/jobs';
import type { RETENTION_OPERATIONS } from '@sower/api/retention';
import type { SCHEDULE_OPERATIONS } from '@sower/api/schedules';
import type { TOKEN_IMPORT_OPERATIONS } from '@sower/api/token-imports';
import type { USER_IMPORT_OPERATIONS } from '@sower/api/user-imports';
import { done, viewing } from '../core/outcome.ts';
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
import { listJobRows, type StoredJobRow } from '../store/work/jobs.ts';
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

/** Whom a row is about; a serial number and the ID of a request are no user ID. */
const userOf = (kind: JobKindName, { user_id: userId, subject, serial }: StoredJobRow): string | undefined =>
  userId ?? (factsOf(kind).withoutUsers || subject === serial ? undefined : subject);

export const JOB_HANDLERS: Handlers<keyof typeof JOB_OPERATIONS> = {
  listJobs: async (context, { actor, query }) => {
    const denial = deniedJobs(actor);
    if (denial) return denial;
    const rows = await jobsOf(context, actor, query, query.limit + 1, keyOf(query.cursor));
    return done(page(rows, query.limit, (row) => row.id, rows.map(viewJob)));
  },
  getJob: async (context, { actor, params }) => {
    const found = await visibleJob(context, actor, params.id);
    if (!found.ok) return found;
    const mails = await sampleMail(context, found.value);
    const job = await viewJobDetail(context, found.value);
    const nameOf = await userNamesFor(
      context,
      actor,
      job.samples.map(({ userId }) => userId),
    );
    const samples = job.samples.map((sample) => ({ ...sample, ...nameOf(sample.userId) }));
    return done({ ...job, samples, ...(mails.length === 0 ? {} : { mails }) });
  },
  listJobRows: async (context, { actor, params, query }) => {
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
        rows.map((row) => ({ ...viewJobRow(row, now), ...nameOf(userOf(kind, row)) })),
      ),
    );
  },
  distributeMany: (context, { actor, body }) => viewing(distributeMany(context, actor, body), viewJob),
  assignMany: (context, { actor, body }) => viewing(assignMany(context, actor, body), viewJob),
  doToTokens: (context, { actor, body }) => viewing(doToTokens(context, actor, body), viewJob),
  doToRequests: (context, { actor, body }) => viewing(doToRequests(context, actor, body), viewJob),
  doToUsers: (context, { actor, body }) => viewing(doToUsers(context, actor, body), viewJob),
  startJob: (context, { actor, params, body }) =>
    viewing(startJob(context, actor, { ...params, ...body }), viewJob),
  pauseJob: (context, { actor, params }) => viewing(pauseJob(context, actor, params.id), viewJob),
  cancelJob: (context, { actor, params }) => viewing(cancelJob(context, actor, params.id), viewJob),
  resumeJob: (context, { actor, params }) => viewing(resumeJob(context, actor, params.id), viewJob),
  undoJob: (context, { actor, params, query }) =>
    viewing(addJobAbout(context, actor, params.id, 'undo', query.tell === true), viewJob),
  remindJob: (context, { actor, params }) =>
    viewing(addJobAbout(context, actor, params.id, 'remind'), viewJob),
  takeJobResult: (context, { actor, params, query, inWords }) =>
    takeResult(context, actor, { ...params, ...query }, inWords),
  takeJobLetters: (context, { actor, params, query, body }) =>
    takeLetters(context, actor, { ...params, ...query, ...body }),
};

export const USER_IMPORT_HANDLERS: Handlers<keyof typeof USER_IMPORT_OPERATIONS> = {
  importUsers: (context, { actor, body }) => viewing(importUsers(context, actor, body), viewJob),
};

export const TOKEN_IMPORT_HANDLERS: Handlers<keyof typeof TOKEN_IMPORT_OPERATIONS> = {
  importTokens: (context, { actor, body }) => viewing(importTokens(context, actor, body), viewJob),
  openTokenImport: (context, { actor, body }) => viewing(openTokenImport(context, actor, body), viewJob),
  addTokenImportPart: (context, { actor, params, body }) =>
    viewing(addTokenImportPart(context, actor, params.id, body), viewJob),
  endTokenImport: (context, { actor, params, body }) =>
    viewing(endTokenImport(context, actor, params.id, body.total), viewJob),
};

export const RULE_HANDLERS: Handlers<keyof typeof DISTRIBUTION_RULE_OPERATIONS> = {
  listRules: (context, { actor }) => showRules(context, actor),
  addRule: (context, { actor, body }) => addRule(context, actor, body),
  editRule: (context, { actor, params, version, body }) =>
    editRule(context, actor, { ...params, version, change: body }),
  deleteRule: (context, { actor, params }) => removeRule(context, actor, params.id),
  previewRule: (context, { actor, params }) => previewRule(context, actor, params.id),
};

export const SCHEDULE_HANDLERS: Handlers<keyof typeof SCHEDULE_OPERATIONS> = {
  listSchedules: (context, { actor }) => showSchedules(context, actor),
  editSchedule: (context, { actor, params, version, body }) =>
    editSchedule(context, actor, { ...params, version, input: body }),
};

export const ALERT_HANDLERS: Handlers<keyof typeof ALERT_OPERATIONS> = {
  listAlerts: (context, { actor }) => showAlerts(context, actor),
};

export const RETENTION_HANDLERS: Handlers<keyof typeof RETENTION_OPERATIONS> = {
  showRetention: (context, { actor }) => showRetention(context, actor),
  runRetention: (context, { actor }) => hastenRetention(context, actor),
};

export const BACKUP_HANDLERS: Handlers<keyof typeof BACKUP_OPERATIONS> = {
  listBackups: (context, { actor, query }) => showBackups(context, actor, query.limit),
  showBackup: (context, { actor, params }) => viewing(showBackup(context, actor, params.id), viewBackup),
  makeBackup: (context, { actor }) => viewing(makeBackup(context, actor), viewBackup),
  reportVerified: (context, { actor, params, body }) =>
    viewing(reportVerified(context, actor, params.id, body.proof), viewBackup),
};
