/** Settings, fields of policies and the standing of API keys, in German; see names.en.ts. */
import type { Translation } from './catalogue.ts';
import type {
  secondApprovalActions as actions,
  policyFields as fields,
  settingNames as names,
  apiKeyStandings as standings,
} from './names.en.ts';

export const settingNames: Translation<typeof names> = {
  organization: {
    name: { label: 'Name', help: 'Steht auf Briefen.' },
    address: {
      label: 'Postanschrift',
      help: 'Steht im Fenster über der Anschrift des Empfängers. Trennen Sie die Zeilen mit Semikolons.',
    },
    logo: { label: 'Logo', help: 'Steht rechts oben auf Briefen. PNG oder JPEG, höchstens 150 kB.' },
  },
  tokens: {
    maxPerUser: {
      label: 'Höchstzahl der Token je Benutzer',
      help: 'Wie viele Token ein Benutzer haben darf.',
    },
    autoAssignDays: {
      label: 'Nur Token automatisch zuweisen, die noch so viele Tage gelten',
      help: '„Nächstes verfügbares Token zuweisen“ gibt kein Token aus, das früher abläuft; das mit der längsten Laufzeit kommt zuerst.',
    },
    lifetimeDays: {
      label: 'Lebensdauer angelegter Token, in Tagen',
      help: 'Ablauf von Token, die ohne Datum angelegt werden.',
    },
  },
  provisioning: {
    host: {
      label: 'Vollständiger Hostname',
      help: 'Steht in jedem ausgegebenen Link.',
    },
    port: { label: 'Port', help: 'Steht in jedem ausgegebenen Link.' },
    codeExpiry: {
      label: 'Aktivierungscode läuft ab',
      help: 'Für Token-Profile, die ohne diese Angabe hinzugefügt werden; vorhandene behalten ihre.',
    },
  },
  activation: {
    minChosenLength: {
      label: 'Mindestlänge eines gewählten Aktivierungscodes',
      help: 'Für Aktivierungscodes, die ein Administrator wählt.',
    },
    resendSeconds: {
      label: 'Antwort erneut senden, Sekunden lang',
      help: 'Wie lange die Antwort auf eine wiederholte, bytegleiche ClientNonce erneut gesendet wird.',
    },
    showCode: {
      label: 'Link und Code in der Selbstbedienung zeigen',
      help: 'Ob die Selbstbedienung Link und Aktivierungscode auch als Text zeigt, wenn sich der QR-Code nicht scannen lässt.',
    },
    windowHours: {
      label: 'Aktivierungsfenster in Stunden',
      help: 'Wie lange ein Aktivierungsfenster offen bleibt, das ein Administrator für einen Benutzer öffnet.',
    },
    sameDevice: {
      label: 'Den Link auf dem Telefon selbst anbieten',
      help: 'Ob die Selbstbedienung den Link anbietet, wenn sie auf dem Telefon geöffnet wird, das das Token bekommen soll.',
    },
  },
  approvals: {
    second: {
      label: 'Vier-Augen-Prinzip',
      help: 'Aktivierungscodes von Aufträgen werden nur ausgegeben, Serverschlüssel und Hauptschlüssel nur gewechselt und dies nur ausgeschaltet, nachdem jemand anderes aus der Administration zugestimmt hat.',
    },
    singleCodes: {
      label: 'Einzelne Aktivierungscodes pro Tag',
      help: 'Beim Vier-Augen-Prinzip: wie viele Aktivierungscodes eine Person am Tag einzeln sehen darf, bis jemand anderes aus der Administration ebenso vielen zustimmen muss.',
    },
  },
  retention: {
    auditDays: {
      label: 'Prüfprotokoll aufbewahren für (Tage)',
      help: 'Ältere Zeilen werden abgetrennt. Gibt es Sicherungen, werden sie vorher neben ihnen archiviert.',
    },
    accountingDays: {
      label: 'Sitzungen, die RADIUS-Clients melden, aufbewahren für (Tage)',
      help: 'Sie stehen im Prüfprotokoll, gehören aber nicht zu seiner Kette und werden nicht archiviert.',
    },
    cutUnforwarded: {
      label: 'Auch Zeilen des Prüfprotokolls abtrennen, die nicht weitergeleitet wurden',
      help: 'Ist dies aus, bleibt eine Zeile unabhängig von ihrem Alter, bis sie überall angekommen ist, wohin sie weitergeleitet wird.',
    },
    historyDays: {
      label: 'Verlauf von Verteilungen aufbewahren für (Tage)',
      help: 'Ereignisse beendeter Verteilungen und Verteilungen, die durch spätere ersetzt wurden.',
    },
    sentMailDays: {
      label: 'Gesendete Mail aufbewahren für (Tage)',
      help: 'Nur dass sie gesendet wurde: Ihr Inhalt wird sofort gelöscht. Erinnerungen bleiben, bis abgelaufen ist, woran sie erinnern.',
    },
    failedMailDays: {
      label: 'Nicht gesendete Mail aufbewahren für (Tage)',
      help: 'Nur dass sie nicht gesendet werden konnte, und warum.',
    },
    requestsDays: {
      label: 'Anträge aufbewahren für (Tage)',
      help: 'Beendete Anträge mit ihren Entscheidungen.',
    },
    jobsDays: { label: 'Aufträge aufbewahren für (Tage)', help: 'Beendete Aufträge mit ihren Zeilen.' },
    hold: {
      label: 'Aufbewahrungspflicht',
      help: 'Solange hier etwas steht, zum Beispiel ein Aktenzeichen, werden keine alten Zeilen gelöscht.',
    },
  },
  alerts: {
    mail: {
      label: 'E-Mail bei Warnungen',
      help: 'An Administratoren mit E-Mail-Adresse, die Einstellungen ändern dürfen, wenn eine beginnt.',
    },
    fewestTokens: {
      label: 'Warnen, wenn weniger Token zuzuweisen sind als',
      help: 'Verlorene und abgelaufene zählen nicht. 0: nie.',
    },
  },
  selfService: {
    requests: {
      label: 'Benutzer dürfen Token anfordern',
      help: 'Was unter Angebote und Ablauf angeboten wird, und Ersatz.',
    },
    rename: { label: 'Benutzer dürfen ihre Token umbenennen', help: 'Nur den Kurznamen.' },
    changePin: {
      label: 'Benutzer dürfen ihre PIN ändern',
      help: 'Eine PIN anzulegen, wo keine ist oder eine andere verlangt wird, dürfen sie immer.',
    },
    replacePin: {
      label: 'Benutzer dürfen eine vergessene PIN ersetzen',
      help: 'Mit zwei aufeinanderfolgenden Tokencodes. Dann genügen Passwort und Gerät für das, was die PIN schützt; wenn nicht, löscht der Helpdesk sie.',
    },
    move: {
      label: 'Benutzer dürfen ein Token auf ein neues Telefon umziehen',
      help: 'Mit Zustimmung des alten. Wenn nicht, verteilen Sie es neu.',
    },
    resynchronise: {
      label: 'Benutzer dürfen ein Token abgleichen',
      help: 'Mit zwei aufeinanderfolgenden Tokencodes.',
    },
    reportLost: {
      label: 'Benutzer dürfen ein Token als verloren melden',
      help: 'Wenn nicht, hat ein Dieb so lange Zeit, bis jemand ans Telefon geht.',
    },
  },
  logOn: {
    freshProofMinutes: {
      label: 'Eine Anmeldung gilt als Nachweis für (Minuten)',
      help: 'Danach weisen Administratoren erneut nach, wer sie sind, bevor sie Zugangsdaten, Schlüssel, Faktoren, Rollen und Anmelderichtlinien ändern. Je länger, desto mehr ist ein offen gelassener Bildschirm wert.',
    },
    temporaryPasswordDays: {
      label: 'Ein vorläufiges Passwort gilt für (Tage)',
      help: 'Für Passwörter von Benutzern und Administratoren, die jemand anderes vergeben hat und die geändert werden müssen. Danach vergibt ein Administrator ein neues.',
    },
  },
  requests: {
    approverMail: {
      label: 'E-Mail an Genehmiger',
      help: 'An Administratoren mit E-Mail-Adresse, über Anträge, die sie genehmigen können.',
    },
    remindDays: {
      label: 'Genehmiger erinnern nach (Tagen)',
      help: 'Jedes Mal wieder, wenn so viele Tage vergangen sind. 0: nie.',
    },
    escalateDays: {
      label: 'Eskalieren nach (Tagen)',
      help: 'Wenn ein Antrag so lange auf dieselbe Genehmigung gewartet hat, bekommen andere, die darüber entscheiden können, E-Mail. 0: nie.',
    },
    escalateTo: {
      label: 'Eskalieren an',
      help: 'Name eines Administrators oder einer Rolle. Weitere Rechte bekommen sie nicht. Leer, oder wenn davon niemand entscheiden kann: Super Admins.',
    },
  },
  verify: {
    window: {
      label: 'Fenster, in Intervallen',
      help: 'Intervalle vor und nach dem erwarteten, in denen ein Tokencode genügt.',
    },
    firstUseSeconds: {
      label: 'Mit zwei Tokencodes gefundene Uhrabweichung, in Sekunden',
      help: 'In beide Richtungen. Jenseits des Fensters wird auch der nächste Tokencode verlangt.',
    },
    maxDriftSeconds: {
      label: 'Größte Uhrabweichung, in Sekunden',
      help: 'Größte Abweichung, die ein Gerät haben darf, gelernt oder nach langer Stille mit zwei Tokencodes gefunden.',
    },
    hotpLookAhead: {
      label: 'HOTP-Vorausschau',
      help: 'So viele Zähler voraus wird ein HOTP-Tokencode gefunden. Jenseits der ersten wird auch der nächste verlangt.',
    },
    failoverHotpJump: {
      label: 'HOTP-Zähler nach einem Failover, das Commits verlieren kann',
      help: 'Sie werden so weit weitergestellt, und ebenso oft müssen Benutzer drücken, bis ein Tokencode angenommen wird. Ein benutzter Tokencode weiter voraus würde noch einmal angenommen. 0: HOTP-Seeds werden gelöscht, und diese Token müssen neu verteilt werden.',
    },
  },
};

