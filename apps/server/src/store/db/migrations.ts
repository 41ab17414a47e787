/** The one list of migrations for both databases, a file each. A migration that has landed is never edited: add another. */
import type { Migration } from 'kysely/migration';
import { first } from '../migrations/0001-first.ts';
import { tlsCertificates } from '../migrations/0002-tls-certificates.ts';
import { tokenReplacement } from '../migrations/0003-token-replacement.ts';
import { tokenSearch } from '../migrations/0003-token-search.ts';
import { policies } from '../migrations/0004-policies.ts';
import { radius } from '../migrations/0005-radius.ts';
import { selfService } from '../migrations/0006-self-service.ts';
import { mail } from '../migrations/0007-mail.ts';
import { requests } from '../migrations/0008-requests.ts';
import { administratorLogOn } from '../migrations/0009-administrator-log-on.ts';
import { nextToken } from '../migrations/0010-next-token.ts';
import { auditUnlinked } from '../migrations/0011-audit-unlinked.ts';
import { approvals } from '../migrations/0012-approvals.ts';
import { userSearch } from '../migrations/0013-user-search.ts';
import { requestReplaces } from '../migrations/0014-request-replaces.ts';
import { windowsApart } from '../migrations/0015-windows-apart.ts';
import { auditMarks } from '../migrations/0016-audit-marks.ts';
import { guessVersion } from '../migrations/0017-guess-version.ts';
import { sessionProof } from '../migrations/0018-session-proof.ts';
import { attemptBinding } from '../migrations/0019-attempt-binding.ts';
import { tokensWithTheirHolder } from '../migrations/0020-tokens-with-their-holder.ts';
import { heartbeats } from '../migrations/0021-heartbeats.ts';
import { guessReports } from '../migrations/0022-guess-reports.ts';
import { apiKeyOwners } from '../migrations/0023-api-key-owners.ts';
import { latestOfTheHolder } from '../migrations/0024-latest-of-the-holder.ts';
import { words } from '../migrations/0025-words.ts';
import { reasonTexts } from '../migrations/0026-reason-texts.ts';
import { temporaryPasswords } from '../migrations/0027-temporary-passwords.ts';
import { rowMarks } from '../migrations/0028-row-marks.ts';
import { jobs } from '../migrations/0029-jobs.ts';
import { mailReasons } from '../migrations/0030-mail-reasons.ts';
import { letters } from '../migrations/0031-letters.ts';
import { distributionRules } from '../migrations/0032-distribution-rules.ts';
import { identitySources } from '../migrations/0033-identity-sources.ts';
import { schedules } from '../migrations/0034-schedules.ts';
import { sourceRuns } from '../migrations/0035-source-runs.ts';
import { directoryTries } from '../migrations/0036-directory-tries.ts';
import { administratorMail } from '../migrations/0037-administrator-mail.ts';
import { waitingRequests } from '../migrations/0038-waiting-requests.ts';
import { radiusPasswords } from '../migrations/0039-radius-passwords.ts';
import { backups } from '../migrations/0040-backups.ts';
import { userImports } from '../migrations/0041-user-imports.ts';
import { dataKeys } from '../migrations/0042-data-keys.ts';
import { sourceChoices } from '../migrations/0043-source-choices.ts';
import { auditCuts } from '../migrations/0044-audit-cuts.ts';
import { sourcePlacement } from '../migrations/0045-source-placement.ts';
import { userFilters } from '../migrations/0046-user-filters.ts';
import { sourceTrouble } from '../migrations/0047-source-trouble.ts';
import { userGroups } from '../migrations/0048-user-groups.ts';
import { standIns } from '../migrations/0049-stand-ins.ts';
import { figures } from '../migrations/0050-figures.ts';
import { acme } from '../migrations/0051-acme.ts';
import { auditForwards } from '../migrations/0052-audit-forwards.ts';
import { savedReports } from '../migrations/0055-saved-reports.ts';
import { auditRequests } from '../migrations/0056-audit-requests.ts';
import { radiusAccounting } from '../migrations/0057-radius-accounting.ts';
import { alerts } from '../migrations/0058-alerts.ts';
import { pinDefaults } from '../migrations/0059-pin-defaults.ts';
import { secondApprovals } from '../migrations/0060-second-approvals.ts';
import { nodes } from '../migrations/0061-nodes.ts';
import { pinRequired } from '../migrations/0062-pin-required.ts';
import { rowsSetAside } from '../migrations/0063-rows-set-aside.ts';
import { jobStateSince } from '../migrations/0064-job-state-since.ts';
import { accountingTexts } from '../migrations/0065-accounting-texts.ts';
import { namesHandedOn } from '../migrations/0066-names-handed-on.ts';
import { contestedUserIds } from '../migrations/0067-contested-user-ids.ts';
import { boundsOfChanges } from '../migrations/0068-bounds-of-changes.ts';
import { bulkMail } from '../migrations/0069-bulk-mail.ts';
import { idempotencyKeys } from '../migrations/0070-idempotency-keys.ts';
import { timeline } from '../migrations/0071-timeline.ts';
import { oneRunningBackup } from '../migrations/0074-one-running-backup.ts';
import { mailOfTheSource } from '../migrations/0075-mail-of-the-source.ts';
import { usersGone } from '../migrations/0076-users-gone.ts';
import { certificatesOfSources } from '../migrations/0077-certificates-of-sources.ts';
import { usersByGroup } from '../migrations/0080-users-by-group.ts';
import { beginOfJobs } from '../migrations/0081-begin-of-jobs.ts';
import { agentsOfKinds } from '../migrations/0082-agents-of-kinds.ts';
import { foreignSeeds } from '../migrations/0089-foreign-seeds.ts';
import { foreignSerials } from '../migrations/0090-foreign-serials.ts';
import { kindsOfTokens } from '../migrations/0091-kinds-of-tokens.ts';
import { userWords } from '../migrations/0092-user-words.ts';
import { wordsByUser } from '../migrations/0093-words-by-user.ts';
import { agentCredentials } from '../migrations/0095-agent-credentials.ts';
import { loans } from '../migrations/0096-loans.ts';
import { coexistence } from '../migrations/0100-coexistence.ts';
import { leavingDates } from '../migrations/0106-leaving-dates.ts';
import { transferKeys } from '../migrations/0107-transfer-keys.ts';

