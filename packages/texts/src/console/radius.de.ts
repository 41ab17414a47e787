/** RADIUS-Clients und Authentifizierungs-Agenten: Deutsch. */
import type { Translation } from '../catalogue.ts';
import type { radiusTexts as english } from './radius.en.ts';

export const radiusTexts: Translation<typeof english> = {
  radiusClients: {
    title: 'RADIUS-Clients',
    intro:
      'VPN-Gateways, WLAN-Controller und Rechner, die diesen Server über RADIUS fragen, ob ein Passcode richtig ist.',
    listening: 'Dieser Server beantwortet RADIUS auf',
    off: 'Dieser Server beantwortet kein RADIUS',
    offBody: 'Starten Sie ihn mit --radius 0.0.0.0:1812, und öffnen Sie diesen Port für die Clients hier.',
    add: 'RADIUS-Client hinzufügen',
    addAction: 'Hinzufügen',
    edit: 'Bearbeiten',
    editTitle: 'RADIUS-Client {{name}} bearbeiten',
    name: 'Name',
    nameHelp: 'Steht im Prüfprotokoll für den, der gefragt hat.',
    network: 'Adresse oder Netz',
    networkHelp:
      'Etwa 192.0.2.7, 192.0.2.0/24 oder 2001:db8::/48. Passen mehrere, entscheidet das längste Präfix.',
    secret: 'Geheimnis',
    secretMade: 'Ein Geheimnis erzeugen lassen (empfohlen)',
    secretTyped: 'Ein Geheimnis eingeben',
    secretTypedHelp:
      'Mindestens 16 Zeichen. Wer ein Paket aufzeichnet, kann das Geheimnis beliebig lange zu erraten versuchen: Ein ausgedachtes hält nicht stand.',
    require: 'Message-Authenticator verlangen',
    requireHelp:
      'Ohne ihn kann jemand im Netz dazwischen aus einer Ablehnung eine Annahme machen (CVE-2024-3596).',
    optionalWarning:
      'Nur für alte Geräte, die ihn nicht senden können, in einem Netz, in dem sonst niemand ist.',
    password: {
      label: 'Passwort',
      help: 'Bei Benutzern eines Verzeichnisses dessen Passwort, bei anderen das der Self-Service Console. Was auch immer falsch ist: Der Client bekommt dieselbe Ablehnung.',
      none: 'Keines: nur der Passcode',
      'then-passcode': 'Passwort, dann der Passcode als Antwort auf eine Rückfrage',
      'with-passcode': 'Passwort und Passcode in einem Feld, der Passcode zuletzt',
    },
    otherNames: 'Auch weitere Namen annehmen',
    otherNamesHelp:
      'Mit Passwort: Namen aus Attributen, die die Identitätsquelle als geschützt führt, nicht nur die Benutzer-ID. Nur für einen Client, der den User-Name der Antwort einlässt und nicht den eingegebenen Namen.',
    attributes: 'Antwort-Attribute',
    attributesHelp:
      'Gehen mit jeder Annahme hinaus. Eines je Zeile, etwa Filter-Id = vpn, Class = staff, Framed-IP-Address = 192.0.2.10 oder Vendor-9-1 = shell:priv-lvl=15. Davor eine Sicherheitsdomäne, etwa [Externe] Filter-Id = gast: für deren Benutzer und die darunter, anstelle dessen, was die übrigen unter diesem Namen erhalten. Davor eine Gruppe, etwa <cn=vpn,ou=gruppen,dc=example,dc=com> Filter-Id = vpn: für deren Mitglieder.',
    attributesLine:
      'Zeile {{line}} hat nicht die Form Name = Wert, [Sicherheitsdomäne] Name = Wert oder <Gruppe> Name = Wert.',
    onlyGroups: 'Nur Mitglieder von',
    onlyGroupsHelp:
      'DNs von Gruppen, eine je Zeile, deren Mitglieder eine Identitätsquelle führt. Benutzer, die in keiner davon sind, gibt es für diesen Client nicht. Leer: alle Benutzer.',
    domain: 'Benutzer aus',
    domainAll: 'Jeder Sicherheitsdomäne',
    domainKept: '{{name}} (wie jetzt)',
    certificate: 'Fingerabdruck des Zertifikats',
    certificateHelp: 'Nur für RadSec: SHA-256 des Zertifikats, das der Client zeigt.',
    messageAuthenticator: 'Message-Authenticator',
    required: 'Verlangt',
    optional: 'Nicht verlangt',
    state: 'Zustand',
    enabled: 'Aktiviert',
    disabled: 'Deaktiviert',
    enable: 'Aktivieren',
    disable: 'Deaktivieren',
    enableTitle: 'RADIUS-Client {{name}} aktivieren?',
    enableBody: 'Seine Anfragen werden wieder beantwortet.',
    disableTitle: 'RADIUS-Client {{name}} deaktivieren?',
    disableBody:
      'Seine Anfragen werden nicht beantwortet, bis Sie ihn aktivieren. Über ihn kann sich niemand anmelden.',
    changeSecret: 'Geheimnis ändern',
    changeTitle: 'Geheimnis von {{name}} ändern',
    changeBody: 'Das jetzige Geheimnis endet in wenigen Sekunden. Tragen Sie das neue auch beim Client ein.',
    changeAction: 'Geheimnis ändern',
    test: 'Ausprobieren',
    testTitle: '{{name}} ausprobieren',
    testBody:
      'Auf einem Rechner in {{network}} mit dem Paket freeradius-utils, mit einem Benutzer und einem frischen Passcode:',
    testExpect:
      'Received Access-Accept heißt, dass alles stimmt. Keine Antwort: Suchen Sie im Prüfprotokoll nach verworfenen Paketen.',
    command: 'Befehl',
    madeTitle: 'Geheimnis von {{name}}',
    once: 'Das Geheimnis wird nur dieses eine Mal gezeigt. Tragen Sie es jetzt beim Client ein.',
    kept: 'Ich habe das Geheimnis eingetragen',
    delete: 'Löschen',
    deleteTitle: 'RADIUS-Client {{name}} löschen?',
    deleteBody: 'Seine Anfragen werden nicht mehr beantwortet. Das lässt sich nicht rückgängig machen.',
    none: 'Es gibt noch keinen RADIUS-Client',
    noneBody: 'Fügen Sie den ersten hinzu: seine Adresse und ein Geheimnis, das beide Seiten kennen.',
    said: {
      added: 'RADIUS-Client {{name}} ist hinzugefügt.',
      saved: 'RADIUS-Client {{name}} ist gespeichert.',
      changed: 'Das Geheimnis von {{name}} ist geändert.',
      deleted: 'RADIUS-Client {{name}} ist gelöscht.',
    },
  },
  agents: {
    title: 'Authentifizierungs-Agenten',
    intro:
      'Programme, die über die Authentifizierungs-API für Agenten fragen (POST /mfa/v1_1/authn), jedes mit eigenem Schlüssel.',
    add: 'Authentifizierungs-Agent hinzufügen',
    addAction: 'Hinzufügen',
    name: 'Name',
    nameHelp: 'Der Agent sendet ihn als clientId.',
    domain: 'Benutzer aus',
    createdAt: 'Hinzugefügt',
    edit: 'Bearbeiten',
    editTitle: 'Authentifizierungs-Agent {{name}} bearbeiten',
    enable: { title: 'Agent {{name}} aktivieren?', body: 'Seine Anfragen werden wieder beantwortet.' },
    disable: {
      title: 'Agent {{name}} deaktivieren?',
      body: 'Sein Schlüssel wird abgelehnt, bis Sie ihn aktivieren. Über ihn kann sich niemand anmelden.',
    },
    newKey: 'Neuer Schlüssel',
    newKeyTitle: 'Einen neuen Schlüssel für {{name}} erzeugen?',
    newKeyBody: 'Der jetzige Schlüssel endet in wenigen Sekunden.',
    newKeyAction: 'Neuen Schlüssel erzeugen',
    madeTitle: 'Schlüssel von {{name}}',
    once: 'Der Schlüssel wird nur dieses eine Mal gezeigt. Der Agent sendet ihn in der Kopfzeile client-key.',
    key: 'Schlüssel',
    address: 'Adresse',
    kept: 'Ich habe den Schlüssel gespeichert',
    delete: 'Löschen',
    deleteTitle: 'Authentifizierungs-Agent {{name}} löschen?',
    deleteBody: 'Seine Anfragen werden ab jetzt abgelehnt. Das lässt sich nicht rückgängig machen.',
    none: 'Es gibt noch keinen Authentifizierungs-Agenten',
    noneBody:
      'Fügen Sie für jedes Programm, das fragt, einen eigenen hinzu: So können Sie jeden einzeln abschalten.',
    said: {
      saved: 'Authentifizierungs-Agent {{name}} ist gespeichert.',
      deleted: 'Authentifizierungs-Agent {{name}} ist gelöscht.',
    },
  },
};
