/** Texts of Setup > Certificates and of the certificate check, in German. */
import type { certificatesEn } from './certificates.en.ts';

export const certificatesDe: typeof certificatesEn = {
  certificates: {
    title: 'Zertifikate',
    intro:
      'Was Clients vom TLS-Zertifikat sehen, ob die öffentliche URL antwortet, und wie ein anderes Zertifikat hineinkommt.',
    check: 'Erneut prüfen',
    fine: 'Nichts zu tun: Die öffentliche URL antwortet mit einem vertrauenswürdigen Zertifikat.',
    problems: 'Was nicht stimmt, und was zu tun ist',
    address: 'Adresse',
    publicUrl: 'Öffentliche URL',
    reachable: 'Von diesem Server erreichbar',
    reach: {
      trusted: 'Ja, mit einem Zertifikat, dem er vertraut',
      untrusted: 'Ja, aber er vertraut dem Zertifikat nicht',
      unreachable: 'Nein',
    },
    answeredBy: 'Es antwortet',
    thisServer: 'Dieser Server',
    anotherServer: 'Ein anderer Server',
    source: 'Zertifikat kommt von',
    sources: {
      own: 'Der eigenen Zertifizierungsstelle dieses Servers, angelegt beim ersten Start',
      stored: 'Dem hier gespeicherten Zertifikat',
      files: 'Den beim Start angegebenen Dateien',
      none: 'Einem vorgeschalteten Proxy: Dieser Server spricht unverschlüsseltes HTTP',
    },
    precedence:
      'Beim Start angegebene Dateien (--tls-certificate) gehen vor, dann das hier gespeicherte Zertifikat, dann das der eigenen Zertifizierungsstelle.',
    leaf: 'Zertifikat des Servers',
    issuerCard: 'Ausstellendes Zertifikat {{number}}',
    subject: 'Inhaber',
    issuer: 'Aussteller',
    selfSigned: 'Selbst signiert',
    selfSignedYes: 'Ja: Es ist sein eigener Aussteller',
    names: 'Namen',
    validFrom: 'Gültig ab',
    validTo: 'Gültig bis',
    daysLeft_one: 'noch {{count}} Tag',
    daysLeft_other: 'noch {{count}} Tage',
    expiredAlready: 'abgelaufen',
    keyType: 'Schlüssel',
    signature: 'Signatur',
    fingerprint: 'SHA-256-Fingerabdruck',
    upload: {
      open: 'Zertifikat hochladen',
      title: 'Ein anderes Zertifikat verwenden',
      intro:
        'Eine Zertifikatskette als PEM mit ihrem privaten Schlüssel oder eine PKCS#12-Datei (.p12, .pfx). Sie wird geprüft, bevor etwas geändert wird, und ohne Neustart verwendet.',
      file: 'Zertifikatsdatei',
      fileHelp:
        'PEM, PKCS#12 oder die Antwort einer Zertifizierungsstelle auf eine hier erstellte Anforderung (PEM, DER, .p7b).',
      text: 'Oder die Kette einfügen (PEM)',
      textHelp: 'Zuerst das Zertifikat des Servers, dann jeweils das, welches das vorige ausgestellt hat.',
      chosen: 'Die Datei {{name}} ist gewählt.',
      key: 'Datei mit dem privaten Schlüssel (PEM)',
      keyHelp:
        'Weglassen, wenn der Schlüssel in der Zertifikatsdatei steht oder hier mit einer Anforderung erzeugt wurde.',
      password: 'Passwort des Schlüssels oder der Datei',
      passwordHelp: 'Nur wenn er oder sie verschlüsselt ist.',
      tooLarge: '{{name}} ist größer als jedes Zertifikat. Eine andere Datei wählen.',
      look: 'Prüfen',
      use: 'Dieses Zertifikat verwenden',
      right: 'Dieses Zertifikat kann verwendet werden',
      wrong: 'Dieses Zertifikat kann nicht verwendet werden. Nichts wurde geändert.',
      found: 'Was darin ist',
      used: 'Das Zertifikat wird verwendet. Andere Prozesse folgen innerhalb einer Minute.',
    },
    request: {
      open: 'Anforderung erstellen',
      title: 'Zertifikatsanforderung erstellen',
      intro:
        'Der Server erzeugt einen privaten Schlüssel, behält ihn und gibt Ihnen eine Anforderung für eine Zertifizierungsstelle. Deren Antwort laden Sie hier hoch.',
      names: 'DNS-Namen',
      namesHelp: 'Einer je Zeile. Unter diesen Namen rufen Clients den Server auf.',
      keyType: 'Schlüssel',
      keyTypes: {
        'rsa-2048': 'RSA 2048',
        'rsa-3072': 'RSA 3072',
        'rsa-4096': 'RSA 4096 (langsamer)',
        'ec-p256': 'EC P-256 (neuere Clients)',
      },
      commonName: 'Allgemeiner Name (CN)',
      commonNameHelp: 'Der erste DNS-Name, wenn Sie keinen anderen schreiben.',
      organization: 'Organisation',
      organizationalUnit: 'Organisationseinheit',
      locality: 'Ort',
      state: 'Bundesland oder Kanton',
      country: 'Land',
      countryHelp: 'Zwei Buchstaben, etwa DE.',
      action: 'Anforderung erstellen',
      madeTitle: 'Die Anforderung für {{subject}}',
      madeBody:
        'Senden Sie sie an eine Zertifizierungsstelle, der Ihre Clients vertrauen. Deren Antwort laden Sie mit den Zertifikaten der Stelle hier hoch; der Schlüssel dazu ist schon hier.',
      pem: 'Zertifikatsanforderung (CSR)',
      download: 'Anforderung herunterladen',
    },
    stored: {
      title: 'Hier gespeichert',
      none: 'Hier ist noch nichts gespeichert',
      noneBody: 'Ein Zertifikat hochladen oder eine Anforderung erstellen und ihre Antwort hochladen.',
      own: 'Das eigene des Servers',
      ownNames: 'Von seiner eigenen Zertifizierungsstelle',
      state: 'Zustand',
      states: {
        request: 'Anforderung, wartet auf ihre Antwort',
        'in-use': 'Wird verwendet',
        kept: 'Früher verwendet',
      },
      chosen: 'Gewählt, aber Dateien gehen vor',
      made: 'Erstellt',
      menuOf: 'Aktionen für {{subject}}',
      show: 'Anforderung ansehen',
      answer: 'Antwort hochladen',
      use: 'Dieses Zertifikat verwenden',
      delete: 'Löschen',
      useTitle: '{{subject}} wieder verwenden?',
      useBody:
        'Clients sehen von nun an dieses Zertifikat. Das jetzige bleibt erhalten, so dass Sie zurückkehren können.',
      useAction: 'Zertifikat verwenden',
      deleteTitle: '{{subject}} löschen?',
      deleteBody:
        'Es wird zusammen mit seinem privaten Schlüssel gelöscht. Das kann nicht rückgängig gemacht werden.',
      deleteRequestBody:
        'Die Anforderung wird zusammen mit ihrem privaten Schlüssel gelöscht: Ein Zertifikat, das sie beantwortet, könnte nicht mehr verwendet werden. Das kann nicht rückgängig gemacht werden.',
      deleted: '{{subject}} ist gelöscht.',
    },
  },
  certificateFindings: {
    'certificate-missing':
      'Darin ist kein Zertifikat. Ein Zertifikat als PEM beginnt mit der Zeile -----BEGIN CERTIFICATE-----.',
    'certificate-damaged':
      'Zertifikat {{number}}, das in Zeile {{line}} beginnt, kann nicht gelesen werden: Es ist beschädigt. Die Datei erneut kopieren.',
    'certificate-repeated':
      'Zertifikat {{number}} ({{subject}}) steht zweimal in der Kette. Eines davon herausnehmen.',
    'chain-too-long':
      'Darin sind {{count}} Zertifikate; eine Kette hat höchstens 10. Herausnehmen, was nicht dazugehört.',
    'key-missing':
      'Es ist kein privater Schlüssel dabei, und kein hier erzeugter Schlüssel gehört zu diesem Zertifikat. Die Schlüsseldatei hinzufügen.',
    'key-damaged':
      'Der private Schlüssel kann nicht gelesen werden. Ein Schlüssel als PEM beginnt mit der Zeile -----BEGIN PRIVATE KEY----- oder mit ENCRYPTED, RSA oder EC PRIVATE KEY.',
    'several-keys': 'Darin sind {{count}} private Schlüssel. Nur den des Zertifikats darin lassen.',
    'password-missing': 'Der private Schlüssel ist verschlüsselt. Sein Passwort eingeben.',
    'password-wrong': 'Das Passwort ist nicht das richtige.',
    'pkcs12-damaged':
      'Das ist keine PKCS#12-Datei (.p12 oder .pfx), oder sie ist beschädigt. Die Datei erneut wählen.',
    'encryption-method':
      'Die Verschlüsselung kann hier nicht gelesen werden ({{method}}). Erneut mit AES-256 und SHA-256 exportieren.',
    'too-many-rounds':
      'Die Datei verlangt {{count}} Runden zur Prüfung ihres Passworts; so viele schreibt kein Programm. Erneut exportieren.',
    'key-of-another':
      'Der private Schlüssel ist nicht der von Zertifikat {{number}} ({{subject}}). Den Schlüssel angeben, der mit der Anforderung dafür erzeugt wurde.',
    'key-further-down':
      'Der private Schlüssel gehört zu Zertifikat {{number}} ({{subject}}). Das Zertifikat des Servers muss zuerst stehen: Die Reihenfolge ist falsch.',
    expired:
      'Zertifikat {{number}} ({{subject}}) ist am {{date}} abgelaufen. Bei seiner Zertifizierungsstelle ein neues holen.',
    'not-yet-valid':
      'Zertifikat {{number}} ({{subject}}) gilt erst ab {{date}}. Bis dahin warten oder die Uhr dieses Servers prüfen.',
    'name-missing':
      'Zertifikat 1 nennt {{host}} nicht, das Clients aufrufen; es nennt {{names}}. Eines mit diesem Namen als DNS-Namen holen.',
    'not-for-servers':
      'Zertifikat 1 ({{subject}}) ist nicht für Server bestimmt: In seiner erweiterten Schlüsselverwendung fehlt „TLS Web Server Authentication“.',
    'weak-key':
      'Zertifikat {{number}} ({{subject}}) hat einen Schlüssel, den Clients ablehnen: {{key}}. RSA ab 2048 Bit oder EC P-256 verwenden.',
    'weak-signature':
      'Zertifikat {{number}} ({{subject}}) ist mit {{algorithm}} signiert, was Clients ablehnen. Eines mit SHA-256 holen.',
    'wrong-order':
      'Zertifikat {{number}} ({{subject}}) hat das vorige nicht ausgestellt, sondern Zertifikat {{right}}. Die Reihenfolge ist: Server, dann jeweils das, welches das vorige ausgestellt hat.',
    'foreign-certificate':
      'Zertifikat {{number}} ({{subject}}) hat das vorige nicht ausgestellt, und auch kein anderes hier. Nach Zertifikat {{before}} das von „{{issuer}}“ einfügen oder Nummer {{number}} herausnehmen.',
    'chain-incomplete':
      'Die Kette endet mit Zertifikat {{number}}, ausgestellt von „{{issuer}}“; keine hier bekannte Zertifizierungsstelle heißt so. Das Zertifikat des Ausstellers anhängen.',
    'own-authority':
      'Das Zertifikat stammt von der eigenen Zertifizierungsstelle dieses Servers. Telefone lehnen es ab, und Menschen werden gefragt, ob sie es annehmen. Eines einer vertrauenswürdigen Stelle verwenden: Einrichtung > Zertifikate, oder sower certificate request.',
    'self-signed':
      'Das Zertifikat ist selbst signiert. Telefone lehnen es ab. Eines einer vertrauenswürdigen Stelle verwenden.',
    'expires-soon':
      'Zertifikat {{number}} ({{subject}}) läuft in {{days}} Tagen ab, am {{date}}. Vorher ersetzen; danach nimmt es kein Client mehr an.',
    overridden:
      'Hier ist ein Zertifikat gespeichert, aber dieser Server wurde mit --tls-certificate gestartet, was vorgeht. Ohne diese Option starten, dann wird das gespeicherte verwendet.',
    unreachable:
      '{{url}} antwortet von diesem Rechner aus nicht. Telefone müssen es erreichen, von dort, wo sie sind.',
    'another-server': '{{url}} antwortet, ist aber nicht dieser Server. Hostnamen, Port und Proxy prüfen.',
    untrusted:
      '{{url}} antwortet mit einem Zertifikat, dem dieser Rechner nicht vertraut ({{reason}}). Telefone ohne dessen Zertifizierungsstelle lehnen es ab.',
    'no-tls':
      '{{url}} antwortet ohne TLS. Authenticator-Apps rufen nur https auf; einen Proxy vor diesen Server stellen.',
    'wrong-name': '{{url}} antwortet mit einem Zertifikat, das {{host}} nicht nennt.',
    'other-certificate':
      '{{url}} antwortet mit einem anderen Zertifikat als dem hiesigen: Ein Proxy vor diesem Server hat ein eigenes.',
  },
};
