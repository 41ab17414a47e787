/** The server's answers, in English: problems, notices, and reasons of events. outcomes/ has a file for each subject. */
import { access } from './outcomes/access.en.ts';
import { alerts } from './outcomes/alerts.en.ts';
import { backups } from './outcomes/backups.en.ts';
import { certificateFindings } from './outcomes/certificate-findings.en.ts';
import { clients } from './outcomes/clients.en.ts';
import { doctor } from './outcomes/doctor.en.ts';
import { events } from './outcomes/events.en.ts';
import { http } from './outcomes/http.en.ts';
import { jobs } from './outcomes/jobs.en.ts';
import { keys } from './outcomes/keys.en.ts';
import { mail } from './outcomes/mail.en.ts';
import { people } from './outcomes/people.en.ts';
import { permissionNames } from './outcomes/permission-names.en.ts';
import { provisioning } from './outcomes/provisioning.en.ts';
import { reports } from './outcomes/reports.en.ts';
import { requests } from './outcomes/requests.en.ts';
import { selfService } from './outcomes/self-service.en.ts';
import { server } from './outcomes/server.en.ts';
import { sources } from './outcomes/sources.en.ts';
import { tokens } from './outcomes/tokens.en.ts';

export const outcomesEn = {
  ...access,
  ...alerts,
  ...backups,
  ...certificateFindings,
  ...clients,
  ...doctor,
  ...events,
  ...http,
  ...jobs,
  ...keys,
  ...mail,
  ...people,
  ...permissionNames,
  ...provisioning,
  ...reports,
  ...requests,
  ...selfService,
  ...server,
  ...sources,
  ...tokens,
} as const;
