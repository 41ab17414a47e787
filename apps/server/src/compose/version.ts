/** The version of this build; docs/operations.md, Versions. */
import { buildVersion } from '../../build-version.js';

export const readVersion = (): string => buildVersion(new URL('../../../../', import.meta.url));
