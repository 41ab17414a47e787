/** Mail, its templates, and the certificates for it; see mail.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { mail as en } from './mail.en.ts';

export const mail: Translation<typeof en> = {
  mail: {
    'given-up_one': 'Nach {{count}} Versuch aufgegeben: {{reply}}',
    'given-up_other': 'Nach {{count}} Versuchen aufgegeben. Der letzte: {{reply}}',
    'further-notice': 'auf Weiteres',
    'test-subject': 'Testnachricht von Sower',
    'test-body': 'Das ist eine Testnachricht von Sower ({{url}}). Der Mailversand funktioniert.',
    'not-found': 'Diese E-Mail wurde nicht gefunden. Gesendete E-Mails werden nach einiger Zeit gelöscht.',
    expired: 'Wovon diese E-Mail berichtet, ist abgelaufen. Verteilen Sie das Token stattdessen erneut.',
    'not-failed': 'Nur eine Mail, die nicht gesendet werden konnte, kann erneut gesendet werden.',
    'not-made': 'Der Server konnte diese E-Mail nicht herstellen. Sein Log hat die Einzelheiten.',
    'too-late': 'Zu spät: Der Aktivierungscode darin, oder wovon sie berichtet, ist abgelaufen.',
    'certificate-gone':
      'Sie darf nur verschlüsselt gesendet werden, und das Zertifikat des Benutzers ist nicht mehr da.',
    'certificate-unusable': 'Sie darf nur verschlüsselt gesendet werden. {{reason}}',
    'not-set-up': 'Der Mailversand ist nicht eingerichtet. Gehen Sie zu Einrichtung > E-Mail.',
    'separate-not-allowed':
      'Link und Aktivierungscode dürfen hier nicht per E-Mail gesendet werden. Siehe Einrichtung > E-Mail.',
    'no-address': 'Der Benutzer hat keine E-Mail-Adresse.',
    'no-address-enter': 'Der Benutzer hat keine E-Mail-Adresse. Geben Sie zuerst eine ein.',
    'no-certificate': 'Der Benutzer hat kein Zertifikat. Hinterlegen Sie es unter „Benutzer bearbeiten“.',
    'encrypted-only': 'Hier sind nur verschlüsselte E-Mails erlaubt.',
    'tls-required':
      'Ohne TLS gehen E-Mails nur an einen Mailserver auf diesem Host (localhost). Wählen Sie STARTTLS oder TLS.',
    'host-required': 'Geben Sie den Hostnamen des Mailservers ein.',
    'sender-required': 'Geben Sie die Absenderadresse ein.',
    'save-first': '{{problem}} Speichern Sie es, und senden Sie dann die Testmail.',
    'password-for-other-server':
      'Das hinterlegte Passwort wurde für die bisherigen Server-Einstellungen eingegeben. Geben Sie es erneut ein, oder entfernen Sie es.',
    'template-unknown-placeholder':
      '{{place}}: Es gibt keinen Platzhalter {{placeholder}}. Verfügbar: {{known}}.',
    'template-stray': '{{place}}: „{{characters}}“ gehört zu keinem Platzhalter.',
    'template-not-edited': 'Diese Vorlage wurde nicht bearbeitet; es gibt nichts zurückzusetzen.',
    place: 'Zeile {{line, number}}, Spalte {{column, number}}',
  },
  'mail-certificate': {
    invalid: 'Das ist kein Zertifikat. Geben Sie es als PEM oder als DER in Base64 an.',
    'rsa-required':
      'Das Zertifikat muss einen RSA-Schlüssel mit mindestens 2048 Bit enthalten. Bitten Sie den Benutzer um ein anderes.',
    'other-address':
      'Das Zertifikat ist für {{addresses}}, nicht für {{address}}. Bitten Sie den Benutzer um das richtige.',
    expired: 'Das Zertifikat ist am {{date, date}} abgelaufen. Verwenden Sie ein neues.',
    'not-yet-valid': 'Das Zertifikat ist noch nicht gültig.',
    'key-usage':
      'Die Schlüsselverwendung des Zertifikats erlaubt das nicht. Verwenden Sie eines für E-Mail (S/MIME).',
    'extended-key-usage':
      'Das Zertifikat ist nicht für E-Mail: Seine erweiterte Schlüsselverwendung nennt andere Zwecke.',
    'no-address':
      'Das Zertifikat nennt keine E-Mail-Adresse und kann für {{address}} nicht verwendet werden. Bitten Sie den Benutzer um ein anderes.',
  },
  signing: {
    'unreadable-certificate': 'Ein Zertifikat in der Datei ist nicht lesbar. Exportieren Sie die Datei neu.',
    'one-key': 'Die Datei muss genau einen privaten Schlüssel enthalten: den zum Signieren.',
    'key-type': 'Der Schlüssel muss RSA sein, oder ECDSA mit P-256 oder P-384.',
    'no-certificate': 'Die Datei enthält kein Zertifikat zu ihrem privaten Schlüssel.',
  },
};
