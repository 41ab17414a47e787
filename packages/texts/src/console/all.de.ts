/** Every text of the Security Console in German; see all.en.ts. */
import type { Translation } from '../catalogue.ts';
import { permissionNames } from '../outcomes/permission-names.de.ts';
import { accessDe } from './access.de.ts';
import type { consoleEn } from './all.en.ts';
import { auditDe } from './audit.de.ts';
import { certificatesDe } from './certificates.de.ts';
import { challengeDe } from './challenge.de.ts';
import { distributionDe } from './distribution.de.ts';
import { findDe } from './find.de.ts';
import { homeDe } from './home.de.ts';
import { identityTexts } from './identity.de.ts';
import { jobsDe } from './jobs.de.ts';
import { mailDe } from './mail.de.ts';
import { partsDe } from './parts.de.ts';
import { profilesDe } from './profiles.de.ts';
import { radiusTexts } from './radius.de.ts';
import { reportingDe } from './reporting.de.ts';
import { requestsDe } from './requests.de.ts';
import { sessionDe } from './session.de.ts';
import { settingsDe } from './settings.de.ts';
import { shellDe } from './shell.de.ts';
import { sourceRunsDe } from './source-runs.de.ts';
import { sourcesDe } from './sources.de.ts';
import { tokensDe } from './tokens.de.ts';
import { userFilesDe } from './user-files.de.ts';
import { userSelfServiceDe } from './user-self-service.de.ts';
import { userSourceDe } from './user-source.de.ts';
import { usersDe } from './users.de.ts';

export const consoleDe: Translation<typeof consoleEn> = {
  ...identityTexts,
  ...radiusTexts,
  ...jobsDe,
  ...mailDe,
  ...requestsDe,
  ...accessDe,
  ...challengeDe,
  ...userSelfServiceDe,
  ...certificatesDe,
  ...shellDe,
  ...partsDe,
  ...sessionDe,
  ...findDe,
  ...homeDe,
  ...usersDe,
  ...sourcesDe,
  ...userFilesDe,
  ...reportingDe,
  ...sourceRunsDe,
  ...userSourceDe,
  ...tokensDe,
  ...distributionDe,
  ...profilesDe,
  ...settingsDe,
  ...auditDe,
  ...permissionNames,
};
