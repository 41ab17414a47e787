/**
 * One request for each operation, in the order in which they work on a new installation: for the API's document, and for the test that
 * makes them all.
 */
import type { OperationName } from '../operations.ts';
import { DEPLOYMENT_EXAMPLES, ENDING_EXAMPLES } from './deployment.ts';
import { EVERYDAY_EXAMPLES } from './everyday.ts';
import type { Example } from './filled.ts';
import { SELF_SERVICE_EXAMPLES } from './self-service.ts';
import { SETTING_UP_EXAMPLES } from './setting-up.ts';

export const EXAMPLES: Readonly<Record<OperationName, Example>> = {
  ...SETTING_UP_EXAMPLES,
  ...EVERYDAY_EXAMPLES,
  ...SELF_SERVICE_EXAMPLES,
  ...DEPLOYMENT_EXAMPLES,
  ...ENDING_EXAMPLES,
};
