/** What reports are called and say in German; see reports.en.ts. */
import type { Translation } from './catalogue.ts';
import type { reportSays as says, reportTitles as titles } from './reports.en.ts';

export const reportTitles: Translation<typeof titles> = {
  tokens: 'Token nach Zustand und Benutzer',
  'expiring-tokens': 'Token, die ablaufen',
  'never-activated': 'Token, die nie aktiviert wurden',
  distributions: 'Verteilte Token, und von wem',
  'inactive-users': 'Benutzer, die sich nicht angemeldet haben',
  requests: 'Anträge und Entscheidungen',
  'failed-log-ons': 'Fehlgeschlagene Anmeldungen nach Benutzer und Client',
  'lost-and-replaced': 'Verlorene und ersetzte Token',
  'policy-changes': 'Änderungen an Richtlinien, Einstellungen und Rollen',
  administrators: 'Administratoren und was sie dürfen',
};

export const reportSays: Translation<typeof says> = {
  tokens: 'Jedes Token mit seinem Benutzer, seinem Zustand und seinem letzten Tag.',
  'expiring-tokens': 'Token, deren letzter Tag nahe ist, das nächste zuerst.',
  'never-activated':
    'Token, die einem Benutzer zugewiesen sind und seitdem von keinem Gerät importiert wurden.',
  distributions: 'Wer wem ein Token verteilt hat, das jüngste zuerst, und ob es importiert wurde.',
  'inactive-users': 'Aktivierte Benutzer, die seit einiger Zeit keines ihrer Token benutzt haben.',
  requests: 'Wer ein Token beantragt hat, und wer wie entschieden hat.',
  'failed-log-ons': 'Jede abgelehnte Anmeldung mit ihrem Grund, die jüngste zuerst.',
  'lost-and-replaced':
    'Token, die als verloren gemeldet oder durch ein anderes ersetzt wurden, das jüngste zuerst.',
  'policy-changes': 'Was geändert wurde, und von wem.',
  administrators: 'Jeder Administrator mit jeder Rolle, wo sie gilt und was sie erlaubt.',
};
