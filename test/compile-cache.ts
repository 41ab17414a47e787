/** What a test file imports is read and compiled once in a run, not in each of its processes. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sower-tests', import.meta.url)));
