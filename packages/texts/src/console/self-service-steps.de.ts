/** What users do with one token; see self-service-steps.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { selfServiceStepsEn } from './self-service-steps.en.ts';

export const selfServiceStepsDe: Translation<typeof selfServiceStepsEn> = {
  rename: {
    title: 'Diesen Authenticator umbenennen',
    label: 'Name',
    help: 'Bis zu 24 Buchstaben (ohne Umlaute) und Ziffern, etwa Telefon oder Tablet2',
    wrong: 'Bitte nur Buchstaben ohne Umlaute und Ziffern, höchstens 24.',
    done: 'Der Name ist geändert.',
  },
  test: {
    title: 'Diesen Authenticator testen',
    body: 'Geben Sie ein, was Ihre App jetzt zeigt. Es wird nur geprüft; der Code lässt sich danach nicht mehr benutzen.',
    bodyFob:
      'Geben Sie Ihre PIN ein und direkt dahinter, was Ihre App jetzt zeigt. Es wird nur geprüft; der Code lässt sich danach nicht mehr benutzen.',
    label: 'Passcode',
    submit: 'Testen',
  },
  pin: {
    createTitle: 'Ihre PIN anlegen',
    changeTitle: 'Ihre PIN ändern',
    body: 'Eine PIN ist ein kurzes Geheimnis, das nur Sie kennen. Sie benutzen sie zusammen mit dem Code Ihrer App.',
    label: 'Neue PIN',
    again: 'Neue PIN noch einmal',
    length: {
      numeric: '{{least}} bis {{most}} Ziffern.',
      alphanumeric: '{{least}} bis {{most}} Buchstaben (ohne Umlaute) und Ziffern.',
    },
    exact: {
      numeric: '{{length}} Ziffern.',
      alphanumeric: '{{length}} Buchstaben (ohne Umlaute) und Ziffern.',
    },
    letters_one: 'Mindestens ein Buchstabe.',
    letters_other: 'Mindestens {{count}} Buchstaben.',
    digits_one: 'Mindestens eine Ziffer.',
    digits_other: 'Mindestens {{count}} Ziffern.',
    noLeadingZero: 'Die erste ist keine 0.',
    words: 'Manche Wörter sind nicht erlaubt.',
    sequences: 'Keine Folgen wie 1234.',
    history_one: 'Nicht wieder Ihre letzte PIN.',
    history_other: 'Keine Ihrer letzten {{count}} PINs.',
    rulesMore: 'Nicht immer dasselbe Zeichen, und kein Datum und keine Nummer, die andere von Ihnen kennen.',
    differ: 'Die beiden PINs sind nicht gleich.',
    submit: 'PIN speichern',
    done: 'Ihre PIN ist gespeichert. Benutzen Sie sie ab jetzt.',
    proveTitle: 'Zuerst bitte ein Code',
    proveBody:
      'Damit nur Sie selbst Ihre PIN ändern, geben Sie einen Passcode ein wie sonst bei der Anmeldung.',
    replaceTitle: 'Eine neue PIN wählen',
    codesHelp:
      'Was Ihre App jetzt zeigt, ohne Ihre PIN. Warten Sie auf den nächsten und geben Sie ihn darunter ein.',
    forgottenHere:
      'Sie haben Ihre PIN vergessen? Wählen Sie hier eine neue. Zwei Codes Ihrer App zeigen, dass Sie sie in der Hand haben.',
    forgottenElsewhere:
      'Sie haben Ihre PIN vergessen? Wählen Sie eine neue unter Mehr > Hilfe bei Problemen.',
    forgotten:
      'Sie haben Ihre PIN vergessen? Bitten Sie Ihren Helpdesk, sie zu löschen. Bis dahin werden Ihre Passcodes nicht angenommen; danach legen Sie hier mit einem bloßen Code Ihrer App eine neue PIN an.',
  },
  move: {
    title: 'Umzug auf ein neues Telefon',
    how: 'Das Telefon, das das Token hat, muss zustimmen. Öffnen Sie in seiner App die Einstellungen und dort „Umzug auf ein neues Telefon“. Scannen Sie das Bild, das sie zeigt, mit dem neuen Telefon, oder tippen Sie die Zahl unter dem Bild hier ein.',
    body: 'Das Token {{serial}} darf dann auf einem anderen Telefon aktiviert werden. Das bisherige geht, bis der erste Code des neuen angenommen ist.',
    label: 'Zahl, die das alte Telefon zeigt',
    help: '12 Ziffern. Sie gilt einige Minuten und einmal.',
    missing: 'Bitte tippen Sie die Zahl ein.',
    submit: 'Umziehen',
    gone: 'Sie haben das alte Telefon nicht mehr, oder seine App kann das nicht? Bitten Sie Ihren Helpdesk, Ihnen das Token neu zu schicken.',
    none: 'Um ein Token umzuziehen, scannen Sie das Bild, das Ihr altes Telefon zeigt. Oder wählen Sie das Token unter „Meine Authenticatoren“ und dort „Umzug auf ein neues Telefon“.',
  },
  lost: {
    title: '{{name}} als verloren melden?',
    body: 'Ab dann kann sich niemand mehr damit anmelden, auch Sie nicht. Nur Ihr Helpdesk kann ihn wieder einschalten.',
    next: 'Bitten Sie danach Ihren Helpdesk um ein anderes Token.',
    submit: 'Verlust melden',
    done: 'Der Authenticator ist als verloren gemeldet. Niemand kann sich damit anmelden.',
  },
  troubleshoot: {
    title: 'Hilfe bei Problemen',
    rejectedTitle: 'Meine Codes werden nicht angenommen',
    rejected:
      'Benutzen Sie jeden Code nur einmal: Warten Sie auf den nächsten. Stellen Sie die Uhrzeit Ihres Telefons auf automatisch (in den Einstellungen unter Datum und Uhrzeit). Drücken Sie dann auf „Testen“.',
    stillRejected:
      'Werden sie immer noch nicht angenommen? Dann ging die Uhr Ihres Telefons vielleicht weit daneben. Zwei Codes nacheinander genügen, um das auszugleichen.',
    pinTitle: 'Ich habe meine PIN vergessen',
    newPhoneTitle: 'Ich habe ein neues Telefon',
    newPhone:
      'Wenn das alte Telefon noch geht und seine App in den Einstellungen „Umzug auf ein neues Telefon“ hat, wählen Sie das dort. Sonst bitten Sie Ihren Helpdesk, Ihnen das Token neu zu schicken. Wenn Sie das alte Telefon nicht mehr benutzen können, sagen Sie das: Dann wird für Sie ein Aktivierungsfenster geöffnet.',
    lostTitle: 'Ich habe mein Telefon verloren',
    lost: 'Drücken Sie sofort auf „Verlust melden“. Bitten Sie danach Ihren Helpdesk um ein anderes Token.',
    lostCall:
      'Sagen Sie es sofort Ihrem Helpdesk, damit sich niemand damit anmelden kann, und bitten Sie um ein anderes Token.',
  },
  resynchronise: {
    title: 'Mit zwei Codes abgleichen',
    body: 'Geben Sie den Code ein, den Ihre App jetzt zeigt. Warten Sie, bis sie den nächsten zeigt, und geben Sie auch den ein.',
    pinpad: 'Lassen Sie die PIN in der App leer, damit sie die Codes ohne Ihre PIN zeigt.',
    fob: 'Nur die Codes, ohne Ihre PIN davor.',
    first: 'Erster Code',
    second: 'Nächster Code',
    secondHelp: 'Der Code, der direkt auf den ersten folgt',
    submit: 'Abgleichen',
    done: 'Das Token ist wieder im Takt. Warten Sie auf den nächsten Code und melden Sie sich dann wie gewohnt an.',
  },
  prove: {
    title: 'Zuerst ein Code aus dem Authenticator, den Sie haben',
    body: 'Sie haben schon einen Authenticator. Damit niemand anderes in Ihrem Namen einen hinzufügt, geben Sie daraus einen Passcode ein.',
    label: 'Passcode',
    help: 'Was Sie auch sonst bei der Anmeldung eingeben: den Code Ihrer App, mit Ihrer PIN, wenn Sie eine haben',
    submit: 'Weiter',
    rejected:
      'Dieser Code wurde nicht angenommen. Warten Sie, bis die App den nächsten zeigt, und geben Sie den ein.',
    lost: 'Sie haben ihn nicht mehr oder haben ein neues Telefon? Rufen Sie Ihren Helpdesk an und bitten Sie um ein Aktivierungsfenster. Sobald es offen ist, geht es hier von selbst weiter.',
  },
  activate: {
    title: 'Token aktivieren',
    step: 'Schritt {{number}} von {{count}}: {{name}}',
    progress: 'Schritte',
    stepDone: '{{step}}: erledigt',
    stepOpen: '{{step}}: noch zu tun',
    steps: {
      app: 'App holen',
      old: 'Altes Token löschen',
      scan: 'QR-Code scannen',
      enter: 'Link und Code eingeben',
      confirm: 'Ersten Code eingeben',
      pin: 'PIN anlegen',
      done: 'Fertig',
    },
    app: {
      body: 'Diese App brauchen Sie auf Ihrem Telefon oder Computer:',
      app: 'App',
      forDevice: 'Für',
      download: 'App holen',
      noDownload: 'Wenn Sie sie noch nicht haben, fragen Sie Ihren Helpdesk, woher Sie sie bekommen.',
      otherDevice:
        'Ist die App auf einem Telefon? Dann öffnen Sie diese Seite auf einem anderen Gerät, etwa einem Computer: Das Telefon fotografiert den Bildschirm.',
      sameDevice:
        'Sie sind anscheinend gerade auf dem Telefon selbst. Auch das geht: Diese Seite gibt das Token an die App weiter.',
      have: 'Ich habe die App',
    },
    old: {
      body: 'Zeigt die App schon ein Token mit der Nummer {{serial}}? Dann löschen Sie es zuerst in der App: Sie kann dasselbe nicht zweimal aufnehmen.',
      body2:
        'Wenn die App neu ist, ist nichts zu tun. Auf einem alten Telefon behalten Sie das Token, bis das neue geht.',
      go: 'Kein altes Token ist da',
    },
    scan: {
      body: 'Öffnen Sie die App, wählen Sie „Token hinzufügen“ oder „QR-Code scannen“, und halten Sie das Telefon vor den Bildschirm.',
      alone:
        'Der QR-Code ist geheim. Zeigen Sie ihn nur, wenn niemand sonst Ihren Bildschirm sehen oder fotografieren kann.',
      show: 'QR-Code zeigen',
      again: 'Neuen QR-Code zeigen',
      image: 'QR-Code für Ihre App',
      validDays_one: 'Noch {{count}} Tag gültig',
      validDays_other: 'Noch {{count}} Tage gültig',
      validTime: 'Noch {{time}} gültig',
      always: 'Gültig, bis er benutzt wird',
      waiting: 'Wir warten auf Ihr Telefon …',
      opened: 'Ihr Telefon hat den Code gescannt. Einen Moment …',
      expiredTitle: 'Der QR-Code ist abgelaufen',
      expired: 'Nichts ist verloren. Lassen Sie sich einen neuen zeigen und scannen Sie den.',
      replacedTitle: 'Ein neuerer QR-Code wurde woanders gezeigt',
      replaced:
        'Diese Seite wurde auch in einem anderen Fenster oder auf einem anderen Gerät geöffnet. Nur der neueste Code gilt.',
      deviceTitle: 'Dieses Gerät ist nicht von der richtigen Art',
      device:
        'Das Token ist für {{deviceType}} gemacht. Gescannt hat eine andere App, und sie wurde abgewiesen. Nehmen Sie die richtige App und scannen Sie einen neuen Code.',
      refusedTitle: 'Die App kam nicht zu Ende',
      refused: 'Zwischen App und Server ist etwas schiefgegangen. Scannen Sie einen neuen Code.',
      silentTitle: 'Ihr Telefon macht nicht weiter',
      silent:
        'Es hat den Code gescannt, und seitdem kam nichts mehr. Vielleicht ist die Verbindung abgerissen, oder die App wurde geschlossen. Lassen Sie sich einen neuen Code zeigen und scannen Sie den.',
      failedTitle: 'Zu viele Versuche sind gescheitert',
      failed:
        'Der Code wurde sicherheitshalber ausgeschaltet. Nichts ist verloren. Prüfen Sie, ob Sie die richtige App benutzen, und scannen Sie einen neuen Code.',
      withdrawnTitle: 'Der Code wurde zurückgezogen',
      withdrawn: 'Ihr Helpdesk hat ihn zurückgenommen. Bitten Sie darum, das Token neu zu schicken.',
      sameDevice: 'In der App auf diesem Telefon öffnen',
      trouble: 'Ich kann ihn nicht scannen',
      troubleBody:
        'Stellen Sie den Bildschirm hell, nehmen Sie den ganzen Code ins Bild, und putzen Sie die Linse. Wenn Sie am Telefon selbst sind, öffnen Sie diese Seite auf einem anderen Gerät.',
      typed: 'Oder wählen Sie in der App „von Hand eingeben“ und tippen Sie diese beiden ein:',
      url: 'Adresse',
      code: 'Aktivierungscode',
    },
    url: {
      body: 'Ihr Administrator gibt Ihnen einen Link und einen Aktivierungscode. Öffnen Sie die App, wählen Sie „Token hinzufügen“, und geben Sie beide ein.',
      waiting: 'Wir warten auf Ihre App …',
      expiredTitle: 'Ihr Aktivierungscode ist abgelaufen',
      expired: 'Bitten Sie Ihren Administrator um einen neuen. Hier bekommen Sie keinen.',
      failed:
        'Der Code wurde sicherheitshalber ausgeschaltet. Bitten Sie Ihren Administrator um einen neuen.',
      withdrawn: 'Ihr Administrator hat ihn zurückgenommen. Bitten Sie um einen neuen.',
      again:
        'Geben Sie Link und Code noch einmal ein. Wenn das nicht hilft, bitten Sie Ihren Administrator um neue.',
    },
    confirm: {
      scanned: 'Ihr Telefon hat den Code gescannt',
      entered: 'Ihre App hat den Code benutzt',
      agreed: 'App und Server haben ein Geheimnis vereinbart',
      compareTitle: 'Vergleichen Sie diese Zahl',
      compare:
        'Wenn Ihre App eine solche Zahl zeigt, müssen beide gleich sein. Dann hat sich niemand dazwischengeschaltet. Sind sie verschieden? Dann machen Sie nicht weiter: Holen Sie in einem anderen Netz einen neuen Code, und sagen Sie es Ihrem Helpdesk.',
      compareNone: 'Viele Apps zeigen keine solche Zahl. Dann machen Sie einfach weiter.',
      computing: 'Die Zahl wird berechnet …',
      label: 'Der Code, den Ihre App jetzt zeigt',
      labelWithPin: 'Ihre PIN und direkt danach der Code, den Ihre App jetzt zeigt',
      labelPinpad: 'Der Code, den Ihre App zeigt, nachdem Sie darin Ihre PIN eingegeben haben',
      help: '{{digits}} Ziffern. Die App zeigt immer wieder einen neuen.',
      submit: 'Code prüfen',
      missing: 'Bitte geben Sie den Code ein.',
      rejected:
        'Dieser Code wurde nicht angenommen. Warten Sie, bis die App den nächsten zeigt, und geben Sie den ein. Zeigt die App mehrere Token? Wählen Sie das mit der Nummer {{serial}}. Wenn es wieder passiert, stellen Sie die Uhrzeit Ihres Telefons auf automatisch.',
      reusedTitle: 'Der QR-Code wurde ein zweites Mal gescannt',
      reused:
        'Der zweite Versuch wurde abgewiesen. Wenn Sie selbst zweimal gescannt haben und Ihre App das Token zeigt, machen Sie weiter. Sonst hat jemand Ihren Code gesehen: Beginnen Sie mit einem neuen QR-Code noch einmal, und sagen Sie es Ihrem Helpdesk.',
      reusedLater:
        'Der zweite Versuch wurde abgewiesen; Ihr Token ist nicht betroffen. Wenn Sie es nicht selbst waren, hat jemand Ihren Code gesehen: Sagen Sie es Ihrem Helpdesk.',
      reusedUrlTitle: 'Ihr Aktivierungscode wurde ein zweites Mal benutzt',
      reusedUrl:
        'Der zweite Versuch wurde abgewiesen. Wenn Sie es selbst waren und Ihre App das Token zeigt, machen Sie weiter. Sonst hat jemand anderes Ihren Code: Machen Sie nicht weiter, und bitten Sie Ihren Administrator um einen neuen.',
      reusedUrlLater:
        'Der zweite Versuch wurde abgewiesen; Ihr Token ist nicht betroffen. Wenn Sie es nicht selbst waren, hat jemand anderes Ihren Code: Sagen Sie es Ihrem Administrator.',
      noToken:
        'Zeigt Ihre App kein neues Token oder einen Fehler? Dann beginnen Sie noch einmal mit einem neuen Code.',
      noTokenUrl:
        'Zeigt Ihre App kein neues Token oder einen Fehler? Dann bitten Sie Ihren Administrator um einen neuen Code.',
      restart: 'Mit neuem QR-Code noch einmal beginnen',
    },
    done: {
      title: 'Ihr Authenticator ist bereit',
      body: 'Ab jetzt können Sie sich damit anmelden.',
      nextTime: 'Bei der nächsten Anmeldung',
      tokencode: 'Öffnen Sie die App und geben Sie den Code ein, den sie zeigt.',
      fob: 'Geben Sie Ihre PIN ein und direkt dahinter den Code, den die App zeigt. Ohne Leerzeichen.',
      pinpad: 'Geben Sie Ihre PIN in der App ein. Tippen Sie dann den Code ab, den die App zeigt.',
      once: 'Jeder Code gilt einmal. Für eine weitere Anmeldung warten Sie auf den nächsten.',
      leave: 'Abschließen',
    },
  },
};
