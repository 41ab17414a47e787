/** Every text of the command line in German. */
import type { Translation } from '../catalogue.ts';
import { figureNames } from '../figures.de.ts';
import { importingDe } from '../importing.de.ts';
import { permissionNames } from '../outcomes/permission-names.de.ts';
import { reportTitles } from '../reports.de.ts';
import type { cliEn } from './all.en.ts';
import { authenticatorDe } from './authenticator.de.ts';
import { clientsDe } from './clients.de.ts';
import { peopleDe } from './people.de.ts';
import { provisioningDe } from './provisioning.de.ts';
import { serverDe } from './server.de.ts';
import { shellDe } from './shell.de.ts';
import { tokensDe } from './tokens.de.ts';

export const cliDe: Translation<typeof cliEn> = {
  ...shellDe,
  ...authenticatorDe,
  ...clientsDe,
  ...peopleDe,
  ...provisioningDe,
  ...serverDe,
  ...tokensDe,
  ...permissionNames,
  ...figureNames,
  reportTitles,
  importing: importingDe,
};
