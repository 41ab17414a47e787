/** Why something happened, or did not, as the audit trail says it: no sentences, no final period; see events.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { events as en } from './events.en.ts';

export const events: Translation<typeof en> = {
  event: {
    'right-but-strayed': 'richtig, aber seine Uhr oder sein Zähler weicht ab: der nächste wird verlangt',
    findings_one: '{{first}} {{count, number}} weiterer Befund',
    findings_other: '{{first}} {{count, number}} weitere Befunde',
    method: '{{method}}: {{reason}}',
    token: 'Token {{serial}}: {{reason}}',
    'token-changed': 'das Token wurde inzwischen geändert',
    'wrong-passcode': 'falscher Passcode',
    'wrong-passcode-and': 'falscher Passcode, und {{reason}}',
    'tokencode-used': 'dieser Tokencode wurde schon verwendet',
  },
};
