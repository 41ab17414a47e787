/** `sower user`, `administrator`, `role`, `who-can` and `security-domain` in German; see people.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { peopleEn } from './people.en.ts';

export const peopleDe: Translation<typeof peopleEn> = {
  user: {
    summary: 'Benutzer',
    person: {
      userId: 'eine neue Benutzer-ID, etwa nach einer Heirat; nicht bei Benutzern eines Verzeichnisses',
      first: 'Vorname',
      last: 'Nachname',
      email: 'E-Mail-Adresse',
      telephone: 'Telefonnummer',
      securityDomain: 'die Sicherheitsdomäne, in der der Benutzer ist',
    },
    add: { summary: 'Einen Benutzer hinzufügen', done: 'Benutzer {{user}} ist hinzugefügt.' },
    list: {
      summary: 'Benutzer auflisten',
      search: 'Anfang der Benutzer-ID, des Nachnamens oder der E-Mail-Adresse',
      securityDomain: 'nur die in ihr oder darunter',
      enabled: 'nur aktivierte',
      disabled: 'nur deaktivierte',
      source: 'nur die aus dieser Identitätsquelle, mit ihrer ID, oder internal',
      sort: 'danach sortiert (sonst: userId)',
      desc: 'absteigend',
      name: 'Benutzer',
      none: 'Keine Benutzer gefunden. Fügen Sie einen hinzu: sower user add USERID',
    },
    import: {
      summary:
        'Benutzer aus CSV oder JSON-Zeilen importieren: zuerst wird jede Zeile geprüft, dann starten Sie den Auftrag mit seinem Namen',
      name: 'wie der Auftrag heißt; zum Starten einzugeben (sonst: Name der Datei und Uhrzeit)',
      column:
        'welches Feld eine Spalte der Datei enthält, für jede, die importiert wird (sonst: an üblichen Namen erkannt); Felder: {{fields}}',
      existing: 'was mit Benutzern geschieht, die es schon gibt (sonst: skip); gelöscht wird nie jemand',
      securityDomain: 'die Sicherheitsdomäne neuer Benutzer, deren Zeile keine nennt',
      format: 'das Format der Datei (sonst: erkannt)',
      encoding: 'die Zeichenkodierung der Datei (sonst: erkannt)',
      delimiter: 'das Trennzeichen zwischen CSV-Zellen (sonst: erkannt)',
      noHeader: 'schon die erste Zeile ist ein Benutzer; die Spalten heißen 1, 2 und so weiter',
      errors:
        'ausgelassene und fehlgeschlagene Zeilen in diese neue Datei speichern, zum Berichtigen und erneuten Importieren',
      dryRun: 'nur prüfen; später starten mit: sower job start',
      badColumn: 'Schreiben Sie Feld=Name, mit einem dieser Felder: {{fields}}',
      tooLong: '{{file}} hat mehr als {{maximum, number}} Zeichen. Importieren Sie in Teilen.',
      confirm_one: 'Damit wird {{count}} Benutzer angelegt oder geändert.',
      confirm_other: 'Damit werden {{count, number}} Benutzer angelegt oder geändert.',
    },
    bulk: {
      summary:
        'Mit vielen Benutzern dasselbe tun, genannten oder gesuchten; der Server macht von selbst weiter',
      chooseOne: 'Nennen Sie die Benutzer oder suchen Sie nach ihnen, nicht beides.',
      toDomain: 'wohin, bei move',
      none: 'Keine Benutzer gefunden.',
      confirm: {
        enable_one: 'Damit wird {{count}} Benutzer aktiviert.',
        enable_other: 'Damit werden {{count, number}} Benutzer aktiviert.',
        disable_one: 'Damit wird {{count}} Benutzer deaktiviert: kein Passcode von ihm wird angenommen.',
        disable_other:
          'Damit werden {{count, number}} Benutzer deaktiviert: kein Passcode von ihnen wird angenommen.',
        move_one: 'Damit wird {{count}} Benutzer mit seinen Token verschoben.',
        move_other: 'Damit werden {{count, number}} Benutzer mit ihren Token verschoben.',
        delete_one:
          'Damit wird {{count}} Benutzer endgültig gelöscht, und die Zuweisung der Token wird aufgehoben.',
        delete_other:
          'Damit werden {{count, number}} Benutzer endgültig gelöscht, und die Zuweisung der Token wird aufgehoben.',
      },
      done_one: '{{count}} Benutzer erledigt.',
      done_other: '{{count, number}} Benutzer erledigt.',
    },
    export: {
      summary: 'Benutzer als CSV speichern, zum erneuten Importieren oder für eine Tabellenkalkulation',
      done_one: '{{count}} Benutzer ist in {{file}} gespeichert.',
      done_other: '{{count, number}} Benutzer sind in {{file}} gespeichert.',
    },
    show: { summary: 'Einen Benutzer zeigen' },
    edit: {
      summary: 'Namen, E-Mail-Adresse und Sicherheitsdomäne eines Benutzers ändern',
      done: 'Benutzer {{user}} ist geändert.',
    },
    enable: { summary: 'Einen Benutzer aktivieren', done: 'Benutzer {{user}} ist aktiviert.' },
    disable: {
      summary: 'Einen Benutzer deaktivieren: Kein Passcode von ihm wird angenommen',
      done: 'Benutzer {{user}} ist deaktiviert.',
    },
    delete: {
      summary: 'Einen Benutzer löschen; die Zuweisung seiner Token wird aufgehoben',
      confirm: 'Das löscht den Benutzer {{user}}.',
      confirmTokens: 'Das löscht den Benutzer {{user}} und hebt die Zuweisung von {{tokens}} auf.',
      done: 'Benutzer {{user}} ist gelöscht.',
    },
    unlock: {
      summary: 'Einen Benutzer entsperren, der nach falschen Passcodes gesperrt ist',
      done: 'Benutzer {{user}} ist entsperrt.',
    },
    activity: {
      summary:
        'Zeigen, was ein Benutzer und seine Token in den letzten sieben Tagen taten, das Letzte zuerst',
      none: 'In den letzten sieben Tagen nichts.',
    },
    password: {
      summary:
        'Einem Benutzer ein Passwort für die Self-Service Console geben, von der Standardeingabe gelesen oder zweimal erfragt; seine Sitzungen enden',
      keep: 'der Benutzer darf es behalten; sonst wählt er bei der nächsten Anmeldung ein anderes',
      remove: 'das Passwort stattdessen entfernen',
      removed: '{{user}} hat kein Passwort mehr; die Sitzungen sind beendet.',
      done: 'Das Passwort von {{user}} ist gesetzt; die Sitzungen sind beendet.',
      mustChange:
        'Das Passwort von {{user}} ist gesetzt; die Sitzungen sind beendet. Bei der nächsten Anmeldung muss ein anderes gewählt werden.',
    },
    mail: {
      summary:
        'Die Sprache von E-Mail an einen Benutzer und das Zertifikat für verschlüsselte E-Mail zeigen oder ändern',
      language: 'Sprache der E-Mail; default: die der Installation',
      certificate: 'Datei mit dem Zertifikat des Benutzers (PEM oder base64)',
      noCertificate: 'das Zertifikat entfernen',
      default: 'die der Installation',
    },
    activationWindow: {
      summary:
        'Einen Benutzer, der ein Token hat, einmal ein weiteres ohne dieses aktivieren lassen: bei verlorenem oder neuem Telefon',
      close: 'das offene Fenster schließen',
      opened: 'Das Aktivierungsfenster von {{user}} ist offen.',
      closed: 'Das Aktivierungsfenster von {{user}} ist geschlossen.',
      noPassword: '{{user}} hat kein Passwort: sower user password {{user}}',
    },
  },
  source: {
    summary: 'Die Verzeichnisse, aus denen Benutzer kommen',
    notFound: 'Es gibt keine Identitätsquelle namens {{name}}.',
    list: {
      summary: 'Die Identitätsquellen in ihrer Reihenfolge auflisten',
      none: 'Keine Verzeichnisse: Benutzer kommen nur aus der internen Datenbank. Eines hinzufügen: sower source add NAME',
    },
    show: { summary: 'Eine Identitätsquelle zeigen' },
    add: { summary: 'Ein Verzeichnis hinzufügen; es ist aus, bis Sie es einschalten' },
    edit: { summary: 'Eine Identitätsquelle ändern; von da an haben ihre Abgleiche Ihre Rechte' },
    test: {
      summary:
        'Ein Verzeichnis Schritt für Schritt prüfen und zehn seiner Einträge so zeigen, wie sie Benutzer würden',
      find: 'jemand, der gezeigt werden soll, mit einem beliebigen seiner Anmeldenamen',
      step: {
        name: 'Hostname',
        connect: 'Verbindung',
        tls: 'TLS',
        bind: 'Konto',
        base: 'Basis-DN',
        filter: 'Filter',
        entries: 'Einträge',
        groups: 'Gruppen',
      },
      state: { passed: 'bestanden', warning: 'Warnung', failed: 'gescheitert', skipped: 'nicht versucht' },
    },
    state: {
      active: 'aktiv',
      disabled: 'deaktiviert',
      expired: 'abgelaufen',
      locked: 'gesperrt',
    },
    run: {
      summary: 'Ein Verzeichnis lesen und zeigen, was sich ändern würde; mit --now auch ändern',
      now: 'sofort ausführen, wenn dabei nicht zu viele deaktiviert würden',
      delta: 'nur lesen, was sich seit dem letzten Abgleich geändert hat',
      progress_one: '{{count, number}} Eintrag gelesen',
      progress_other: '{{count, number}} Einträge gelesen',
      waiting:
        'Noch ist nichts geändert. Ansehen mit sower source findings, danach: sower source start NAME {{run}}',
      stopped_one:
        'Angehalten: Eine Änderung liegt über den Grenzen der Quelle. Trotzdem ausführen: sower source start NAME {{run}} --exceeding {{count}}',
      stopped_other:
        'Angehalten: {{count, number}} Änderungen liegen über den Grenzen der Quelle. Trotzdem ausführen: sower source start NAME {{run}} --exceeding {{count}}',
    },
    start: {
      summary: 'Ausführen, was ein Abgleich gefunden hat',
      exceeding:
        'wie viele Änderungen über den Grenzen der Quelle liegen; nötig, wenn der Abgleich angehalten wurde',
      disable: 'dasselbe, wie frühere Versionen es nannten',
    },
    cancel: { summary: 'Einen Abgleich abbrechen; was getan ist, bleibt' },
    runs: {
      summary: 'Die Abgleiche eines Verzeichnisses auflisten, die neuesten zuerst',
      name: 'Abgleiche',
      none: 'Noch keine Abgleiche.',
    },
    findings: {
      summary: 'Auflisten, was ein Abgleich zu jedem Eintrag gefunden hat, Feld für Feld',
      action: 'nur diese',
      out: 'alles in eine CSV-Datei schreiben',
      name: 'Befunde',
      none: 'Nichts ändert sich.',
    },
    change: {
      disabled: 'Deaktivierte Benutzer',
      returning: 'Wieder aktivierte Benutzer',
      added: 'Hinzugefügte Benutzer',
      userIds: 'Geänderte Benutzer-IDs',
      names: 'Geänderte Mailadressen und Anmeldenamen',
      details: 'Geänderte Namen, Telefonnummern und Einträge',
      groups: 'Geänderte Gruppen',
      domains: 'In eine andere Sicherheitsdomäne verschoben',
      roles: 'Benutzer, die eine Rolle bekommen',
      rolesLost: 'Benutzer, die eine Rolle verlieren',
      conflicts: 'Benutzer-IDs im Konflikt',
    },
    action: {
      added: 'Hinzugefügt',
      linked: 'Verknüpft',
      changed: 'Geändert',
      moved: 'Verschoben',
      disabled: 'Deaktiviert',
      returning: 'Zurück',
      gone: 'Ausgeschieden',
      conflict: 'Im Konflikt',
      skipped: 'Ausgelassen',
      refused: 'Abgelehnt',
    },
    choose: {
      summary:
        'Wählen, was aus Einträgen wird, deren Benutzer-ID jemand anderes hat: link (mit diesem Benutzer verknüpfen), qualify (die Benutzer-ID erweitern), skip (auslassen) oder none (Wahl aufheben)',
      number: 'ein Befund nach seiner Nummer; mehrere mit weiteren --number',
      all: 'alle Konflikte dieser Art: Die Benutzer-ID hat ein Benutzer der internen Datenbank, ein ausgeschiedener, einer aus einem Verzeichnis oder ein anderer Eintrag',
      suffix: 'bei qualify: was hinter der Benutzer-ID steht, etwa @example.com',
      which: 'Geben Sie an, welche: --number N oder --all ART.',
      confirm_one: 'Das entscheidet {{count, number}} Konflikt: {{choice}}.',
      confirm_other: 'Das entscheidet {{count, number}} Konflikte: {{choice}}.',
      choice: {
        link: 'der Eintrag wird mit dem Benutzer verknüpft, der die Benutzer-ID hat',
        qualify: 'der Eintrag erhält eine erweiterte Benutzer-ID',
        skip: 'der Eintrag bleibt ausgelassen',
        none: 'die Wahl wird aufgehoben',
      },
      chosen_one: '{{count, number}} Konflikt ist entschieden.',
      chosen_other: '{{count, number}} Konflikte sind entschieden.',
      refused_one: '{{count, number}} ließ sich so nicht entscheiden:',
      refused_other: '{{count, number}} ließen sich so nicht entscheiden:',
      next: 'Der nächste Abgleich führt es aus. Vorher ansehen: sower source run NAME',
    },
    choices: {
      summary: 'Auflisten, was für Einträge eines Verzeichnisses gewählt ist',
      name: 'Entscheidungen',
      none: 'Nichts ist gewählt.',
    },
    forget: { summary: 'Vergessen, was für einen Eintrag gewählt ist: Der nächste Abgleich fragt wieder' },
    forgotten: 'Für {{key}} ist nichts mehr gewählt.',
    onSummary:
      'Eine Identitätsquelle einschalten: Abgleiche nach Zeitplan und Anmeldungen mit ihren Passwörtern',
    offSummary: 'Eine Identitätsquelle ausschalten',
    delete: {
      summary: 'Eine Identitätsquelle löschen, aus der kein Benutzer kommt',
      confirm: 'Damit wird die Identitätsquelle {{source}} gelöscht.',
    },
    option: {
      kind: 'die Art des Verzeichnisses; legt Filter und Attribute fest',
      url: 'ldaps://HOST oder ldap://HOST, in dieser Reihenfolge versucht',
      base: 'DN des Teilbaums mit den Benutzern',
      filter: 'welche Einträge darin Benutzer sind',
      bind: 'DN oder UPN des Kontos, das sucht',
      password: 'das Passwort dieses Kontos von der Standardeingabe lesen oder danach fragen',
      ca: 'Datei mit den Zertifikaten der Zertifizierungsstelle, als PEM',
      noStartTls: 'StartTLS bei ldap:// nicht verlangen',
      plain: 'ldap:// ohne TLS erlauben: jeder im Netz dazwischen kann jedes Passwort mitlesen',
      securityDomain: 'die Sicherheitsdomäne, in die ihre Benutzer kommen',
      settings: 'JSON-Datei mit beliebigen Einstellungen, wie „show --json“ sie ausgibt',
    },
    added: 'Die Identitätsquelle {{source}} ist hinzugefügt und aus.',
    edited: 'Die Identitätsquelle {{source}} ist geändert.',
    isOn: 'Die Identitätsquelle {{source}} ist eingeschaltet.',
    isOff: 'Die Identitätsquelle {{source}} ist ausgeschaltet.',
    deleted: 'Die Identitätsquelle {{source}} ist gelöscht.',
  },
  administrator: {
    byDirectory: '{{role}} (durch eine Gruppe)',
    summary: 'Administratoren: wer sich an der Konsole anmelden darf, mit welchen Rollen',
    list: { summary: 'Administratoren auflisten', none: 'Keine Administratoren.' },
    add: {
      directoryUser:
        'ein Benutzer eines Verzeichnisses, der sich mit dem Passwort dort anmeldet; sonst wird nach einem Passwort gefragt',
      summary:
        'Einen Administrator hinzufügen; das Passwort wird von der Standardeingabe gelesen oder zweimal erfragt und bei der ersten Anmeldung geändert',
      done: 'Administrator {{user}} ist hinzugefügt.',
    },
    role: '{{what}}, die in einer Sicherheitsdomäne und denen darunter gilt (Vorgabe: die oberste); für mehrere wiederholen',
    mail: "Adresse für E-Mail über Anträge, Warnungen, angehaltene Abgleiche, Vertretungen und Berichte; '' für keine",
    roleGiven: 'eine Rolle',
    roleInstead: 'eine Rolle, anstelle aller bisherigen',
    roleForm: 'Geben Sie eine Rolle an, oder eine Rolle und eine Sicherheitsdomäne als ROLE@DOMAIN.',
    edit: {
      summary: 'Die Rollen eines Administrators ändern, oder womit er sich anmeldet',
      tokenOf: 'nach dem Passwort einen Passcode dieses Benutzers verlangen, der dieselbe Person sein muss',
      withoutToken: 'keinen Passcode verlangen, etwa wenn das Token verloren ist',
      done: 'Administrator {{user}} ist geändert.',
    },
    forgetPasskeys: {
      summary: 'Alle Passkeys eines Administrators entfernen, der sie verloren hat; seine Sitzungen enden',
      done: '{{user}} hat keine Passkeys mehr und meldet sich ohne an.',
    },
    disable: {
      summary: 'Einen Administrator deaktivieren: Seine Sitzungen enden, er kann sich nicht anmelden',
      done: 'Administrator {{user}} ist deaktiviert.',
    },
    enable: { summary: 'Einen Administrator aktivieren', done: 'Administrator {{user}} ist aktiviert.' },
    password: {
      summary:
        'Einem Administrator ein neues Passwort geben, von der Standardeingabe gelesen oder zweimal erfragt und bei der nächsten Anmeldung zu ändern; seine Sitzungen enden',
      done: 'Das Passwort von {{user}} ist gesetzt und bei der nächsten Anmeldung zu ändern; die Sitzungen sind beendet.',
    },
    delete: {
      summary: 'Einen Administrator löschen',
      confirm: 'Das löscht den Administrator {{user}}; seine Sitzungen enden.',
      done: 'Administrator {{user}} ist gelöscht.',
    },
    notFound: 'Es gibt keinen Administrator {{name}}.',
    factor: {
      password: 'Passwort',
      token: 'Passwort und einem Passcode von {{user}}',
      passkeys_one: 'einem Passkey',
      passkeys_other: '{{count, number}} Passkeys',
      or: '{{one}} oder {{other}}',
    },
    temporary: 'vorläufig, bei der nächsten Anmeldung zu ändern',
  },
  role: {
    summary: 'Rollen: benannte Mengen von Rechten für Administratoren',
    list: { summary: 'Rollen auflisten', none: 'Keine Rollen.' },
    add: {
      summary: 'Eine Rolle aus Rechten hinzufügen, die Sie selbst haben',
      permission: 'was sie erlaubt',
      done: 'Rolle {{role}} ist hinzugefügt.',
    },
    description: 'wofür sie ist',
    edit: {
      summary: 'Eine Rolle ändern; das gilt sofort für alle, die sie haben',
      name: 'ein neuer Name',
      permission: 'was sie erlaubt, anstelle von allem Bisherigen',
      done: 'Rolle {{role}} ist geändert.',
    },
    delete: {
      summary: 'Eine Rolle löschen, die niemand hat',
      confirm: 'Das löscht die Rolle {{role}}.',
      done: 'Rolle {{role}} ist gelöscht.',
    },
    notFound: 'Es gibt keine Rolle {{name}}.',
  },
  whoCan: {
    summary: 'Zeigen, wer ein Recht hat, durch welche Rolle und in welcher Sicherheitsdomäne',
    nobody: 'Niemand hat es.',
  },
  securityDomain: {
    summary: 'Sicherheitsdomänen: der Baum, in dem Benutzer, Token und die Rollen für sie liegen',
    list: { summary: 'Die Sicherheitsdomänen auflisten, jede unter der, in der sie liegt' },
    add: {
      summary: 'Eine Sicherheitsdomäne hinzufügen',
      parent: 'die, unter der sie liegt (Vorgabe: die oberste)',
      done: 'Sicherheitsdomäne {{domain}} ist hinzugefügt.',
    },
    rename: {
      summary: 'Eine Sicherheitsdomäne umbenennen',
      done: 'Sicherheitsdomäne {{domain}} ist umbenannt.',
    },
    delete: {
      summary: 'Eine leere Sicherheitsdomäne löschen',
      confirm: 'Das löscht die Sicherheitsdomäne {{domain}}.',
      done: 'Sicherheitsdomäne {{domain}} ist gelöscht.',
    },
    notFound: 'Es gibt keine Sicherheitsdomäne {{name}}.',
  },
};
