/** Logging on to the Security Console, and the own log-on; see session.en.ts. */
import type { Translation } from '../catalogue.ts';
import { ownSessionsDe } from './own-sessions.de.ts';
import type { sessionEn } from './session.en.ts';

export const sessionDe: Translation<typeof sessionEn> = {
  ...ownSessionsDe,
  session: {
    title: 'Anmelden',
    subtitle: 'Security Console für Administratoren',
    documentTitle: 'Anmelden – Sower Security Console',
    userName: 'Benutzername',
    password: 'Passwort',
    logOn: 'Anmelden',
    logOff: 'Abmelden',
    userNameMissing: 'Den Benutzernamen eingeben.',
    passwordMissing: 'Das Passwort eingeben.',
    refused: 'Benutzername oder Passwort ist falsch.',
    tooMany: 'Zu viele Versuche. Einige Minuten warten, dann erneut versuchen.',
    noAnswer: 'Der Server antwortet nicht. Die Verbindung prüfen und erneut versuchen.',
    unreachable: 'Der Server antwortet nicht',
    passcode: 'Passcode',
    passcodeHelp: 'PIN und Tokencode, wie Ihr Authenticator sie anzeigt; ohne PIN nur der Tokencode.',
    passcodeMissing: 'Den Passcode eingeben, den Ihr Authenticator anzeigt.',
    passcodeRefused:
      'Der Passcode wurde nicht angenommen. Warten Sie, bis die Anzeige wechselt, und geben Sie den nächsten ein.',
    usePasskey: 'Passkey verwenden',
    passkeyNeeded: 'Das Passwort stimmt. Melden Sie sich mit Ihrem Passkey an, um fortzufahren.',
    passkeyRefused: 'Dieser Passkey wurde nicht angenommen. Erneut versuchen oder das Passwort verwenden.',
    passkeyCancelled: 'Es wurde kein Passkey verwendet. Erneut versuchen oder das Passwort verwenden.',
    endedTitle: 'Ihre Sitzung ist abgelaufen',
    endedBody:
      'Als {{userName}} erneut anmelden, um fortzufahren. Was Sie auf der Seite eingegeben haben, bleibt erhalten.',
    leave: 'Ohne Anmeldung verlassen',
    proofTitle: 'Bestätigen Sie, dass Sie es sind',
    proofBody:
      'Dies ändert, wie Personen oder Programme Zugang erhalten. Geben Sie als {{userName}} Ihr Passwort erneut ein, oder verwenden Sie Ihren Passkey. Was Sie auf der Seite eingegeben haben, bleibt erhalten.',
    prove: 'Fortfahren',
  },
  newPassword: {
    documentTitle: 'Eigenes Passwort wählen - Sower',
    title: 'Eigenes Passwort wählen',
    body: 'Das Passwort von {{userName}} hat jemand anderes vergeben. Ersetzen Sie es durch eines, das nur Sie kennen, bevor Sie fortfahren.',
    present: 'Passwort, das Sie bekommen haben',
    again: 'Neues Passwort noch einmal',
    differ: 'Die beiden Passwörter sind nicht gleich.',
    submit: 'Passwort ändern',
    leave: 'Abmelden',
  },
  ownLogOn: {
    title: 'Meine Anmeldung',
    intro: 'So melden Sie sich als {{userName}} an der Security Console an.',
    passkeys: 'Passkeys',
    passkeysBody:
      'Ein Passkey liegt auf diesem Gerät, Ihrem Telefon oder einem Sicherheitsschlüssel und lässt sich weder erraten noch abfischen. Sobald Sie einen haben, genügt Ihr Passwort allein nicht mehr.',
    passkeysImpossible:
      'Passkeys brauchen einen Hostnamen, dieser Server wird aber über eine Adresse erreicht. Starten Sie ihn mit --public-url https://NAME.',
    noBrowser: 'Dieser Browser kennt keine Passkeys. Verwenden Sie einen aktuellen Browser über HTTPS.',
    none: 'Sie haben noch keinen Passkey. Legen Sie einen an und einen zweiten auf einem anderen Gerät, falls Sie den ersten verlieren.',
    one: 'Sie haben einen Passkey. Legen Sie einen zweiten auf einem anderen Gerät an, falls Sie den ersten verlieren.',
    add: 'Passkey anlegen',
    name: 'Name',
    nameHelp: 'Woran Sie ihn erkennen, etwa das Gerät, auf dem er liegt.',
    passwordAgain: 'Ihr jetziges Passwort',
    passwordAgainHelp: 'Wird erneut verlangt, damit niemand dies an einem offen gelassenen Bildschirm tut.',
    added: 'Der Passkey {{name}} ist angelegt. Verwenden Sie ihn bei der nächsten Anmeldung.',
    made: 'angelegt {{at}}',
    used: 'zuletzt verwendet {{at}}',
    unused: 'noch nicht verwendet',
    remove: 'Entfernen',
    removeNamed: 'Passkey {{name}} entfernen',
    removeTitle: 'Passkey {{name}} entfernen?',
    removeLast:
      'Es ist Ihr einziger Passkey. Danach genügt Ihr Passwort zur Anmeldung, mit einem Passcode, falls er von Ihnen verlangt wird.',
    removeOther: 'Danach kann er nicht mehr zur Anmeldung verwendet werden.',
    removed: 'Der Passkey {{name}} ist entfernt.',
    token: 'Token',
    tokenOf: 'Nach Ihrem Passwort wird ein Passcode des Tokens von {{userId}} verlangt.',
    noToken:
      'Es wird kein Token verlangt. Ein Administrator kann das einrichten: Verwaltung > Administratoren, oder: sower administrator edit {{userName}} --token-of BENUTZER-ID',
    password: 'Passwort',
    changePassword: 'Passwort ändern',
    newPassword: 'Neues Passwort',
    newPasswordHelp: 'Mindestens 15 Zeichen. Überall sonst, wo Sie angemeldet sind, werden Sie abgemeldet.',
    changed: 'Ihr Passwort ist geändert.',
    cancelled: 'Es wurde kein Passkey angelegt. Erneut versuchen.',
  },
};
