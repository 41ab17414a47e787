/** Token records, their PINs and passcodes, and policies; see tokens.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { tokens as en } from './tokens.en.ts';

export const tokens: Translation<typeof en> = {
  token: {
    'not-found': 'Es gibt kein Token mit der Seriennummer {{serial}}.',
    'not-yours': 'Sie haben kein Token mit der Seriennummer {{serial}}.',
    'not-yours-reload':
      'Sie haben kein Token mit der Seriennummer {{serial}}. Laden Sie Ihre Authenticators neu.',
    'not-of-user': '{{user}} hat kein Token {{serial}}.',
    'not-assigned': 'Das Token ist nicht zugewiesen.',
    'not-assigned-assign': 'Das Token ist nicht zugewiesen. Weisen Sie es zuerst einem Benutzer zu.',
    'not-assigned-enable':
      'Das Token ist nicht zugewiesen. Mit der Zuweisung an einen Benutzer wird es aktiviert.',
    'not-assigned-lost':
      'Das Token ist nicht zugewiesen und kann daher nicht als verloren gekennzeichnet werden.',
    'not-assigned-replace': 'Das Token ist nicht zugewiesen. Weisen Sie dem Benutzer stattdessen eines zu.',
    'assigned-already': 'Das Token ist schon {{user}} zugewiesen. Heben Sie die Zuweisung zuerst auf.',
    assigned: 'Das Token ist {{user}} zugewiesen. Heben Sie die Zuweisung zuerst auf.',
    expired: 'Das Token ist am {{date, date}} abgelaufen.',
    'expired-choose': 'Das Token ist am {{date, date}} abgelaufen. Wählen Sie ein anderes.',
    'replacement-expired': 'Das Token {{serial}} ist am {{date, date}} abgelaufen. Wählen Sie ein anderes.',
    disabled: 'Das Token ist deaktiviert. Aktivieren Sie es zuerst.',
    lost: 'Das Token ist als verloren gekennzeichnet. Kennzeichnen Sie es zuerst als gefunden, oder weisen Sie ein anderes zu.',
    'expiry-passed': 'Das Ablaufdatum liegt in der Vergangenheit.',
    'expiry-passed-disable':
      'Das Ablaufdatum liegt in der Vergangenheit. Um die Verwendung des Tokens jetzt zu beenden, deaktivieren Sie es.',
    'no-nickname': 'Das Token wurde nie verteilt und hat daher keinen Kurznamen.',
    'being-replaced':
      'Das Token {{serial}} wartet schon darauf, es zu ersetzen. Heben Sie dessen Zuweisung zuerst auf.',
    'is-replacement':
      'Es wartet selbst darauf, das Token {{serial}} zu ersetzen. Heben Sie seine Zuweisung auf, und ersetzen Sie dann jenes.',
    'replacement-busy': 'Das Token {{serial}} wird schon ersetzt oder ist selbst ein Ersatz.',
    'replacement-assigned': 'Das Token {{serial}} ist schon zugewiesen. Wählen Sie ein anderes.',
    'in-domain-of-user':
      'Ein zugewiesenes Token ist immer in der Sicherheitsdomäne seines Benutzers. Verschieben Sie {{user}}, oder heben Sie zuerst die Zuweisung auf.',
    'just-reassigned':
      'Das Token wurde soeben jemand anderem zugewiesen. Laden Sie neu, und versuchen Sie es erneut.',
    'just-changed':
      'Das Token wurde soeben aktiviert oder zurückgezogen. Laden Sie neu, und versuchen Sie es erneut.',
    'not-provisioned': 'Das Token wurde noch in keinen Authenticator importiert. Verteilen Sie es zuerst.',
    limit_one: 'Ein Benutzer kann nur ein Token haben. Heben Sie zuerst die Zuweisung auf.',
    limit_other:
      'Ein Benutzer kann höchstens {{count, number}} Token haben. Heben Sie zuerst eine Zuweisung auf.',
    'limit-reached_one':
      '{{user}} hat ein Token, mehr sind nicht erlaubt. Heben Sie zuerst die Zuweisung auf.',
    'limit-reached_other':
      '{{user}} hat {{count, number}} Token, mehr sind nicht erlaubt. Heben Sie zuerst eine Zuweisung auf.',
    'none-available_one':
      'Kein freies Token gilt noch einen Tag. Legen Sie Token an, oder senken Sie die Einstellung tokens.autoAssignDays.',
    'none-available_other':
      'Kein freies Token gilt noch {{count, number}} Tage. Legen Sie Token an, oder senken Sie die Einstellung tokens.autoAssignDays.',
    'assigned-already-other':
      'Das Token ist schon einem anderen Benutzer zugewiesen. Heben Sie die Zuweisung zuerst auf.',
  },
  pin: {
    'length-alphanumeric': 'Eine PIN hat {{minimum, number}} bis {{maximum, number}} Buchstaben und Ziffern.',
    'length-numeric': 'Eine PIN hat {{minimum, number}} bis {{maximum, number}} Ziffern.',
    'excluded-word': 'Diese PIN enthält ein ausgeschlossenes Wort.',
    sequence: 'Eine PIN darf keine Folge wie 1234 sein.',
    unchanged: 'Das ist die jetzige PIN. Wählen Sie eine andere.',
    'type-has-none': 'Das Token ist vom Typ Tokencode und hat keine PIN.',
    'pinpad-digits': 'Die PIN eines PINPad-Tokens hat nur Ziffern.',
    'pinpad-zero':
      'Die PIN eines PINPad-Tokens darf nicht mit Null beginnen, weil die App sie nicht zeigen würde.',
    'one-character': 'Eine PIN aus einem wiederholten Zeichen ist zu leicht zu erraten.',
    'too-few-letters_one': 'Eine PIN braucht mindestens einen Buchstaben.',
    'too-few-letters_other': 'Eine PIN braucht mindestens {{count, number}} Buchstaben.',
    'too-few-digits_one': 'Eine PIN braucht mindestens eine Ziffer.',
    'too-few-digits_other': 'Eine PIN braucht mindestens {{count, number}} Ziffern.',
    'used-before_one': 'Diese PIN wurde schon verwendet. Die letzte PIN ist gesperrt.',
    'used-before_other': 'Diese PIN wurde schon verwendet. Die letzten {{count, number}} PINs sind gesperrt.',
  },
  passcode: {
    used: 'Dieser Tokencode wurde schon verwendet. Warten Sie auf den nächsten.',
    wrong:
      'Der Passcode ist falsch. Geben Sie ein, was das Token jetzt anzeigt, mit der PIN, falls es eine hat.',
    'not-accepted':
      'Der Passcode wurde nicht angenommen. Warten Sie auf den nächsten, und versuchen Sie es dann erneut.',
    'not-accepted-here':
      'Dieser Passcode wurde nicht angenommen. Warten Sie auf den nächsten, und geben Sie ihn ein.',
    barred: 'Der Passcode wird zurzeit nicht angenommen: {{reason}}.',
    right: 'Der Passcode ist richtig. Das Token funktioniert.',
    'right-next-tokencode':
      'Der Passcode ist richtig. Bei der nächsten Anmeldung wird auch der Tokencode danach verlangt.',
    'right-new-pin': 'Der Passcode ist richtig. Bei der nächsten Anmeldung wird eine neue PIN verlangt.',
    'right-but-strayed':
      'Der Passcode ist richtig, aber die Uhr des Tokens geht falsch. Warten Sie, bis die Anzeige wechselt, und geben Sie den nächsten ein.',
  },
  resynchronize: {
    barred: 'Das Token kann zurzeit nicht neu synchronisiert werden: {{reason}}.',
    'pin-included':
      'Diese Passcodes enthalten die PIN. Lassen Sie die PIN im Authenticator leer, damit er bloße Tokencodes anzeigt, und geben Sie zwei davon ein.',
    'not-successive':
      'Das sind keine zwei aufeinanderfolgenden Tokencodes dieses Tokens innerhalb von 12 Stunden davor oder danach. Geben Sie einen ein, warten Sie, bis die Anzeige wechselt, und geben Sie den nächsten ein.',
    used: 'Diese Tokencodes oder spätere wurden schon verwendet. Warten Sie, bis die Anzeige wechselt, und geben Sie die nächsten zwei ein.',
  },
  emergency: {
    'fixed-not-allowed': 'Die Richtlinie der Sicherheitsdomäne erlaubt keinen befristeten festen Tokencode.',
    'set-not-allowed': 'Die Richtlinie der Sicherheitsdomäne erlaubt keinen Satz von Einmal-Tokencodes.',
    none: 'Das Token hat keinen Notfallzugang.',
  },
  policy: {
    none: 'Die Sicherheitsdomäne „{{domain}}“ hat keine eigene Richtlinie.',
    'above-maximum': 'Darf die Höchstlänge nicht überschreiten.',
    'letters-and-digits': 'Buchstaben und Ziffern zusammen dürfen die Höchstlänge nicht überschreiten.',
    'numeric-letters':
      'Eine numerische PIN hat keine Buchstaben. Geben Sie 0 ein, oder wählen Sie alphanumerische PINs.',
  },
  barred: {
    'user-disabled': 'der Benutzer ist deaktiviert',
    'token-disabled': 'das Token ist deaktiviert',
    'token-lost': 'das Token ist als verloren gemeldet',
    'token-expired': 'das Token ist abgelaufen',
    'emergency-open': 'der Notfallzugang ersetzt das Token, bis ein Administrator ihn beendet',
    emergency: 'der Notfallzugang ersetzt das Token, bis er endet',
    'user-locked': 'der Benutzer ist nach falschen Passcodes noch {{seconds}} s gesperrt',
    'held-back': 'nach falschen Passcodes noch {{seconds}} s zurückgehalten',
    'no-such-token': 'es gibt kein solches Token',
  },
};
