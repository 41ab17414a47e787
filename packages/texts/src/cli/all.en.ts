/** Every text of the command line in English. */
import { figureNames } from '../figures.en.ts';
import { importingEn } from '../importing.en.ts';
import { permissionNames } from '../outcomes/permission-names.en.ts';
import { reportTitles } from '../reports.en.ts';
import { authenticatorEn } from './authenticator.en.ts';
import { clientsEn } from './clients.en.ts';
import { peopleEn } from './people.en.ts';
import { provisioningEn } from './provisioning.en.ts';
import { serverEn } from './server.en.ts';
import { shellEn } from './shell.en.ts';
import { tokensEn } from './tokens.en.ts';

export const cliEn = {
  ...shellEn,
  ...authenticatorEn,
  ...clientsEn,
  ...peopleEn,
  ...provisioningEn,
  ...serverEn,
  ...tokensEn,
  ...permissionNames,
  ...figureNames,
  reportTitles,
  importing: importingEn,
} as const;
