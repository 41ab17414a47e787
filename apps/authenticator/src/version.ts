/** What this build calls itself, here and towards servers. */
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
