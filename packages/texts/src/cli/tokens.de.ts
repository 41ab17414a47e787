/** `sower token`, `verify` and `statistics` in German; see tokens.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { tokensEn } from './tokens.en.ts';

export const tokensDe: Translation<typeof tokensEn> = {
  token: {
    summary: 'Token: anlegen, zuweisen, verteilen',
    mint: {
      summary: 'Token anlegen; sie sind zunächst deaktiviert und nicht zugewiesen',
      count: 'wie viele',
      expires: 'letzter Tag, an dem sie gelten, JJJJ-MM-TT',
      securityDomain: 'die Sicherheitsdomäne, in der sie liegen',
      progress_one: '{{count}} Token anlegen',
      progress_other: '{{count, number}} Token anlegen',
      done_one: 'Token {{first}} ist angelegt.',
      done_other: '{{count, number}} Token sind angelegt, {{first}} bis {{last}}.',
    },
    list: {
      desc: 'absteigend',
      summary: 'Token suchen',
      name: 'Token',
      none: 'Keine Token gefunden. Legen Sie welche an: sower token mint --count N',
    },
    search: {
      securityDomain: 'nur die in dieser Sicherheitsdomäne oder darunter',
      serial: 'Anfang der Seriennummer',
      contains: 'Ziffern irgendwo in der Seriennummer',
      from: 'erste Seriennummer',
      to: 'letzte Seriennummer',
      user: 'Token dieses Benutzers',
      assigned: 'nur zugewiesene',
      unassigned: 'nur nicht zugewiesene',
      enabled: 'nur aktivierte',
      disabled: 'nur deaktivierte',
      lastName: 'Anfang des Nachnamens des Benutzers',
      profile: 'Profil der letzten Verteilung',
      deviceType: 'Gerätetyp der letzten Verteilung',
      expired: 'nur abgelaufene',
      lost: 'nur verlorene',
      expiresBefore: 'nur solche, die früher ablaufen',
      distribution: 'Zustand der letzten Verteilung',
      replacement: 'Token, die ein anderes ersetzen werden oder ersetzt werden',
    },
    show: {
      summary: 'Ein Token zeigen, mit seiner letzten Verteilung und deren Verlauf',
      unassigned: '(nicht zugewiesen)',
      lost: 'ja: Es prüft nichts',
    },
    assign: {
      summary: 'Ein Token einem Benutzer zuweisen; das aktiviert es',
      done: 'Token {{serial}} ist {{user}} zugewiesen und aktiviert.',
    },
    assignNext: {
      summary:
        'Einem Benutzer das nächste verfügbare Token zuweisen: von denen, die lange genug gelten, das mit der längsten Laufzeit',
    },
    unassign: {
      summary:
        'Die Zuweisung eines Tokens aufheben: Es wird deaktiviert, PIN, Seeds und gültiger Aktivierungscode entfallen',
      confirm: 'Das nimmt dem Benutzer das Token {{serial}} und verwirft dessen PIN und Seeds.',
      done: 'Die Zuweisung von Token {{serial}} ist aufgehoben, es ist deaktiviert.',
    },
    replace: {
      summary:
        'Dem Benutzer ein anderes Token geben, das dieses ersetzt, sobald sein erster Passcode angenommen wird',
      by: 'das Ersatz-Token (Vorgabe: das nächste nicht zugewiesene)',
      newPin: 'ohne PIN beginnen, statt sie zu übernehmen',
      deleteReplaced: 'das ersetzte Token dann löschen, statt nur die Zuweisung aufzuheben',
      done: 'Token {{serial}} ersetzt {{replaced}}, sobald sein erster Passcode angenommen wird; bis dahin gilt {{replaced}} weiter.',
    },
    enable: { summary: 'Ein Token aktivieren', done: 'Token {{serial}} ist aktiviert.' },
    disable: {
      summary: 'Ein Token deaktivieren: Seine Codes werden nicht angenommen',
      done: 'Token {{serial}} ist deaktiviert.',
    },
    delete: {
      summary: 'Ein nicht zugewiesenes Token löschen',
      confirm: 'Das löscht das Token {{serial}} und seinen Seed endgültig.',
      done: 'Token {{serial}} ist gelöscht.',
    },
    move: {
      summary: 'Ein Token in eine andere Sicherheitsdomäne verschieben',
      done: 'Token {{serial}} ist in {{domain}}.',
    },
    lost: {
      summary: 'Ein Token als verloren melden: Es prüft nichts, bis es gefunden ist',
      found: 'es hat sich wieder gefunden',
      done: 'Token {{serial}} ist als verloren gemeldet.',
      doneFound: 'Token {{serial}} ist nicht mehr verloren.',
    },
    pin: {
      summary: 'Die PIN eines Tokens setzen (von der Standardeingabe gelesen) oder löschen',
      clear: 'die PIN löschen',
      done: 'Die PIN von Token {{serial}} ist gesetzt.',
      cleared: 'Die PIN von Token {{serial}} ist gelöscht.',
    },
    access: {
      summary: 'Zeigen, was jetzt aus einem richtigen Passcode würde: Modus, Wartezeiten, Notfallzugang',
      fixed: 'ein fester Tokencode bis {{until}}',
      set_one: '{{count}} Einmal-Tokencode bis {{until}}',
      set_other: '{{count}} Einmal-Tokencodes bis {{until}}',
    },
    test: {
      summary:
        'Ein Token mit dem Passcode auf der Standardeingabe ausprobieren; der Passcode ist damit verbraucht',
      done: '{{result}}: {{detail}}',
    },
    resync: {
      summary:
        'Ein Token mit zwei aufeinanderfolgenden Tokencodes ohne PIN neu synchronisieren, von der Standardeingabe als „CODE CODE“ gelesen',
      two: 'Geben Sie zwei aufeinanderfolgende Tokencodes an, durch ein Leerzeichen getrennt.',
      done: 'Token {{serial}} ist neu synchronisiert. Der nächste Tokencode kann verwendet werden.',
    },
    requireNewPin: {
      summary: 'Vom Benutzer bei der nächsten Verwendung eine neue PIN verlangen',
      withdraw: 'nicht mehr verlangen',
      done: 'Bei der nächsten Verwendung von Token {{serial}} wird eine neue PIN verlangt.',
      withdrawn: 'Bei der nächsten Verwendung von Token {{serial}} wird keine neue PIN verlangt.',
    },
    emergency: {
      summary: 'Notfallzugang: Tokencodes, die ein Token ersetzen',
      give: {
        summary:
          'Einen befristeten festen Tokencode oder einen Satz Einmal-Tokencodes ausgeben; sie werden nur einmal gezeigt',
        set: 'stattdessen einen Satz Einmal-Tokencodes',
        days: 'Tage, bis er endet (Vorgabe: wie in der Richtlinie)',
        whenTokenReturns: 'was das Token selbst währenddessen tut',
        note: 'Nur dieses eine Mal gezeigt; gültig bis {{until, time}}.',
        withPin: 'Die PIN wird vor dem Code eingegeben.',
      },
      end: {
        summary: 'Den Notfallzugang beenden: Seine Codes werden von nun an abgelehnt',
        confirm: 'Die Notfall-Tokencodes von Token {{serial}} werden abgelehnt.',
        done: 'Der Notfallzugang von Token {{serial}} ist beendet.',
      },
    },
    bulk: {
      summary: 'Mit vielen Token dasselbe tun, genannten oder gesuchten; der Server macht von selbst weiter',
      chooseOne: 'Nennen Sie die Token oder suchen Sie nach ihnen, nicht beides.',
      toDomain: 'wohin, bei move',
      none: 'Keine Token gefunden.',
      confirm: {
        enable_one: 'Das aktiviert {{count}} Token.',
        enable_other: 'Das aktiviert {{count, number}} Token.',
        disable_one: 'Das deaktiviert {{count}} Token.',
        disable_other: 'Das deaktiviert {{count, number}} Token.',
        unassign_one: 'Das hebt die Zuweisung von {{count}} Token auf.',
        unassign_other: 'Das hebt die Zuweisung von {{count, number}} Token auf.',
        lost_one: 'Das meldet {{count}} Token als verloren.',
        lost_other: 'Das meldet {{count, number}} Token als verloren.',
        clearPin_one: 'Das löscht die PIN von {{count}} Token.',
        clearPin_other: 'Das löscht die PIN von {{count, number}} Token.',
        move_one: 'Das verschiebt {{count}} Token.',
        move_other: 'Das verschiebt {{count, number}} Token.',
        delete_one: 'Das löscht {{count}} Token endgültig.',
        delete_other: 'Das löscht {{count, number}} Token endgültig.',
      },
      done_one: '{{count}} Token erledigt.',
      done_other: '{{count, number}} Token erledigt.',
      failed: '{{done, number}} erledigt, {{failed, number}} fehlgeschlagen:',
    },
    edit: {
      summary: 'Ein Token ändern: letzter Tag, Spitzname der letzten Verteilung, Sicherheitsdomäne',
      expires: 'der letzte Tag, an dem es gilt',
      nickname: 'höchstens 24 Buchstaben und Ziffern',
      securityDomain: 'bei einem Token, das niemand hat',
    },
    activation: {
      summary:
        'Einen neuen Aktivierungscode für ein per QR-Code verteiltes Token erzeugen, wie ein Portal; der frühere wird ungültig',
    },
    distribute: {
      summary: 'Ein Token verteilen oder neu verteilen; ein früherer Aktivierungscode wird zurückgezogen',
      profile: 'Token-Profil, mit Name oder ID',
      deviceSerial: 'nur dieses eine Gerät',
      deviceAny: 'DeviceSerialNumber leer lassen: Die Klasse wird geprüft, die ID gelernt',
      nickname: 'Name im Authenticator, bis zu 24 Buchstaben und Ziffern',
      code: 'digits (12 Ziffern), long (20 Zeichen), ein eigener Code, oder - um einen eigenen von der Standardeingabe zu lesen',
      codeExpires: 'never, Stunden (12h) oder Tage (7d); Vorgabe: wie im Profil',
      revokeNow: 'den bisherigen Seed sofort verwerfen, nicht erst bei der ersten Verwendung des neuen',
      enforced: 'durchgesetzt',
      recorded: 'vermerkt; dieser Client sagt zu wenig von sich, um sie durchzusetzen',
      once: 'Der Aktivierungscode wird nur dieses eine Mal gezeigt; bewahren Sie ihn auf, bis er übergeben ist.',
    },
    withdraw: {
      summary: 'Den gültigen Aktivierungscode eines Tokens zurückziehen',
      done: 'Der Aktivierungscode von Token {{serial}} ist zurückgezogen.',
    },
    distributions: {
      summary: 'Die Verteilungen eines Tokens, die letzte zuerst',
      none: 'Token {{serial}} wurde nie verteilt. Verteilen Sie es: sower token distribute {{serial}} --profile NAME',
    },
    distribution: {
      class: 'jedes Gerät der Klasse',
      id: 'Gerät {{deviceId}}',
      any: 'Klasse geprüft, ID gelernt',
      notEnforced: '{{binding}} (vermerkt, nicht durchgesetzt)',
      made: '{{at}} von {{by}}',
    },
  },
  verify: {
    summary:
      'Fragen, ob ein Passcode (von der Standardeingabe gelesen) richtig ist; Exit-Code 0 angenommen, 1 abgelehnt',
    answer: 'wenn der Server mehr verlangt, auch die Antworten lesen: je eine Zeile, oder getippt',
    ask: {
      'next-tokencode': 'Nächster Tokencode, sobald die Anzeige wechselt',
      'new-pin': 'Neue PIN',
      'new-pin-or-system': 'Neue PIN',
      'system-pin': 'Ihre neue PIN ist {{pin}}. Mit y annehmen',
      'passcode-with-new-pin': 'Passcode mit der neuen PIN',
    },
    accepted: 'Der Passcode von {{user}} ist angenommen.',
    rejected: 'Der Passcode von {{user}} ist abgelehnt.',
    challenge:
      'Der Passcode von {{user}} genügt nicht: Der Server verlangt mehr ({{challenge}}). Der Benutzer antwortet bei der Anmeldung.',
  },
  report: {
    summary: 'Berichte: über Token, Benutzer, Anträge, Anmeldungen, Administratoren',
    list: 'Die Berichte auflisten',
    show: 'Einen Bericht anzeigen',
    save: 'Einen Bericht speichern: als PDF, wenn der Dateiname so endet, sonst als CSV',
    which: 'der Bericht',
    days: 'wie viele Tage er zurück oder voraus reicht',
    file: 'die Datei; es darf sie noch nicht geben',
    saved_one: '{{count}} Zeile steht in {{file}}.',
    saved_other: '{{count, number}} Zeilen stehen in {{file}}.',
    empty: 'Nichts zu berichten.',
  },
  savedReport: {
    summary: 'Berichte, die unter einem Namen gespeichert sind und an Administratoren verschickt werden',
    list: {
      summary: 'Die gespeicherten Berichte auflisten, und wie ihr letzter Lauf ausging',
      none: 'Kein Bericht ist gespeichert.',
    },
    add: {
      summary:
        'Einen Bericht unter einem Namen speichern; er wird jedes Mal mit den Rechten dieses API-Schlüssels verschickt',
      done: 'Der Bericht {{name}} ist gespeichert.',
      next: 'Der Bericht {{name}} ist gespeichert; er wird das nächste Mal am {{next}} verschickt.',
    },
    edit: { summary: 'Einen gespeicherten Bericht ändern' },
    delete: {
      summary: 'Einen gespeicherten Bericht löschen',
      confirm: 'Das löscht den gespeicherten Bericht {{name}}: Er wird nicht mehr verschickt.',
      done: 'Der Bericht {{name}} ist gelöscht.',
    },
    mail: {
      summary: 'Einen gespeicherten Bericht jetzt verschicken',
      done: 'Der Bericht {{name}} wird in wenigen Sekunden verschickt.',
    },
    format: 'was verschickt wird: csv oder pdf',
    to: 'die Administratoren, an die er verschickt wird',
    cron: 'wann: Minute, Stunde, Tag des Monats, Monat, Wochentag, etwa "0 7 * * 1"',
    timeZone: 'etwa Europe/Berlin',
    noCron: 'nicht mehr verschicken',
    notFound: 'Einen gespeicherten Bericht namens {{name}} gibt es nicht.',
  },
  statistics: {
    summary: 'Token zählen, und was wartet',
    now: 'Token zählen, und was wartet: jetzt',
    expiringDays: 'was als bald ablaufend zählt (Vorgabe: 90)',
    logOns: 'Anmeldungen nach Weg und Ergebnis, und warum sie abgelehnt wurden',
    distributions: 'Wie weit die in einem Zeitraum verteilten Token gekommen sind, und wie lange es dauerte',
    tokens: 'Token nach Zustand im Lauf der Zeit, und nach dem Monat, in dem sie ablaufen',
    clients: 'RADIUS-Clients, Agenten und API-Schlüssel nach Anfragen',
    health:
      'Gesendete und fehlgeschlagene E-Mails, Abgleiche der Identitätsquellen, und Minuten, in denen Knoten gesehen wurden',
    range: 'der Zeitraum',
    overTime: 'eine Zeile für jede Stunde oder jeden Tag',
    waiting_one:
      '{{count}} Zeile des Prüfprotokolls wird noch gezählt; bis dahin sind die Zahlen zu niedrig.',
    waiting_other:
      '{{count, number}} Zeilen des Prüfprotokolls werden noch gezählt; bis dahin sind die Zahlen zu niedrig.',
    whole: 'von ausgestellt bis bestätigt',
    others: 'andere',
  },
};
