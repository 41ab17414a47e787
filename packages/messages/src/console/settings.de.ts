/** Settings, API keys and server keys; see settings.en.ts. */
import type { Translation } from '../catalogue.ts';
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
    groups: {
      organization: 'Organisation',
      provisioning: 'Konfiguration von Dynamic Seed Provisioning',
      tokens: 'Token',
      activation: 'Aktivierung',
      selfService: 'Selbstbedienung',
      logOn: 'Anmeldung',
      verify: 'Prüfung',
    },
    names: {
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
      },
    },
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
    standings: {
      active: 'wirksam',
      limited: 'eingeschränkt: Sein Besitzer darf nicht alles davon',
      expired: 'abgelaufen',
      'owner-disabled': 'unwirksam: Sein Besitzer ist deaktiviert',
      'owner-deleted': 'unwirksam: Sein Besitzer wurde gelöscht',
      'owner-may-not': 'unwirksam: Sein Besitzer darf nichts davon',
      altered: 'unwirksam: Er wurde in der Datenbank verändert, nicht vom Server',
    },
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
