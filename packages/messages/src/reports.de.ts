/** What reports are called and say in German; see reports.en.ts. */
import type { Translation } from './catalogue.ts';
import type { reportSays as says, reportTitles as titles } from './reports.en.ts';

export const reportTitles: Translation<typeof titles> = {
  tokens: 'Token nach Zustand und Benutzer',
  'expiring-tokens': 'Token, die ablaufen',
  'never-activated': 'Nie aktivierte Token',
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
  'expiring-tokens': 'Innerhalb so vieler Tage, das nächste zuerst.',
  'never-activated': 'Einem Benutzer zugewiesen, und seitdem von keinem Gerät importiert.',
  distributions: 'In den letzten Tagen, das jüngste zuerst: wer verteilt hat, und was daraus wurde.',
  'inactive-users': 'Aktivierte Benutzer, von denen in den letzten Tagen kein Token angenommen wurde.',
  requests: 'In den letzten Tagen gestellt, mit denen, die entschieden haben.',
  'failed-log-ons': 'In den letzten Tagen, die jüngste zuerst, mit dem Grund.',
  'lost-and-replaced': 'In den letzten Tagen, das jüngste zuerst.',
  'policy-changes': 'In den letzten Tagen, mit denen, die sie gemacht haben.',
  administrators: 'Eine Zeile für jede Rolle in einer Sicherheitsdomäne.',
};
