/** The texts of the Security Console in English, except those that come with their pages: the log-on page loads these. */
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
import { tokensEn } from './tokens.en.ts';
import { userSelfServiceEn } from './user-self-service.en.ts';
import { userSourceEn } from './user-source.en.ts';
import { usersEn } from './users.en.ts';

export const startEn = {
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
  ...userSourceEn,
  ...tokensEn,
  ...distributionEn,
  ...profilesEn,
  ...settingsEn,
  ...auditEn,
  ...permissionNames,
} as const;
