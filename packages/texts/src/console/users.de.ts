/** Users and security domains; see users.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { usersEn } from './users.en.ts';

export const usersDe: Translation<typeof usersEn> = {
  users: {
    title: 'Benutzer',
    addTitle: 'Neuen Benutzer hinzufügen',
    editTitle: 'Benutzer {{userId}} bearbeiten',
    userId: 'Benutzer-ID',
    userIdHelp: 'Der Name, mit dem sich der Benutzer authentifiziert.',
    userIdChange:
      'Der Name, mit dem sich der Benutzer authentifiziert. Nach einer Änderung gilt nur noch der neue; sagen Sie ihn dem Benutzer.',
    firstName: 'Vorname',
    lastName: 'Nachname',
    name: 'Name',
    email: 'E-Mail-Adresse',
    userIdRule: 'Erforderlich. Leerzeichen und die Zeichen & % < > sind nicht erlaubt.',
    emailRule: 'Geben Sie eine Adresse wie jane@example.com ein, oder nichts.',
    telephone: 'Telefonnummer',
    person: 'Person',
    state: 'Zustand',
    tokens: 'Token',
    createdAt: 'Hinzugefügt',
    enabled: 'Aktiviert',
    disabled: 'Deaktiviert',
    find: 'Benutzer suchen',
    findHelp: 'Anfang von Benutzer-ID, Nachname oder E-Mail-Adresse',
    choose: 'Einen Benutzer wählen',
    none: 'Es gibt noch keine Benutzer',
    noneBody: 'Den ersten Benutzer hinzufügen, dann ein Token zuweisen.',
    noneFound: 'Kein Benutzer gefunden',
    noneFoundBody:
      'Keine Benutzer-ID, kein Nachname und keine E-Mail-Adresse beginnt so. Die Schreibweise prüfen oder den Benutzer hinzufügen.',
    dashboard: 'Benutzerübersicht',
    edit: 'Bearbeiten',
    enable: 'Aktivieren',
    disable: 'Deaktivieren',
    delete: 'Löschen',
    confirm: {
      enable: {
        title: 'Benutzer {{userId}} aktivieren?',
        body: 'Der Benutzer kann sich mit den aktivierten Token wieder authentifizieren.',
        action: 'Benutzer aktivieren',
        done: 'Benutzer {{userId}} ist aktiviert.',
      },
      disable: {
        title: 'Benutzer {{userId}} deaktivieren?',
        body: 'Kein Token des Benutzers gilt, bis er wieder aktiviert ist. Nichts wird gelöscht.',
        action: 'Benutzer deaktivieren',
        done: 'Benutzer {{userId}} ist deaktiviert.',
      },
      delete: {
        title: 'Benutzer {{userId}} löschen?',
        body: 'Die Zuweisung der Token endet: ihre PINs, Seeds und gültigen Aktivierungscodes werden verworfen. Das kann nicht rückgängig gemacht werden.',
        action: 'Benutzer löschen',
        done: 'Benutzer {{userId}} ist gelöscht.',
      },
    },
    said: { added: 'Benutzer {{userId}} ist hinzugefügt.', edited: 'Benutzer {{userId}} ist gespeichert.' },
  },
  domains: { one: 'Sicherheitsdomäne', usual: 'Die oberste' },
};
