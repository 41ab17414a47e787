/** Settings, API keys and server keys; see settings.en.ts. */
import type { Translation } from '../catalogue.ts';
import { apiKeyStandings, settingNames } from '../names.de.ts';
import type { settingsEn } from './settings.en.ts';

export const settingsDe: Translation<typeof settingsEn> = {
  settings: {
    title: 'Token',
    intro: 'Einstellungen der ganzen Installation. Sie gelten sofort.',
    address: {
      url: 'CT-KIP-URL in neuen Links',
      check: 'Diese Adresse prüfen',
      trusted: '{{url}} antwortet: Es ist dieser Server, mit einem Zertifikat, dem er vertraut.',
      untrusted:
        '{{url}} antwortet: Es ist dieser Server, aber seinem Zertifikat wird hier nicht vertraut. Siehe Einrichtung > Zertifikate.',
      unnamed:
        '{{url}} antwortet, aber das Zertifikat dort nennt diesen Host nicht: Clients lehnen es ab. Zuerst ein Zertifikat dafür holen.',
      another: '{{url}} antwortet, ist aber nicht dieser Server. Hostnamen, Port und Proxy prüfen.',
      unreachable:
        '{{url}} antwortet von diesem Server aus nicht. Den Namen im DNS, den Port und die Firewall prüfen.',
      changed: 'Was die neue Adresse betrifft',
      changedBody:
        'Links, QR-Codes und Aktivierungs-Mails enthalten sie von nun an. Bereits ausgegebene Links ändern sich nicht: Sie führen zur alten Adresse, solange diese antwortet; wo nicht, die Token neu verteilen. Das Zertifikat muss den neuen Host nennen.',
      wrongHost: 'Nur ein Hostname, etwa otp.example.com: ohne Schema, Port und Pfad.',
      emptyHost: 'Leer: {{host}}, wie in der öffentlichen URL.',
      emptyPort: 'Leer: {{port}}, wie in der öffentlichen URL.',
    },
    helpWithUsual: '{{help}} Üblich: {{usual}}.',
    wrong: 'Dieser Wert liegt außerhalb des Erlaubten.',
    saved: 'Die Einstellungen sind gespeichert.',
    logoNow: 'Das jetzige Logo',
    logoOf_one: 'Ein Logo ({{count, number}} Zeichen)',
    logoOf_other: 'Ein Logo ({{count, number}} Zeichen)',
    logoNone: 'Kein Logo.',
    logoRemove: 'Logo entfernen',
    discard: 'Änderungen verwerfen',
    oldRows: {
      due_one: '{{count}} Zeile würde jetzt gelöscht.',
      due_other: '{{count, number}} Zeilen würden jetzt gelöscht.',
      dueMost: 'Mehr als {{count, number}} Zeilen würden jetzt gelöscht.',
      kinds: {
        audit: 'Prüfprotokoll',
        accounting: 'Von RADIUS-Clients gemeldete Sitzungen',
        history: 'Verlauf von Verteilungen',
        'sent-mail': 'Gesendete Mail',
        'failed-mail': 'Nicht gesendete Mail',
        requests: 'Anträge',
        jobs: 'Aufträge',
      },
      archive: {
        backups:
          'Zeilen des Prüfprotokolls kommen in eine versiegelte Datei bei den Sicherungen, bevor sie gelöscht werden.',
        elsewhere:
          'Ein anderer Server macht die Sicherungen: Zeilen des Prüfprotokolls werden dort archiviert und gelöscht.',
        none: 'Es gibt keine Sicherungen; Zeilen des Prüfprotokolls werden ohne Archiv gelöscht.',
      },
      cut_one:
        'Zuletzt wurde {{at}} {{count}} Zeile vom Prüfprotokoll abgetrennt. Der Rest lässt sich prüfen wie zuvor.',
      cut_other:
        'Zuletzt wurden {{at}} {{count, number}} Zeilen vom Prüfprotokoll abgetrennt. Der Rest lässt sich prüfen wie zuvor.',
      hold: 'Eine Aufbewahrungspflicht erhält alles',
      run: 'Alte Zeilen jetzt löschen',
      begun: 'Der Server löscht alte Zeilen. Was vom Prüfprotokoll abgetrennt wurde, steht darin.',
    },
    groups: {
      organization: 'Organisation',
      provisioning: 'Konfiguration von Dynamic Seed Provisioning',
      tokens: 'Token',
      activation: 'Aktivierung',
      selfService: 'Selbstbedienung',
      logOn: 'Anmeldung',
      requests: 'Anträge',
      verify: 'Prüfung',
      retention: 'Alte Zeilen',
      alerts: 'Warnungen',
    },
    approverMail: { off: 'Aus', immediate: 'Innerhalb einer Minute', daily: 'Einmal am Tag' },
    names: settingNames,
  },
  apiKeys: {
    title: 'API-Schlüssel',
    intro:
      'Für Programme, die die REST-API aufrufen. Ein Schlüssel kann, was seine Rechte sagen, und sonst nichts.',
    add: 'API-Schlüssel anlegen',
    addAction: 'Schlüssel anlegen',
    none: 'Es gibt noch keinen API-Schlüssel',
    noneBody: 'Für jedes Programm einen anlegen, mit nicht mehr Rechten als nötig.',
    name: 'Name',
    nameHelp: 'Was den Schlüssel benutzt. Das Prüfprotokoll zeigt ihn.',
    permissions: 'Rechte',
    permissionCount_one: '{{count}} Recht',
    permissionCount_other: '{{count}} Rechte',
    createdAt: 'Angelegt',
    expiresAt: 'Läuft ab',
    expiresOn: 'Läuft ab am Ende des',
    expiresOnHelp: 'Leer: er läuft nicht ab.',
    madeTitle: 'API-Schlüssel {{name}}',
    once: 'Der Schlüssel wird nur jetzt angezeigt. Ihn dorthin kopieren, wo er benutzt wird.',
    key: 'API-Schlüssel',
    kept: 'Ich habe ihn kopiert',
    owner: 'Besitzer',
    noOwner: 'keiner: auf dem Server angelegt',
    standing: 'Zustand',
    standings: apiKeyStandings,
    lacks: 'Ohne: {{permissions}}',
    endsSoon: 'endet bald',
    takeOver: 'Übernehmen',
    takeOverTitle: 'API-Schlüssel {{name}} übernehmen?',
    takeOverBody:
      'Sie werden sein Besitzer. Er kann dann, wofür er angelegt wurde, solange Sie das selbst dürfen, und zählt als Sie, wo Anträge eine andere Person brauchen.',
    takenOver: 'API-Schlüssel {{name}} gehört jetzt Ihnen.',
    revoke: 'Widerrufen',
    revokeTitle: 'API-Schlüssel {{name}} widerrufen?',
    revokeBody:
      'Programme, die ihn benutzen, werden ab jetzt abgewiesen. Das kann nicht rückgängig gemacht werden.',
    revoked: 'API-Schlüssel {{name}} ist widerrufen.',
  },
  serverKeys: {
    title: 'Serverschlüssel',
    intro: 'Die RSA-Schlüssel des CT-KIP-Servers. Clients verschlüsseln ihre Zufallszahl für den aktiven.',
    id: 'Schlüssel-ID',
    bits: 'Größe',
    use: 'Gebrauch',
    uses: { active: 'Aktiv', retired: 'Außer Dienst: öffnet, was unterwegs ist' },
    createdAt: 'Angelegt',
    rotate: 'Serverschlüssel wechseln',
    rotateTitle: 'Einen neuen Serverschlüssel anlegen?',
    rotateBody: 'Der neue Schlüssel gilt ab jetzt. Der bisherige öffnet noch, was unterwegs ist.',
    rotateAction: 'Neuen Schlüssel anlegen',
    bitsHelp: '2048 nimmt jeder Client an.',
    weak: '1024 Bit sind schwach: nur für alte Clients, die mehr ablehnen.',
    rotated: 'Serverschlüssel {{id}} ist aktiv.',
  },
};