export const policyFields: Translation<typeof fields> = {
  wrongBeforeNextTokencode: {
    label: 'Falsche Passcodes bis zum Modus Nächster Tokencode',
    help: 'Nach so vielen in Folge genügt ein richtiger Passcode nicht: Auch der nächste Tokencode wird verlangt. 0: nie.',
  },
  wrongBeforeHoldBack: {
    label: 'Falsche Passcodes, bis das Token zurückgehalten wird',
    help: 'Nach so vielen in Folge muss das Token warten, jedes Mal doppelt so lange.',
  },
  pinRequired: {
    label: 'PIN erforderlich',
    help: 'Ein Fob- oder PINPad-Token ohne PIN verlangt bei der nächsten Verwendung eine. Wenn nicht erforderlich, genügt der bloße Tokencode. Reine Tokencode-Token haben nie eine PIN.',
  },
  pinChosenBy: { label: 'Eine neue PIN vergibt', help: 'Im Modus Neue PIN.' },
  pinMinLength: { label: 'Mindestlänge', help: 'Einer PIN.' },
  pinMaxLength: {
    label: 'Höchstlänge',
    help: 'Einer PIN. Bei PINPad ist sie nie länger als der Tokencode.',
  },
  pinCharacters: {
    label: 'Zeichen',
    help: 'Bei PINPad besteht eine PIN immer nur aus Ziffern.',
  },
  pinMinLetters: { label: 'Buchstaben, mindestens', help: 'In einer alphanumerischen PIN.' },
  pinMinDigits: { label: 'Ziffern, mindestens', help: 'In einer alphanumerischen PIN.' },
  pinExcludedWords: {
    label: 'Ausgeschlossene Wörter',
    help: 'Eines je Zeile. Keines davon darf in einer PIN vorkommen; Groß- und Kleinschreibung ist gleich.',
  },
  pinSequences: { label: 'Folgen erlaubt', help: 'PINs wie 1234, 9876 oder abcd.' },
  pinMaxAgeDays: { label: 'PIN ist zu ändern nach, in Tagen', help: '0: nie.' },
  pinHistory: {
    label: 'Frühere PINs, die nicht wieder verwendet werden können',
    help: 'So viele der letzten. 0: Jede kann wieder verwendet werden.',
  },
  failures: {
    label: 'Falsche Passcodes, die einen Benutzer sperren',
    help: 'Über alle Token und Wege des Benutzers. 0: Benutzer werden nie gesperrt.',
  },
  withinMinutes: { label: 'Innerhalb von, in Minuten', help: 'Der Zeitraum, in dem sie zählen.' },
  firstLockSeconds: {
    label: 'Erste Sperre, in Sekunden',
    help: 'Jede weitere dauert doppelt so lange und endet von selbst.',
  },
  longestLockMinutes: {
    label: 'Längste Sperre, in Minuten',
    help: 'So lange kann ein Fremder, der absichtlich falsche Passcodes eingibt, jemanden aussperren.',
  },
  longestHoldBackSeconds: {
    label: 'Längste Wartezeit eines Tokens, in Sekunden',
    help: 'Nach falschen Passcodes in Folge; ab wie vielen, sagt die Token-Richtlinie.',
  },
  fixedAllowed: {
    label: 'Befristeter fester Tokencode',
    help: 'Gilt bis zu seinem Ende beliebig oft.',
  },
  setAllowed: { label: 'Satz von Einmal-Tokencodes', help: 'Jeder gilt einmal.' },
  lifetimeDays: {
    label: 'Dauer, in Tagen',
    help: 'Danach endet der Notfallzugang von selbst, sofern bei der Ausgabe nichts anderes angegeben wird.',
  },
  setSize: { label: 'Einmal-Tokencodes in einem Satz', help: 'So viele werden auf einmal angezeigt.' },
  codeLength: { label: 'Länge eines Codes', help: 'In Zeichen.' },
  codeCharacters: {
    label: 'Zeichen eines Codes',
    help: 'Buchstaben, die Ziffern ähneln, kommen nicht vor.',
  },
  whenTokenReturns: {
    label: 'Wenn das Token wieder da ist',
    help: 'Was ein richtiger Tokencode des Tokens selbst in der Zwischenzeit bewirkt.',
  },
};

export const apiKeyStandings: Translation<typeof standings> = {
  active: 'wirksam',
  limited: 'eingeschränkt: Sein Besitzer darf nicht alles davon',
  expired: 'abgelaufen',
  'owner-disabled': 'unwirksam: Sein Besitzer ist deaktiviert',
  'owner-deleted': 'unwirksam: Sein Besitzer wurde gelöscht',
  'owner-may-not': 'unwirksam: Sein Besitzer darf nichts davon',
  altered: 'unwirksam: Er wurde in der Datenbank verändert, nicht vom Server',
};

export const secondApprovalActions: Translation<typeof actions> = {
  'job.result': 'Aktivierungscodes eines Auftrags abholen',
  'token.distribute': 'Weitere Aktivierungscodes einzeln ansehen',
  'server-key.rotate': 'Neuen Serverschlüssel erzeugen',
  'settings.edit': 'Das Vier-Augen-Prinzip ausschalten',
  'master-key.rotate': 'Hauptschlüssel wechseln, von diesem Server aus',
};
