/** `sower audit`, `settings`, `policy`, `certificate` and `mail` in German; see server.en.ts. */
import type { Translation } from '../catalogue.ts';
import { policyFields, settingNames } from '../names.de.ts';
import type { serverEn } from './server.en.ts';

export const serverDe: Translation<typeof serverEn> = {
  alerts: {
    summary: 'Auflisten, was jetzt Aufmerksamkeit braucht',
    none: 'Nichts braucht Aufmerksamkeit.',
  },
  status: {
    summary: 'Zeigen, welcher Server antwortet und was von der Einrichtung erledigt ist',
    clock: '{{time}}, {{seconds, number}} s von der Uhr dieses Rechners entfernt',
    step: {
      profile: 'Ein Token-Profil',
      users: 'Benutzer',
      tokens: 'Token',
      provisioned: 'Ein Token auf einem Gerät',
      client: 'Ein RADIUS-Client oder ein Agent',
      mail: 'E-Mail',
      backup: 'Sicherungen',
    },
  },
  backup: {
    summary: 'Die Datenbank sichern, eine Sicherung prüfen, die vorhandenen auflisten',
    make: 'Den Server jetzt eine Sicherung machen lassen, und auf sie warten',
    making: 'Sicherung: {{rows, number}} Zeilen',
    made: 'Die Sicherung {{name}} ist fertig: {{rows, number}} Zeilen, {{size, number}} Oktette.',
    list: 'Die gemachten Sicherungen auflisten, die neueste zuerst',
    none: 'Es wurden keine Sicherungen gemacht.',
    notConfigured:
      'Dieser Server macht keine Sicherungen: Er braucht --backup-folder und --backup-recipients.',
    report: 'Dem Server melden, dass eine Sicherung geprüft wurde',
    proof: 'was sower backup verify ausgibt',
    reported: 'Der Server hat vermerkt, dass {{name}} geprüft wurde.',
    verify:
      'Eine Sicherung in eine Probedatenbank zurückspielen und alles prüfen; Optionen: sower backup verify --help',
    restore: 'Eine Sicherung in eine leere Datenbank zurückspielen; Optionen: sower restore --help',
    launcher: 'Starten Sie dies mit dem Startprogramm: sower restore, sower backup verify',
    state: { running: 'läuft', done: 'fertig', failed: 'gescheitert', removed: 'gelöscht' },
  },
  doctor: {
    summary:
      'Auf dem Server: alles prüfen, was der Server braucht, und sagen, was nicht stimmt und was zu tun ist',
    launcher: 'Starten Sie dies mit dem Startprogramm: sower doctor',
  },
  key: {
    summary: 'Auf dem Server: der Hauptschlüssel und die Datenschlüssel der Datenbank',
    rotate:
      'Der Datenbank einen anderen Hauptschlüssel geben (master) und alles neu versiegeln, während die Server weiterlaufen',
    status: 'Anzeigen, welcher Hauptschlüssel die Datenbank öffnet und wie weit ein Wechsel ist',
    withoutApproval:
      'ohne die Genehmigung, die das Vier-Augen-Prinzip verlangt; im Prüfprotokoll steht es dann',
    newKey:
      'Datei mit dem neuen Hauptschlüssel, oder die PKCS#11-URI eines Schlüssels in einem HSM (Vorgabe: im Datenordner einen erzeugen)',
    noWait: 'nur beginnen, nicht auf das Ende warten',
    launcher: 'Starten Sie dies mit dem Startprogramm: sower key rotate master, sower key status',
  },
  retention: {
    summary:
      'Alte Zeilen: wie lange sie aufbewahrt werden und wie viele jetzt gelöscht würden. sower settings ändert es',
    run: 'Alte Zeilen jetzt löschen statt zur festgelegten Zeit',
    begun:
      'Der Server beginnt in wenigen Sekunden zu löschen; sein Protokoll und das Prüfprotokoll nennen, was gelöscht wurde.',
    hold: 'Eine Aufbewahrungspflicht erhält alles: {{why}}',
    archive: {
      backups:
        'Zeilen des Prüfprotokolls kommen vor dem Löschen in eine versiegelte Datei bei den Sicherungen.',
      elsewhere:
        'Ein anderer Server macht die Sicherungen: Dort werden Zeilen des Prüfprotokolls archiviert und gelöscht.',
      none: 'Es gibt keine Sicherungen; Zeilen des Prüfprotokolls werden ohne Archiv gelöscht.',
    },
    kind: {
      audit: 'Prüfprotokoll',
      accounting: 'von RADIUS-Clients gemeldete Sitzungen',
      history: 'Verlauf von Verteilungen',
      'sent-mail': 'gesendete Mail',
      'failed-mail': 'nicht gesendete Mail',
      requests: 'Anträge',
      jobs: 'Aufträge',
    },
    cut: 'Das Prüfprotokoll wurde beim Glied {{link}} {{at, time}} abgetrennt.',
  },
  audit: {
    summary: 'Das Prüfprotokoll lesen, das Letzte zuerst',
    since: 'ab diesem Zeitpunkt, etwa 2026-11-24T10:00:00Z',
    until: 'vor diesem Zeitpunkt',
    name: 'Prüfprotokoll',
    none: 'Keine Einträge gefunden.',
    user: 'nur über diesen Benutzer und die Token, die er hat oder hatte',
    object: 'nur hierüber, etwa token:000100000001 oder user:ada',
    actor: 'nur von diesem Akteur',
    request: 'nur wozu eine Anfrage führte: die x-request-id ihrer Antwort oder ihre Zeile im Log',
    action: 'nur diese Aktion',
    forward: {
      summary: 'Zeigen, wohin das Prüfprotokoll weitergeleitet wird und wie weit jedes Ziel zurück ist',
      none: 'Das Prüfprotokoll wird nicht weitergeleitet. Siehe --audit-forward von sower serve.',
    },
    export: {
      summary:
        'Das ganze Protokoll mit seiner Kette schreiben, je Zeile ein JSON-Dokument, um es anderswo aufzubewahren und zu prüfen',
      progress: 'Prüfprotokoll schreiben',
      progressRows: 'Prüfprotokoll schreiben: {{rows, number}}',
      done_one: '{{count}} Zeile ist in {{file}} geschrieben.',
      done_other: '{{count, number}} Zeilen sind in {{file}} geschrieben.',
    },
    verifyFile: {
      summary:
        'Ein exportiertes Protokoll ohne Server prüfen: Keine Zeile wurde geändert, entfernt oder umgestellt',
      badAnchor: 'Ein Anker ist, was `sower audit head` ausgibt.',
      head: 'Der letzte Hash ist {{hash}}.',
    },
    verify: {
      summary:
        'Das Prüfprotokoll auf dem Server prüfen: Nichts wurde geändert, entfernt oder an ihm vorbei hinzugefügt',
      progress: 'Der Kette folgen',
    },
    head: {
      summary: 'Einen Anker ausgeben: wo die Kette jetzt endet. Bewahren Sie ihn nicht auf dem Server auf',
    },
    anchor: 'auch prüfen, dass dieses früher ausgegebene Ende der Kette noch darin ist',
    proof: {
      sentences: '{{sentences, sentences}}',
      intact_one: 'Die Kette ist unversehrt: {{count}} Zeile.',
      intact_other: 'Die Kette ist unversehrt: {{count, number}} Zeilen.',
      span: 'Das betrifft die Zeilen vom {{from}} bis zum {{to}}.',
      unmarked_one: 'Die erste stammt aus der Zeit, bevor Zeilen ein Siegel trugen, und ist nur verkettet.',
      unmarked_other:
        'Die ersten {{count, number}} stammen aus der Zeit, bevor Zeilen ein Siegel trugen, und sind nur verkettet.',
      unlinked_one: '{{count}} weitere ist noch nicht verkettet.',
      unlinked_other: '{{count, number}} weitere sind noch nicht verkettet.',
      broken: 'Die Kette ist gebrochen: {{detail}}',
      brokenAt: 'Die Kette ist bei Zeile {{row}} gebrochen: {{detail}}',
      others_one: '{{count}} weiterer Befund steht in --json.',
      others_other: '{{count, number}} weitere Befunde stehen in --json.',
      brokenNext:
        'Jemand hat die Datenbank am Server vorbei geändert, oder sie wurde nur zum Teil wiederhergestellt. Vergleichen Sie mit einem Export oder einer Sicherung.',
    },
  },
  settings: {
    names: settingNames,
    explained: '{{label}}. {{help}}',
    summary: 'Einstellungen der Installation',
    list: { summary: 'Die Einstellungen zeigen' },
    set: {
      summary: 'Eine Einstellung ändern',
      names: 'Namen: {{names}}',
      done: '{{name}} ist {{value}}.',
      empty: '{{name}} ist leer.',
    },
    unknown: 'Es gibt keine Einstellung {{name}}.',
  },
  policy: {
    names: policyFields,
    summary:
      'Richtlinien von Sicherheitsdomänen: PINs und Modi (token), Sperren (lockout), Notfallzugang (emergency)',
    list: { summary: 'Auflisten, wo welche Richtlinie gilt' },
    show: { summary: 'Die Richtlinie zeigen, die in einer Sicherheitsdomäne gilt' },
    set: {
      summary: 'Ein Feld ändern; von da an hat die Sicherheitsdomäne eine eigene Richtlinie',
      fields: 'Felder der Richtlinie {{kind}}:',
      lists: 'Die Einträge einer Liste werden durch Kommas getrennt.',
    },
    reset: {
      summary: 'Die eigene Richtlinie einer Sicherheitsdomäne entfernen: Die der höheren Domäne gilt wieder',
    },
    securityDomain: 'die Sicherheitsdomäne (Vorgabe: die oberste)',
    unknownField: 'Die Richtlinie {{kind}} hat kein Feld {{name}}.',
    reach: 'Das betrifft {{users}} und {{tokens}} in {{domains}}; {{withoutPin}}.',
    users_one: '{{count}} Benutzer',
    users_other: '{{count, number}} Benutzer',
    tokens_one: '{{count}} Token',
    tokens_other: '{{count, number}} Token',
    withoutPin_one: '{{count}} Fob- oder PINPad-Token hat keine PIN',
    withoutPin_other: '{{count, number}} Fob- oder PINPad-Token haben keine PIN',
    own: 'die eigene',
    default: 'die Voreinstellung',
    from: 'die von {{domain}}',
  },
  certificate: {
    summary: 'Das TLS-Zertifikat: was Clients sehen, und wie man ein anderes installiert',
    show: {
      summary:
        'Zeigen, was Clients vom TLS-Zertifikat sehen, ob die öffentliche URL antwortet, und was zu tun ist',
      progress: 'Die öffentliche URL aufrufen',
    },
    source: {
      own: 'der eigenen Zertifizierungsstelle des Servers',
      stored: 'der Datenbank des Servers',
      files: 'Dateien, die dem Server angegeben sind; sie gehen vor dem gespeicherten',
      none: 'einem Proxy: Der Server selbst spricht unverschlüsseltes HTTP',
    },
    reachable: {
      trusted: 'ja, mit einem Zertifikat, dem der Rechner des Servers vertraut',
      untrusted: 'ja, mit einem Zertifikat, dem der Rechner des Servers nicht vertraut',
      unreachable: 'nicht vom Rechner des Servers aus',
    },
    nothingToFix: 'Nichts zu tun.',
    toFix: 'Zu tun:',
    self: 'es selbst (selbst signiert)',
    validTo_one: '{{at}} ({{count}} Tag)',
    validTo_other: '{{at}} ({{count, number}} Tage)',
    upload: {
      summary:
        'Ein anderes Zertifikat verwenden: eine PEM-Kette mit ihrem Schlüssel, eine PKCS#12-Datei oder die Antwort auf eine Anforderung',
      key: 'privater Schlüssel (PEM); Vorgabe: ein passender, den der Server schon hat',
      check: 'nur prüfen, ob es verwendet werden könnte',
      help: 'Das Passwort eines verschlüsselten Schlüssels oder einer Datei wird erfragt oder von der Standardeingabe gelesen.\nKann das Zertifikat nicht verwendet werden, wird nichts geändert.',
      usable: 'Es kann verwendet werden.',
      done: '{{subject}} ist in Verwendung. Es läuft am {{date, date}} ab.',
      next: 'Andere Prozesse des Servers folgen innerhalb einer Minute. Siehe: sower certificate show',
      neither: '{{file}} enthält weder PEM noch PKCS#12.',
      neitherNext: 'Ein Zertifikat als PEM beginnt mit der Zeile -----BEGIN CERTIFICATE-----.',
      refused: 'Dieses Zertifikat kann nicht verwendet werden; es wurde nichts geändert:',
    },
    request: {
      summary:
        'Einen Schlüssel und eine Zertifikatsanforderung dafür erzeugen; der Schlüssel verlässt den Server nie',
      name: 'DNS-Name oder Adresse, auch mehrmals (Vorgabe: der Host der öffentlichen URL)',
      keyType: 'Art des Schlüssels',
      commonName: 'Common Name (Vorgabe: der erste Name)',
      organization: 'Organisation',
      organizationalUnit: 'Organisationseinheit',
      locality: 'Ort',
      state: 'Bundesland oder Provinz',
      country: 'Land, zwei Buchstaben',
      out: 'die Anforderung dorthin schreiben statt auf die Standardausgabe',
      progress: 'Einen Schlüssel erzeugen',
      stored: 'Die Anforderung ist erzeugt und gespeichert: sower certificate list --json zeigt sie.',
      done: 'Die Anforderung steht in {{file}}.',
      next: 'Lassen Sie sie von einer Zertifizierungsstelle signieren, dann: sower certificate upload ANSWER.pem',
    },
    list: {
      summary:
        'Die auf dem Server gespeicherten Zertifikate auflisten und die Anforderungen, die auf Antwort warten',
      none: 'Auf dem Server ist kein Zertifikat gespeichert.',
    },
    use: {
      summary:
        'Zu einem früheren Zertifikat zurückkehren, oder mit „own“ zu dem, das der Server ohne ein gespeichertes verwendet',
      done: 'Zertifikat {{id}} ist in Verwendung.',
    },
    delete: {
      summary:
        'Eine Anforderung oder ein Zertifikat, das nicht in Verwendung ist, mit seinem Schlüssel löschen',
      confirm: 'Das löscht das Zertifikat oder die Anforderung {{id}} samt privatem Schlüssel.',
      done: 'Zertifikat {{id}} ist gelöscht.',
    },
    acme: {
      summary: 'Zertifikate, die der Server selbst bestellt und erneuert (ACME)',
      show: 'Zeigen, wie Zertifikate bestellt werden, und wie weit die laufende Bestellung ist',
      set: 'Ändern, wie Zertifikate bestellt werden; authority ist die Datei eines Zertifikats als PEM, names sind durch Kommas getrennt',
      unknown: 'Eine Einstellung „{{name}}“ gibt es nicht.',
      account:
        'Ein externes Konto (EAB) eingeben: hier seine ID, der Schlüssel getippt oder von der Standardeingabe; "" entfernt beide',
      order: 'Jetzt ein Zertifikat bestellen und an Stelle des jetzigen verwenden, woher das auch kommt',
      next: 'Es dauert bis zu einer Minute. Siehe: sower certificate acme',
      bindingKey: 'Schlüssel des externen Kontos',
      given: 'angegeben',
      renewAt: 'Nächste Erneuerung',
      nextAt: 'Nächste Prüfung',
      failedAt: 'Gescheitert',
      failure: 'Warum',
      states: {
        off: 'aus',
        ordering: 'ein Zertifikat wird bestellt',
        waiting: 'wartet auf die Erneuerung',
        failing: 'der letzte Versuch ist gescheitert',
        aside: 'ein anderes Zertifikat wurde von Hand gewählt und bleibt',
        unable: 'dieser Prozess hat keinen Befehl für DNS; ein anderer vielleicht',
      },
    },
    revoke: {
      summary:
        'Ein Zertifikat, das über ACME bestellt wurde und nicht in Verwendung ist, von seiner Zertifizierungsstelle widerrufen lassen',
      reason: 'warum',
      confirm: 'Das lässt das Zertifikat {{id}} endgültig widerrufen.',
      progress: 'Bei der Zertifizierungsstelle anfragen',
      done: 'Zertifikat {{id}} ist widerrufen.',
    },
  },
  mail: {
    summary: 'E-Mail an Benutzer: wie sie gesendet wird, was wartet, Vorlagen',
    show: { summary: 'Zeigen, wie E-Mail gesendet wird' },
    set: {
      summary: 'Ändern, wie E-Mail gesendet wird',
      destination:
        'Solange ein Passwort gesetzt ist, ist es zum Ändern von {{names}} erneut nötig: Es wird von der Standardeingabe gelesen.',
    },
    unknown: 'Es gibt keine E-Mail-Einstellung {{name}}.',
    password: {
      summary: 'Das Passwort für den Mailserver setzen, von der Standardeingabe',
      clear: 'es entfernen',
    },
    test: {
      summary: 'Eine Test-E-Mail senden und die Antwort des Mailservers zeigen',
      accepted: 'Der Mailserver hat die Test-E-Mail angenommen: {{reply}}',
      refused: 'Die Test-E-Mail ließ sich nicht senden: {{reply}}',
    },
    list: {
      summary: 'E-Mail, die wartet, gesendet wurde oder sich nicht senden ließ, die letzte zuerst',
      state: 'nur diese',
      name: 'E-Mail',
      none: 'Keine E-Mail.',
    },
    sendAgain: {
      summary: 'Eine E-Mail noch einmal senden, die sich nicht senden ließ',
      done: 'Die E-Mail an {{recipient}} wartet darauf, gesendet zu werden.',
    },
    sign: {
      summary:
        'E-Mail mit dem Schlüssel einer PKCS#12-Datei signieren (S/MIME); ihr Passwort kommt von der Standardeingabe',
    },
    unsign: { summary: 'E-Mail nicht mehr signieren' },
    notSigned: 'nicht signiert',
    template: {
      summary: 'Vorlagen von E-Mails',
      language: 'der E-Mail',
      deviceType: 'nur für diesen Gerätetyp',
      unknownEvent: 'Es gibt kein Ereignis {{name}}.',
      events: 'Es gibt: {{names}}',
      show: { summary: 'Eine Vorlage zeigen: ihren Betreff, eine leere Zeile, ihren Text' },
      set: {
        summary: 'Eine Vorlage aus einer Datei setzen, wie „show“ sie ausgibt',
        done: 'Die Vorlage von {{event}} ist gespeichert.',
      },
      reset: {
        summary: 'Eine Vorlage auf die mitgelieferte zurücksetzen',
        done: 'Die Vorlage von {{event}} ist zurückgesetzt.',
      },
    },
  },
};
