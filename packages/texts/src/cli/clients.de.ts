/** `sower radius-client`, `agent`, `api-key` and `server-key` in German; see clients.en.ts. */
import type { Translation } from '../catalogue.ts';
import { apiKeyStandings } from '../names.de.ts';
import type { clientsEn } from './clients.en.ts';

export const clientsDe: Translation<typeof clientsEn> = {
  radiusClient: {
    summary: 'RADIUS-Clients: VPN-Gateways und Rechner, die RADIUS-Anfragen senden dürfen',
    list: {
      summary: 'RADIUS-Clients auflisten',
      none: 'Keine RADIUS-Clients.',
      notListening: 'Der Server beantwortet kein RADIUS: Starten Sie ihn mit --radius.',
      listening: 'Der Server beantwortet RADIUS auf {{addresses}}.',
    },
    securityDomain:
      'die Sicherheitsdomäne, für deren Benutzer er zuständig ist, mit denen darunter (Vorgabe: die oberste)',
    attribute:
      'geht mit jeder Annahme hinaus, etwa Filter-Id=vpn, oder „[Externe] Filter-Id=gast“ für Benutzer dieser Sicherheitsdomäne, oder „<cn=vpn,dc=example> Filter-Id=vpn“ für Mitglieder dieser Gruppe; wiederholen',
    attributeForm: 'Geben Sie ein Attribut als NAME=VALUE an, etwa Filter-Id=vpn.',
    withoutMessageAuthenticator: 'Anfragen ohne ihn annehmen: nur für alte Geräte, und unsicher',
    password:
      'wie er das Passwort eines Benutzers sendet: none, then-passcode (zuerst das Passwort, dann den Passcode als Antwort auf eine Rückfrage) oder with-passcode (beides in einem Feld)',
    passwords: { none: 'keines', 'then-passcode': 'dann Passcode', 'with-passcode': 'mit Passcode' },
    otherNames:
      'auch Namen annehmen, die die Identitätsquelle schützt, nicht nur die Benutzer-ID: für Clients, die den User-Name der Antwort einlassen',
    onlyUserId: 'wieder nur die Benutzer-ID annehmen',
    certificate: 'RadSec: SHA-256-Fingerabdruck des Zertifikats, das er zeigt',
    add: {
      summary:
        'Einen RADIUS-Client mit Adresse oder CIDR-Bereich hinzufügen; ein Geheimnis wird erzeugt und einmal gezeigt',
      secretFromInput: 'das Geheimnis von der Standardeingabe lesen, statt eines erzeugen zu lassen',
      done: 'RADIUS-Client {{name}} ist hinzugefügt.',
    },
    edit: {
      summary: 'Einen RADIUS-Client ändern',
      messageAuthenticator: 'ihn wieder verlangen',
      name: 'ein anderer Name',
      network: 'eine andere Adresse oder ein anderer CIDR-Bereich',
      enable: 'seine Anfragen beantworten',
      disable: 'seine Anfragen nicht beantworten',
      done: 'RADIUS-Client {{name}} ist gespeichert.',
    },
    secret: {
      summary: 'Einem RADIUS-Client ein anderes Geheimnis geben; das bisherige gilt nur noch wenige Sekunden',
      secretFromInput: 'es von der Standardeingabe lesen, statt eines erzeugen zu lassen',
    },
    delete: {
      summary: 'Einen RADIUS-Client löschen',
      confirm: 'Das löscht den RADIUS-Client {{name}}; der Server antwortet ihm nicht mehr.',
      done: 'RADIUS-Client {{name}} ist gelöscht.',
    },
    notFound: 'Es gibt keinen RADIUS-Client {{name}}.',
    once: 'Das Geheimnis wird nur dieses eine Mal gezeigt. Tragen Sie es beim Client ein.',
    unsafe:
      'Anfragen ohne Message-Authenticator werden angenommen: In einem Netz mit anderen lässt sich aus einer Ablehnung eine Annahme fälschen (CVE-2024-3596).',
  },
  agent: {
    summary:
      'Authentifizierungs-Agenten: Programme, die Passcodes prüfen, jedes mit einem eigenen Schlüssel (POST /mfa/v1_1/authn)',
    list: { summary: 'Authentifizierungs-Agenten auflisten', none: 'Keine Authentifizierungs-Agenten.' },
    add: {
      summary: 'Einen Authentifizierungs-Agenten hinzufügen; sein Schlüssel wird einmal gezeigt',
      securityDomain:
        'die Sicherheitsdomäne, für deren Benutzer er zuständig ist, mit denen darunter (Vorgabe: die oberste)',
    },
    edit: {
      summary: 'Einen Authentifizierungs-Agenten ändern',
      securityDomain: 'die Sicherheitsdomäne, für deren Benutzer er zuständig ist, mit denen darunter',
      name: 'ein anderer Name',
      enable: 'seine Anfragen beantworten',
      disable: 'seine Anfragen ablehnen',
      done: 'Authentifizierungs-Agent {{name}} ist gespeichert.',
    },
    key: {
      summary:
        'Einem Authentifizierungs-Agenten einen anderen Schlüssel geben; der bisherige gilt nur noch wenige Sekunden',
    },
    delete: {
      summary: 'Einen Authentifizierungs-Agenten löschen',
      confirm: 'Das löscht den Authentifizierungs-Agenten {{name}}; er wird von nun an abgelehnt.',
      done: 'Authentifizierungs-Agent {{name}} ist gelöscht.',
    },
    notFound: 'Es gibt keinen Authentifizierungs-Agenten {{name}}.',
    once: 'Der Schlüssel wird nur dieses eine Mal gezeigt. Der Agent sendet ihn im Header client-key.',
  },
  state: { enabled: 'aktiviert', disabled: 'deaktiviert' },
  apiKey: {
    summary: 'API-Schlüssel: wer den Server aufrufen darf, und wofür',
    add: {
      summary: 'Einen API-Schlüssel hinzufügen; er wird einmal gezeigt',
      permission: 'was er darf',
      expires: 'letzter Tag, an dem er gilt, JJJJ-MM-TT',
      securityDomain: 'die Sicherheitsdomäne, für die er gilt, mit denen darunter (Vorgabe: die oberste)',
      once: 'Der Schlüssel wird nur dieses eine Mal gezeigt. Verwenden Sie ihn als SOWER_API_KEY oder nach „Authorization: Bearer“.',
    },
    recover: {
      summary:
        'Auf dem Rechner des Servers: der Befehlszeile einen anderen Schlüssel geben, wenn admin-api-key verloren oder abgelaufen ist',
      data: 'Datenordner',
      database: 'wie bei sower serve',
      launcher: 'Starten Sie dies mit dem Startprogramm: sower api-key recover',
    },
    list: { summary: 'API-Schlüssel auflisten', none: 'Keine API-Schlüssel.' },
    takeOver: {
      summary:
        'Einen API-Schlüssel dem Inhaber des Schlüssels übertragen, den Sie verwenden; er darf dann höchstens, was dieser Inhaber darf',
      confirm:
        'Der API-Schlüssel {{name}} wechselt den Inhaber: Die Rollen des neuen begrenzen, was er darf.',
      done: 'API-Schlüssel {{name}} gehört jetzt {{owner}}.',
    },
    delete: {
      summary: 'Einen API-Schlüssel widerrufen',
      confirm: 'Das widerruft den API-Schlüssel {{name}}; wer ihn verwendet, wird sofort abgelehnt.',
      done: 'API-Schlüssel {{name}} ist widerrufen.',
    },
    notFound: 'Es gibt keinen API-Schlüssel mit der ID {{id}}.',
    standing: apiKeyStandings,
  },
  serverKey: {
    summary: 'Die RSA-Schlüssel des CT-KIP-Servers',
    list: { summary: 'Die Schlüssel auflisten', none: 'Keine Schlüssel.' },
    rotate: {
      summary:
        'Einen neuen Schlüssel erzeugen und von nun an verwenden; laufende Vorgänge können mit den alten noch enden',
      bits: 'Größe; 1024 ist nur für alte Clients und schwach',
      progress: 'Einen Schlüssel erzeugen',
      done: 'Schlüssel {{id}} mit {{bits}} Bit ist in Verwendung.',
    },
  },
};
