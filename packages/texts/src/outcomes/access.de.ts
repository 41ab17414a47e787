/** Logging on, passwords, passkeys and sessions; see access.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { access as en } from './access.en.ts';

export const access: Translation<typeof en> = {
  'role-description': {
    'super-admin':
      'Alles in der Installation. Mindestens ein Administrator hat diese Rolle in der obersten Sicherheitsdomäne.',
    'token-administrator': 'Legt Token an, weist sie zu, gibt sie aus, bearbeitet und löscht sie.',
    'token-distributor': 'Weist Token zu und gibt sie aus.',
    'request-approver': 'Genehmigt Anträge auf Token, lehnt sie ab und stellt sie zurück.',
    'help-desk':
      'Sucht Personen, aktiviert und deaktiviert ihre Token, setzt und löscht PINs, synchronisiert neu, entsperrt und gibt Notfallzugang.',
    'agent-administrator': 'Fügt RADIUS-Clients und Authentifizierungs-Agenten hinzu und bearbeitet sie.',
    auditor: 'Sieht alles und ändert nichts.',
  },
  'log-on': {
    busy: 'Im Augenblick melden sich zu viele an. Versuchen Sie es gleich noch einmal.',
    'too-many-from-address':
      'Zu viele fehlgeschlagene Anmeldungen von dieser Adresse. Warten Sie eine Minute, und versuchen Sie es dann erneut.',
    'too-many-attempts':
      'Zu viele fehlgeschlagene Versuche. Warten Sie eine Minute, und versuchen Sie es dann erneut.',
    'wrong-password': 'Der Benutzername oder das Passwort ist falsch.',
    'wrong-credentials': 'Die Benutzer-ID und das Passwort oder der Passcode passen nicht zusammen.',
    'passcode-required': 'Geben Sie den Passcode ein, den Ihr Token zeigt, oder verwenden Sie einen Passkey.',
    'passkey-required': 'Melden Sie sich mit Ihrem Passkey an.',
    'directory-unavailable':
      'Der Benutzername oder das Passwort ist falsch, oder das Verzeichnis mit den Passwörtern ist gerade nicht erreichbar. Stimmt das Passwort, versuchen Sie es in einigen Minuten noch einmal.',
    'directory-disabled': 'Ihr Konto ist deaktiviert. Wenden Sie sich an Ihren Helpdesk.',
    'directory-expired': 'Ihr Konto ist abgelaufen. Wenden Sie sich an Ihren Helpdesk.',
    'directory-password-expired':
      'Ihr Passwort ist abgelaufen. Ändern Sie es dort, wo Sie es immer tun, etwa an Ihrem Rechner, und melden Sie sich dann hier an.',
    'directory-must-change':
      'Sie müssen erst ein neues Passwort wählen. Tun Sie das dort, wo Sie es immer tun, etwa an Ihrem Rechner, und melden Sie sich dann hier an.',
    'directory-not-now':
      'Ihr Konto darf sich zu dieser Zeit oder von hier aus nicht anmelden. Wenden Sie sich an Ihren Helpdesk.',
    'administrator-required': 'Melden Sie sich als Administrator an.',
    'step-required': 'Der Passcode stimmt. Schließen Sie den nächsten Schritt ab, um fortzufahren.',
  },
  prompt: {
    passcode: 'Geben Sie Ihren Passcode ein.',
    'next-tokencode':
      'Warten Sie, bis Ihr Tokencode wechselt, und geben Sie dann nur den neuen Tokencode ein.',
    'new-pin': 'Wählen Sie eine neue PIN: {{least}} bis {{most}} {{characters}}.',
    'new-pin-or-system':
      'Wählen Sie eine neue PIN: {{least}} bis {{most}} {{characters}}. Oder geben Sie nichts ein, dann wird eine erzeugt.',
    'system-pin':
      'Ihre neue PIN ist {{pin}}. Merken Sie sie sich. Geben Sie y ein, um sie anzunehmen, n, um abzubrechen.',
    'passcode-with-new-pin':
      'Ihre PIN ist gesetzt. Warten Sie, bis Ihr Tokencode wechselt, und geben Sie dann den Passcode mit der neuen PIN ein.',
    digits: 'Ziffern',
    'letters-and-digits': 'Buchstaben und Ziffern',
    'after-refusal': '{{sentences, sentences}}',
  },
  session: {
    ended: 'Ihre Sitzung ist beendet. Melden Sie sich erneut an.',
    'not-found': 'Diese Sitzung wurde nicht gefunden. Vielleicht ist sie abgelaufen.',
    'proof-required':
      'Bestätigen Sie Ihre Identität mit Ihrem Passkey oder mit Ihrem Passwort und, wenn Sie ein Token haben, dessen Passcode.',
    'emergency-not-enough':
      'Sie haben sich mit einem Notfall-Tokencode angemeldet, der dafür nicht genügt. Melden Sie sich mit Ihrem Passwort an, oder geben Sie einen Passcode Ihres Tokens ein.',
  },
  password: {
    'in-directory': 'Dieses Passwort ist im Verzeichnis. Ändern Sie es dort.',
    'own-elsewhere':
      'Ändern Sie Ihr eigenes Passwort unter „Meine Anmeldung“: Dort wird das jetzige verlangt.',
    wrong: 'Ihr Passwort ist falsch.',
    'current-wrong': 'Ihr jetziges Passwort ist falsch.',
    'change-required': 'Wählen Sie zuerst ein neues Passwort.',
    'too-short': 'Verwenden Sie mindestens {{minimum, number}} Zeichen.',
    repetitive: 'Das Passwort hat zu wenige verschiedene Zeichen.',
    'easily-guessed':
      'Das Passwort ist leicht zu erraten: Es ist verbreitet oder besteht aus Namen, Daten oder Mustern. Gut sind einige Wörter ohne Zusammenhang.',
    'contains-user-name': 'Das Passwort enthält den Benutzernamen.',
    unchanged: 'Das neue Passwort muss sich vom jetzigen unterscheiden.',
    none: '{{user}} hat kein Passwort, das sich entfernen ließe.',
    'own-none': 'Sie haben kein Passwort. Bitten Sie den Helpdesk um eines.',
  },
  passkey: {
    'not-accepted':
      'Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder verwenden Sie Ihr Passwort.',
    'not-yours': 'Dieser Passkey gehört jemand anderem. Verwenden Sie einen eigenen oder Ihr Passwort.',
    'host-name-required':
      'Passkeys brauchen eine öffentliche URL mit einem Hostnamen, und diese hat eine IP-Adresse. Setzen Sie --public-url auf einen Namen.',
    'too-many':
      'Sie haben {{held, number}} Passkeys, mehr sind nicht möglich. Entfernen Sie einen, den Sie nicht verwenden.',
    'timed-out': 'Das hat zu lange gedauert. Beginnen Sie noch einmal.',
    answered: 'Das wurde schon beantwortet. Beginnen Sie noch einmal.',
    'not-made': 'Der Browser hat keinen Passkey für diesen Host angelegt. Beginnen Sie noch einmal.',
    'already-known': 'Dieser Passkey ist schon registriert.',
    'not-found': 'Dieser Passkey wurde nicht gefunden.',
    none: '{{administrator}} hat keinen Passkey.',
  },
  'api-key': {
    'usage-recover': `Aufruf: sower api-key recover [--json] [Optionen von sower serve]

Erzeugt einen anderen API-Schlüssel für die Befehlszeile und legt ihn als admin-api-key im Datenordner ab. Er gilt {{days, number}} Tage. Die
früheren werden widerrufen. Auszuführen auf einem Server, als der Benutzer, unter dem er läuft, mit den Optionen und der Umgebung von sower serve.`,
    recovered:
      'Ein anderer API-Schlüssel liegt in {{file}} und gilt {{days, number}} Tage. Widerrufene frühere Schlüssel: {{revoked, number}}.',
    unknown: 'Der API-Schlüssel ist unbekannt oder widerrufen.',
    expired: 'Der API-Schlüssel ist abgelaufen.',
    'owner-disabled': 'Der API-Schlüssel ist unwirksam: Sein Besitzer ist deaktiviert.',
    'owner-gone': 'Der API-Schlüssel ist unwirksam: Sein Besitzer wurde gelöscht.',
    'owner-without-rights': 'Der API-Schlüssel ist unwirksam: Sein Besitzer hat keines seiner Rechte.',
    altered:
      'Der API-Schlüssel ist unwirksam: Er wurde in der Datenbank verändert, nicht vom Server. Löschen Sie ihn, und legen Sie einen neuen an.',
    'administrator-required':
      'Nur ein Administrator kann einen API-Schlüssel besitzen. Melden Sie sich an der Security Console an, oder verwenden Sie einen Schlüssel mit Besitzer.',
    'not-found': 'Dieser API-Schlüssel wurde nicht gefunden.',
  },
};