export const MIGRATIONS: Record<string, Migration> = {
  '0001-first': first,
  '0002-tls-certificates': tlsCertificates,
  '0003-token-replacement': tokenReplacement,
  '0003-token-search': tokenSearch,
  '0004-policies': policies,
  '0005-radius': radius,
  '0006-self-service': selfService,
  '0007-mail': mail,
  '0008-requests': requests,
  '0009-administrator-log-on': administratorLogOn,
  '0010-next-token': nextToken,
  '0011-audit-unlinked': auditUnlinked,
  '0012-approvals': approvals,
  '0013-user-search': userSearch,
  '0014-request-replaces': requestReplaces,
  '0015-windows-apart': windowsApart,
  '0016-audit-marks': auditMarks,
  '0017-guess-version': guessVersion,
  '0018-session-proof': sessionProof,
  '0019-attempt-binding': attemptBinding,
  '0020-tokens-with-their-holder': tokensWithTheirHolder,
  '0021-heartbeats': heartbeats,
  '0022-guess-reports': guessReports,
  '0023-api-key-owners': apiKeyOwners,
  '0024-latest-of-the-holder': latestOfTheHolder,
  '0025-words': words,
  '0026-reason-texts': reasonTexts,
  '0027-temporary-passwords': temporaryPasswords,
  '0028-row-marks': rowMarks,
  '0029-jobs': jobs,
  '0030-mail-reasons': mailReasons,
  '0031-letters': letters,
  '0032-distribution-rules': distributionRules,
  '0033-identity-sources': identitySources,
  '0034-schedules': schedules,
  '0035-source-runs': sourceRuns,
  '0036-directory-tries': directoryTries,
  '0037-administrator-mail': administratorMail,
  '0038-waiting-requests': waitingRequests,
  '0039-radius-passwords': radiusPasswords,
  '0040-backups': backups,
  '0041-user-imports': userImports,
  '0042-data-keys': dataKeys,
  '0043-source-choices': sourceChoices,
  '0044-audit-cuts': auditCuts,
  '0045-source-placement': sourcePlacement,
  '0046-user-filters': userFilters,
  '0047-source-trouble': sourceTrouble,
  '0048-user-groups': userGroups,
  '0049-stand-ins': standIns,
  '0050-figures': figures,
  '0051-acme': acme,
  '0052-audit-forwards': auditForwards,
  '0055-saved-reports': savedReports,
  '0056-audit-requests': auditRequests,
  '0057-radius-accounting': radiusAccounting,
  '0058-alerts': alerts,
  '0059-pin-defaults': pinDefaults,
  '0060-second-approvals': secondApprovals,
  '0061-nodes': nodes,
  '0062-pin-required': pinRequired,
  '0063-rows-set-aside': rowsSetAside,
  '0064-job-state-since': jobStateSince,
  '0065-accounting-texts': accountingTexts,
  '0066-names-handed-on': namesHandedOn,
  '0067-contested-user-ids': contestedUserIds,
  '0068-bounds-of-changes': boundsOfChanges,
  '0069-bulk-mail': bulkMail,
  '0070-idempotency-keys': idempotencyKeys,
  '0071-timeline': timeline,
  '0074-one-running-backup': oneRunningBackup,
  '0075-mail-of-the-source': mailOfTheSource,
  '0076-users-gone': usersGone,
  '0077-certificates-of-sources': certificatesOfSources,
  '0080-users-by-group': usersByGroup,
  '0081-begin-of-jobs': beginOfJobs,
  '0082-agents-of-kinds': agentsOfKinds,
  '0089-foreign-seeds': foreignSeeds,
  '0090-foreign-serials': foreignSerials,
  '0091-kinds-of-tokens': kindsOfTokens,
  '0092-user-words': userWords,
  '0093-words-by-user': wordsByUser,
  '0095-agent-credentials': agentCredentials,
  '0096-loans': loans,
  '0100-coexistence': coexistence,
  '0106-leaving-dates': leavingDates,
  '0107-transfer-keys': transferKeys,
};
