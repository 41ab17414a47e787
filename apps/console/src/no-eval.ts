/** The schema library tries to compile code; the Content-Security-Policy forbids that, and would report each try. */
import { config } from 'zod';

config({ jitless: true });
