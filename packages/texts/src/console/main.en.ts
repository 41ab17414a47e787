/** The texts of the Security Console in English for whoever is logged on. */
import { permissionNames } from '../outcomes/permission-names.en.ts';
import { accessEn } from './access.en.ts';
import { auditEn } from './audit.en.ts';
import { certificatesEn } from './certificates.en.ts';
import { distributionEn } from './distribution.en.ts';
import { findEn } from './find.en.ts';
import { homeEn } from './home.en.ts';
import { identityTexts } from './identity.en.ts';
import { jobsEn } from './jobs.en.ts';
import { mailEn } from './mail.en.ts';
import { profilesEn } from './profiles.en.ts';
import { radiusTexts } from './radius.en.ts';
import { reportingEn } from './reporting.en.ts';
import { requestsEn } from './requests.en.ts';
import { settingsEn } from './settings.en.ts';
import { sourceRunsEn } from './source-runs.en.ts';
import { sourcesEn } from './sources.en.ts';
import { tokensEn } from './tokens.en.ts';
import { userFilesEn } from './user-files.en.ts';
import { userSelfServiceEn } from './user-self-service.en.ts';
import { userSourceEn } from './user-source.en.ts';
import { usersEn } from './users.en.ts';

export const mainEn = {
  ...identityTexts,
  ...radiusTexts,
  ...jobsEn,
  ...mailEn,
  ...requestsEn,
  ...accessEn,
  ...userSelfServiceEn,
  ...certificatesEn,
  ...findEn,
  ...homeEn,
  ...usersEn,
  ...userSourceEn,
  ...tokensEn,
  ...distributionEn,
  ...profilesEn,
  ...settingsEn,
  ...auditEn,
  ...permissionNames,
  ...sourcesEn,
  ...sourceRunsEn,
  ...userFilesEn,
  ...reportingEn,
} as const;
