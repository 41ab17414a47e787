import type { AuthenticatorTexts } from './authenticator.en.ts';
import type { Translation } from './catalogue.ts';

export const authenticatorDe: Translation<AuthenticatorTexts> = {
  name: 'Sower Authenticator',
  back: 'Zurück',
  cancel: 'Abbrechen',
  tryAgain: 'Noch einmal versuchen',
  codes: 'Codes',
  add: 'Token hinzufügen',
  settings: 'Einstellungen',

  opening: {
    opening: 'Wird geöffnet …',
    fault: {
      full: {
        title: 'Kein Platz mehr',
        text: 'Auf diesem Gerät oder im Browser für diese Seite ist kein Platz mehr. Schaffen Sie Platz, und versuchen Sie es noch einmal. Es wurde nichts geändert.',
      },
      none: {
        title: 'Hier lässt sich nichts aufbewahren',
        text: 'Dieser Browser bewahrt für diese App nichts auf. Das kommt von einem privaten Fenster oder von gesperrten Websitedaten. Öffnen Sie die App in einem gewöhnlichen Fenster, oder erlauben Sie Websitedaten für diese Seite. Es wurde nichts gesendet.',
      },
      gone: {
        title: 'Der Browser hat den Speicher entzogen',
        text: 'Die Token sind gerade nicht lesbar. Versuchen Sie es noch einmal; bleibt es dabei, schließen Sie andere Tabs dieser App, und schaffen Sie Platz.',
      },
    },
    lost: {
      title: 'Die Token sind weg',
      text: 'Hier waren Token, und der Browser hat gelöscht, was diese App aufbewahrt hatte: Websitedaten wurden gelöscht, oder dem Gerät fehlte Platz. Die Schlüssel gibt es sonst nirgends. Bitten Sie darum, dass Ihre Token neu verteilt werden.',
      ok: 'Verstanden',
    },
  },

  welcome: {
    title: 'Noch keine Token',
    text: 'Fügen Sie das Token hinzu, das Sie erhalten haben: Scannen Sie seinen QR-Code, oder öffnen Sie seinen Link auf diesem Gerät.',
    lock: 'Möchten Sie Ihre Codes durch eine PIN oder einen Passkey schützen? Richten Sie das vor dem ersten Token ein.',
    lockButton: 'Erst eine Sperre einrichten',
    install: 'Diese App installieren',
    installText: 'Installiert öffnet sie sich wie jede andere App und braucht kein Netz.',
  },

  list: {
    search: 'Suchen',
    nothingFound: 'Kein Token passt zu „{{text}}“.',
    arrange: 'Anordnen',
    arrangeDone: 'Fertig',
    up: '{{name}} nach oben',
    down: '{{name}} nach unten',
    open: '{{name}} öffnen',
    pinNeeded: 'Fragt nach Ihrer PIN',
    counter: 'Mit Zähler',
  },

  token: {
    serial: 'Seriennummer',
    tokencode: 'Tokencode',
    passcode: 'Passcode',
    copy: 'Kopieren',
    copied: 'Kopiert',
    notCopied: 'Der Browser lässt diese App nicht kopieren.',
    next: 'Nächster Code',
    remaining_one: 'noch {{count}} Sekunde',
    remaining_other: 'noch {{count}} Sekunden',
    fobHint: 'Hat dieses Token eine PIN, geben Sie sie bei der Anmeldung vor diesem Code ein.',
    pinPad: 'Ihre PIN geht in den Code ein. Sie wird nirgends aufbewahrt.',
    pin: 'PIN',
    pinInvalid: 'Die PIN eines solchen Tokens hat 4 bis 8 Ziffern.',
    showPasscode: 'Passcode anzeigen',
    withoutPin: 'Ich habe noch keine PIN: Tokencode anzeigen',
    withPin: 'PIN eingeben',
    takeNext: 'Neuen Code anzeigen',
    counterHint:
      'Jeder Code gilt einmal. Ein neuer verbraucht eine Nummer; lassen Sie ihn nur anzeigen, wenn Sie ihn brauchen.',
    expired: 'Dieses Token ist am {{day}} abgelaufen; der Server nimmt es nicht mehr an.',
    expires: 'Gültig bis',
    user: 'Benutzer-ID',
    server: 'Server',
    imported: 'Importiert',
    kind: 'Art',
    digits_one: '{{count}} Ziffer',
    digits_other: '{{count}} Ziffern',
    digitsEvery: '{{digits}} Ziffern alle {{seconds}} Sekunden',
    nickname: 'Kurzname',
    nicknameSave: 'Kurznamen speichern',
    nicknameSaved: 'Der Kurzname ist gespeichert.',
    details: 'Einzelheiten',
    remove: 'Token entfernen',
    removeTitle: 'Token {{serial}} entfernen?',
    removeText:
      'Sein Schlüssel wird von diesem Gerät gelöscht, und es gibt ihn sonst nirgends. Um das Token wieder zu haben, muss es neu verteilt werden.',
    removeConfirm: 'Geben Sie zur Bestätigung die letzten vier Ziffern von {{serial}} ein',
  },

  clock: {
    behind:
      'Die Uhr dieses Geräts geht gegenüber dem Server um {{span}} nach. Codes werden womöglich abgelehnt. Lassen Sie sie in den Einstellungen des Geräts automatisch stellen.',
    ahead:
      'Die Uhr dieses Geräts geht gegenüber dem Server um {{span}} vor. Codes werden womöglich abgelehnt. Lassen Sie sie in den Einstellungen des Geräts automatisch stellen.',
    setBack:
      'Die Uhr dieses Geräts wurde um {{span}} zurückgestellt. Bereits benutzte Codes kommen wieder, und der Server lehnt sie ab. Prüfen Sie Datum und Uhrzeit in den Einstellungen des Geräts.',
    seconds_one: '{{count}} Sekunde',
    seconds_other: '{{count}} Sekunden',
    minutes_one: '{{count}} Minute',
    minutes_other: '{{count}} Minuten',
    hours_one: '{{count}} Stunde',
    hours_other: '{{count}} Stunden',
    days_one: '{{count}} Tag',
    days_other: '{{count}} Tage',
  },

  import: {
    scan: 'QR-Code scannen',
    image: 'Bild auswählen',
    paste: 'Link einfügen',
    type: 'Eintippen',
    intro: 'Sie haben einen QR-Code, einen Link oder eine Adresse mit Aktivierungscode erhalten.',
    link: 'Link',
    linkHint: 'Der ganze Link, wie er Ihnen geschickt wurde.',
    go: 'Weiter',
    url: 'CT-KIP-URL',
    urlHint: 'Etwa https://otp.example.com/ctkip/services/CtkipService',
    code: 'Aktivierungscode',
    codeHint: 'Leerzeichen und Striche spielen keine Rolle.',
    codeInvalid: 'Ein Aktivierungscode hat 1 bis 128 Zeichen.',
    notAPicture:
      'Diese Datei ist kein Bild, das der Browser lesen kann. Wählen Sie ein Foto oder einen Bildschirmabzug des QR-Codes.',
    cameraTitle: 'Halten Sie den QR-Code vor die Kamera',
    cameraStarting: 'Die Kamera wird gestartet …',
    cameraDenied:
      'Die Kamera darf nicht benutzt werden. Erlauben Sie sie in den Einstellungen des Browsers für diese Seite, oder wählen Sie ein Bild des QR-Codes.',
    cameraNone: 'Hier gibt es keine Kamera. Wählen Sie ein Bild des QR-Codes, oder fügen Sie den Link ein.',
    cameraBusy:
      'Die Kamera ist nicht zu benutzen; vielleicht hat sie eine andere App. Schließen Sie diese, oder wählen Sie ein Bild des QR-Codes.',
  },

  review: {
    title: 'Von hier ein Token importieren?',
    nothingSent: 'Noch wurde nichts gesendet.',
    server: 'Server',
    address: 'Adresse',
    certificate: 'Zertifikat',
    certificateText:
      'Ihr Browser verbindet sich nur mit einem Server, der ein Zertifikat auf den Namen {{host}} hat, dem er vertraut.',
    stored: 'Was gespeichert wird',
    storedText:
      'Ein Token: Seriennummer, Form seiner Codes, Benutzer-ID, Adresse des Servers und sein Schlüssel, so, dass kein Programm ihn auslesen kann. Der Aktivierungscode wird nicht aufbewahrt.',
    storedSealedText:
      'Ein Token: Seriennummer, Form seiner Codes, Benutzer-ID, Adresse des Servers und sein Schlüssel, versiegelt hinter Ihrer Sperre. Der Aktivierungscode wird nicht aufbewahrt.',
    sent: 'Was gesendet wird',
    sentText: 'Der Aktivierungscode, die ID dieses Geräts ({{device}}) und seine Klasse.',
    lockFirst: 'Es ist keine Sperre eingerichtet. PIN oder Passkey gehen nur vor dem ersten Token.',
    replaceTitle: 'Token dieses Servers hier',
    replace: 'Falls es eines von diesen ist, den neuen Schlüssel an seine Stelle setzen',
    replaceHint:
      'Ob es eines davon ist, zeigt sich erst, wenn der Aktivierungscode verbraucht ist. Ohne Haken bleibt der alte Schlüssel, und der neue wird verworfen.',
    import: 'Token importieren',
    stop: 'Anhalten',
    working: 'Gespräch mit {{host}} ({{step}}) …',
    stopped: 'Angehalten. Der Aktivierungscode ist möglicherweise schon verbraucht.',
    here: 'Um den neuen Schlüssel an seine Stelle zu setzen, wählen Sie Ersetzen. Das vorhandene Token bleibt, bis der Austausch abgeschlossen ist.',
    replaceButton: 'Ersetzen',
    elsewhere: 'Auf anderem Weg importieren',
    storeFailed:
      'Das Token ist fertig und ließ sich nicht speichern. Nichts ist halb gespeichert. Schaffen Sie Platz, und speichern Sie es noch einmal; wenn Sie gehen, bitten Sie darum, dass es neu verteilt wird.',
    storeAgain: 'Noch einmal speichern',
    macTitle: 'Die Verbindung wird möglicherweise abgefangen',
    failedTitle: 'Das Token wurde nicht importiert',
  },

  done: {
    imported: 'Token {{serial}} ist importiert.',
    replaced: 'Token {{serial}} ist ersetzt.',
    number: 'Vergleichszahl',
    why: 'Vergleichen Sie sie mit der Zahl, die der Server zu diesem Token zeigt. Stimmen sie überein, hat niemand den Austausch zwischen diesem Gerät und dem Server abgefangen. Weichen sie voneinander ab, benutzen Sie das Token nicht, und verständigen Sie die Administration.',
    skip: 'Keine Zahl zum Vergleichen? Das Token funktioniert trotzdem.',
    differs: 'Die Zahlen sind verschieden',
    dropped: 'Token {{serial}} ist wieder entfernt. Jemand hat den Austausch abgefangen.',
    droppedNext:
      'Versuchen Sie es aus diesem Netz nicht noch einmal. Sagen Sie es dem Administrator des Servers; das Token muss neu verteilt werden.',
    toCode: 'Code anzeigen',
  },

  unlock: {
    title: 'Gesperrt',
    pin: 'PIN dieser App',
    unlock: 'Entsperren',
    wrong: 'Diese PIN ist falsch.',
    wrongLeft_one: 'Diese PIN ist falsch. Nach einer weiteren falschen PIN werden alle Token gelöscht.',
    wrongLeft_other: 'Diese PIN ist falsch. Nach {{count}} weiteren werden alle Token gelöscht.',
    wait: 'Zu viele falsche PINs. Versuchen Sie es in {{seconds}} Sekunden noch einmal.',
    passkey: 'Mit Passkey entsperren',
    noPasskey:
      'Der Passkey hat die App nicht geöffnet. Versuchen Sie es mit dem Gerät, mit dem Sie ihn eingerichtet haben.',
    forgotten: 'Vergessen?',
    forgottenText:
      'Ohne sie kann niemand die Token öffnen. Löschen Sie hier alles, und bitten Sie darum, dass Ihre Token neu verteilt werden.',
  },

  lock: {
    title: 'Sperre',
    none: 'Keine Sperre. Wer diesen Browser öffnen kann, sieht Ihre Codes.',
    isPin: 'Eine PIN öffnet die Token.',
    isPasskey: 'Ein Passkey öffnet die Token.',
    eraseOn: 'Nach {{limit}} falschen PINs hintereinander wird alles gelöscht.',
    tooLate:
      'Eine Sperre lässt sich nur vor dem ersten Token einrichten: Die Schlüssel hier kann kein Programm auslesen, auch dieses nicht, um sie zu versiegeln. Für eine Sperre entfernen Sie Ihre Token, richten sie ein und bitten darum, dass die Token neu verteilt werden.',
    text: 'Die Schlüssel werden dann so versiegelt, dass nur PIN oder Passkey sie öffnen. Die App sperrt sich, wenn sie geschlossen wird, und eine Minute nachdem Sie sie verlassen.',
    pinWarning:
      'Eine PIN aus wenigen Ziffern hält jemanden ab, der dieses Gerät in die Hand bekommt. Gegen jemanden, der seinen Speicher kopiert und rechnet, hilft sie nicht; ein Passkey schon.',
    setPin: 'PIN einrichten',
    setPasskey: 'Passkey einrichten',
    changeTo: 'Ersetzen durch',
    newPin: 'Neue PIN',
    pinAgain: 'Noch einmal dieselbe',
    pinRule: 'Mindestens sechs Ziffern.',
    pinsDiffer: 'Die beiden PINs sind verschieden.',
    erase: 'Nach zehn falschen PINs hintereinander alles löschen',
    present: 'Bisherige PIN',
    confirmFirst: 'Bestätigen Sie zuerst die vorhandene Sperre.',
    remove: 'Sperre entfernen',
    removeText: 'Ohne Sperre sieht jeder Ihre Codes, der diesen Browser öffnen kann.',
    removeForGood:
      'Ohne Sperre sieht jeder Ihre Codes, der diesen Browser öffnen kann. Solange Token hier sind, lässt sich keine Sperre mehr einrichten. Für eine andere PIN oder einen Passkey ersetzen Sie die Sperre stattdessen oben.',
    failed:
      'Dieser Passkey geht nicht: Er wurde abgebrochen, oder das Gerät gibt kein Geheimnis dafür her (PRF). Richten Sie stattdessen eine PIN ein.',
    lockNow: 'Jetzt sperren',
    notPossible:
      'Die Sperre ließ sich nicht ändern: Ein anderer Tab dieser App hat etwas geändert. Öffnen Sie die App noch einmal.',
  },

  about: {
    title: 'Über diese App',
    device: 'Geräte-ID',
    deviceHint: 'Daran kann ein Token gebunden werden. Sie wurde hier einmal erzeugt und ist kein Geheimnis.',
    deviceClass: 'Geräteklasse',
    version: 'Version',
    storage: 'Speicher',
    persistent: 'Der Browser bewahrt ihn auf, bis Sie ihn löschen.',
    notPersistent:
      'Bei Platzmangel darf der Browser ihn löschen. Installieren Sie die App, oder benutzen Sie sie oft, dann behält er ihn.',
    path: 'Einstellungen > Über diese App',
    copyDevice: 'Geräte-ID kopieren',
  },

  look: {
    title: 'Sprache und Aussehen',
    language: 'Sprache',
    theme: 'Farben',
    auto: 'Wie das Gerät',
    light: 'Hell',
    dark: 'Dunkel',
  },

  move: {
    title: 'Umzug auf ein neues Telefon',
    intro:
      'Schlüssel werden nie kopiert: Das neue Telefon vereinbart mit dem Server einen eigenen, und der alte endet damit.',
    steps: {
      choose:
        'Wählen Sie hier das Token. Dieses Telefon zeigt dann einen QR-Code, mit dem es dem Umzug zustimmt.',
      scan: 'Scannen Sie den QR-Code mit der Kamera des neuen Telefons. Er öffnet die Self-Service Console Ihres Servers; melden Sie sich dort an, und bestätigen Sie.',
      follow:
        'Folgen Sie dort den Schritten. Auf dem neuen Telefon führen sie in die App, die das Token übernimmt.',
      enter:
        'Geben Sie den ersten Code des neuen Telefons ein. Von da an werden die Codes dieses Telefons abgelehnt; entfernen Sie das Token hier.',
    },
    which: 'Welches Token zieht um?',
    show: '{{name}} umziehen',
    agreed: 'Umzug von {{name}} zustimmen',
    picture: 'QR-Code, der die Self-Service Console öffnet',
    number: 'Zahl, stattdessen einzutippen',
    numberHint:
      'An einem Computer: Melden Sie sich an der Self-Service Console an, öffnen Sie das Menü des Tokens, wählen Sie „Umzug auf ein neues Telefon“, und tippen Sie diese Zahl ein. Sie wechselt jede Minute.',
    careful:
      'Zeigen Sie es niemandem. Wer es fotografiert und Ihr Passwort kennt, kann das Token an Ihrer Stelle nehmen.',
    hide: 'Verbergen',
    selfService: 'Self-Service Console',
    selfServiceHint:
      'Ist dort nichts, oder heißt es, das Token könne nicht umziehen, bitten Sie Ihren Helpdesk, das Token neu zu verteilen.',
    fromToken: 'Umzug auf ein neues Telefon',
  },

  erase: {
    title: 'Alles löschen',
    text: 'Alle Token, die Sperre und die Geräte-ID werden von diesem Gerät gelöscht. Um wieder Token zu haben, müssen sie neu verteilt werden.',
    button: 'Alles löschen',
    confirmTitle: 'Alles auf diesem Gerät löschen?',
    confirmLabel: 'Geben Sie zur Bestätigung „{{word}}“ ein',
    word: 'löschen',
  },

  update: { text: 'Eine neue Version dieser App ist bereit.', button: 'Jetzt verwenden' },
};
