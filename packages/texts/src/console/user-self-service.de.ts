/** What administrators prepare for a user's self-service, in German. */
import type { Translation } from '../catalogue.ts';
import type { userSelfServiceEn } from './user-self-service.en.ts';

export const userSelfServiceDe: Translation<typeof userSelfServiceEn> = {
  userSelfService: {
    title: 'Selbstbedienung',
    password: 'Passwort',
    passwordSet: 'Gesetzt',
    passwordMustChange: 'Gesetzt; bei der nächsten Anmeldung wird ein anderes gewählt',
    passwordNone: 'Keines: Eine Anmeldung an der Selbstbedienung per Passwort ist nicht möglich',
    window: 'Aktivierungsfenster',
    windowOpen: 'Offen bis {{time}}, durch {{openedBy}}',
    windowNone: 'Nicht offen',
    windowNotNeeded: 'Nicht nötig: Noch ist kein Token bestätigt',
    setPassword: 'Passwort setzen',
    setPasswordTitle: 'Passwort von {{userId}} setzen',
    setPasswordDone: 'Das Passwort von {{userId}} ist gesetzt.',
    newPassword: 'Passwort für die Selbstbedienung',
    newPasswordHelp:
      'Mindestens 15 Zeichen. Auf einem Weg mitteilen, den niemand sonst lesen kann. Leer lassen, um keines zu setzen.',
    newPasswordKeep: 'Mindestens 15 Zeichen. Leer lassen, um nichts zu ändern.',
    newPasswordOnly:
      'Mindestens 15 Zeichen. Auf einem Weg mitteilen, den niemand sonst lesen kann. Die Sitzungen des Benutzers enden.',
    mustChange: 'Muss bei der ersten Anmeldung geändert werden',
    tooShort: 'Ein Passwort hat mindestens 15 Zeichen.',
    notSet: '{{userId}} ist gespeichert, aber das Passwort wurde nicht gesetzt: {{problem}}',
    removePassword: 'Passwort entfernen',
    removeTitle: 'Passwort von {{userId}} entfernen?',
    removeBody:
      'Eine Anmeldung an der Selbstbedienung per Passwort ist dann nicht mehr möglich, und die Sitzungen enden.',
    removeDone: 'Das Passwort von {{userId}} ist entfernt.',
    openWindow: 'Aktivierungsfenster öffnen',
    openTitle: 'Aktivierungsfenster für {{userId}} öffnen?',
    openBody:
      'Ein Token kann dann ohne Passcode des vorhandenen aktiviert werden: allein mit dem Passwort. Stellen Sie zuerst sicher, dass wirklich diese Person darum bittet.',
    openDone: 'Das Aktivierungsfenster von {{userId}} ist offen.',
    closeWindow: 'Aktivierungsfenster schließen',
    closeTitle: 'Aktivierungsfenster von {{userId}} schließen?',
    closeBody: 'Um ein weiteres Token zu aktivieren, ist dann wieder ein Passcode des vorhandenen nötig.',
    closeDone: 'Das Aktivierungsfenster von {{userId}} ist geschlossen.',
  },
};
