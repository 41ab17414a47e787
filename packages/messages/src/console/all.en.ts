/** Every text of the Security Console in English. */
import { permissionNames } from '../outcomes/permission-names.en.ts';
import { accessEn } from './access.en.ts';
import { auditEn } from './audit.en.ts';
import { certificatesEn } from './certificates.en.ts';
import { challengeEn } from './challenge.en.ts';
import { distributionEn } from './distribution.en.ts';
import { homeEn } from './home.en.ts';
import { identityTexts } from './identity.en.ts';
import { jobsEn } from './jobs.en.ts';
import { mailEn } from './mail.en.ts';
import { partsEn } from './parts.en.ts';
import { profilesEn } from './profiles.en.ts';
import { radiusTexts } from './radius.en.ts';
import { requestsEn } from './requests.en.ts';
import { sessionEn } from './session.en.ts';
import { settingsEn } from './settings.en.ts';
import { shellEn } from './shell.en.ts';
import { sourceRunsEn } from './source-runs.en.ts';
import { sourcesEn } from './sources.en.ts';
import { tokensEn } from './tokens.en.ts';
import { userSelfServiceEn } from './user-self-service.en.ts';
import { usersEn } from './users.en.ts';

export const consoleEn = {
  ...identityTexts,
  ...radiusTexts,
  ...jobsEn,
  ...mailEn,
  ...requestsEn,
  ...accessEn,
  ...challengeEn,
  ...userSelfServiceEn,
  ...certificatesEn,
  ...shellEn,
  ...partsEn,
  ...sessionEn,
  ...homeEn,
  ...usersEn,
  ...sourcesEn,
  ...sourceRunsEn,
  ...tokensEn,
  ...distributionEn,
  ...profilesEn,
  ...settingsEn,
  ...auditEn,
  ...permissionNames,
} as const;
