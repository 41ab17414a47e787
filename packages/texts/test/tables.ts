/** Every text by its path, as tests look for it on a page: each table with the areas that packages/texts/generate.js gives it. */
import authenticatorDeOwn from '@sower/texts/de/authenticator.json' with { type: 'json' };
import bothConsolesDe from '@sower/texts/de/both-consoles.json' with { type: 'json' };
import cliDeOwn from '@sower/texts/de/cli.json' with { type: 'json' };
import consoleDeOwn from '@sower/texts/de/console.json' with { type: 'json' };
import consoleStartDe from '@sower/texts/de/console-start.json' with { type: 'json' };
import importingDe from '@sower/texts/de/importing.json' with { type: 'json' };
import namesDe from '@sower/texts/de/names.json' with { type: 'json' };
import outcomesDeOwn from '@sower/texts/de/outcomes.json' with { type: 'json' };
import selfServiceDeOwn from '@sower/texts/de/self-service.json' with { type: 'json' };
import telephoneDe from '@sower/texts/de/telephone.json' with { type: 'json' };
import authenticatorEnOwn from '@sower/texts/en/authenticator.json' with { type: 'json' };
import bothConsolesEn from '@sower/texts/en/both-consoles.json' with { type: 'json' };
import cliEnOwn from '@sower/texts/en/cli.json' with { type: 'json' };
import consoleEnOwn from '@sower/texts/en/console.json' with { type: 'json' };
import consoleStartEn from '@sower/texts/en/console-start.json' with { type: 'json' };
import importingEn from '@sower/texts/en/importing.json' with { type: 'json' };
import namesEn from '@sower/texts/en/names.json' with { type: 'json' };
import outcomesEnOwn from '@sower/texts/en/outcomes.json' with { type: 'json' };
import selfServiceEnOwn from '@sower/texts/en/self-service.json' with { type: 'json' };
import telephoneEn from '@sower/texts/en/telephone.json' with { type: 'json' };

export const authenticatorEn = { ...authenticatorEnOwn, ...importingEn };
export const authenticatorDe = { ...authenticatorDeOwn, ...importingDe };
export const cliEn = { ...cliEnOwn, ...importingEn, ...namesEn };
export const cliDe = { ...cliDeOwn, ...importingDe, ...namesDe };
export const consoleEn = {
  ...consoleStartEn,
  ...bothConsolesEn,
  ...consoleEnOwn,
  ...namesEn,
  ...telephoneEn,
};
export const consoleDe = {
  ...consoleStartDe,
  ...bothConsolesDe,
  ...consoleDeOwn,
  ...namesDe,
  ...telephoneDe,
};
export const selfServiceEn = { ...selfServiceEnOwn, ...bothConsolesEn, ...telephoneEn };
export const selfServiceDe = { ...selfServiceDeOwn, ...bothConsolesDe, ...telephoneDe };
export const outcomesEn = { ...outcomesEnOwn, ...namesEn };
export const outcomesDe = { ...outcomesDeOwn, ...namesDe };
