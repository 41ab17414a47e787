/** What the server answers, in German; see outcomes.en.ts. */
import type { Translation } from './catalogue.ts';
import { access } from './outcomes/access.de.ts';
import { alerts } from './outcomes/alerts.de.ts';
import { backups } from './outcomes/backups.de.ts';
import { certificateFindings } from './outcomes/certificate-findings.de.ts';
import { clients } from './outcomes/clients.de.ts';
import { doctor } from './outcomes/doctor.de.ts';
import { events } from './outcomes/events.de.ts';
import { http } from './outcomes/http.de.ts';
import { jobs } from './outcomes/jobs.de.ts';
import { keys } from './outcomes/keys.de.ts';
import { mail } from './outcomes/mail.de.ts';
import { people } from './outcomes/people.de.ts';
import { permissionNames } from './outcomes/permission-names.de.ts';
import { provisioning } from './outcomes/provisioning.de.ts';
import { reports } from './outcomes/reports.de.ts';
import { requests } from './outcomes/requests.de.ts';
import { selfService } from './outcomes/self-service.de.ts';
import { server } from './outcomes/server.de.ts';
import { sources } from './outcomes/sources.de.ts';
import { tokens } from './outcomes/tokens.de.ts';
import type { outcomesEn } from './outcomes.en.ts';

export const outcomesDe: Translation<typeof outcomesEn> = {
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
};
