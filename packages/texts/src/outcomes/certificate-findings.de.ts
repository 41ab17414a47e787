/** Everything that can be said against a TLS certificate; see certificate-findings.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { certificateFindings as en } from './certificate-findings.en.ts';

export const certificateFindings: Translation<typeof en> = {
  'certificate-finding': {
    'acme-failed':
      'Das Zertifikat ließ sich um {{time, time}} nicht über ACME erneuern. {{reason}} Der nächste Versuch ist um {{next, time}}; bis dahin bleibt das jetzige.',
    'acme-aside':
      'ACME ist eingeschaltet, aber das verwendete Zertifikat wurde von Hand gewählt und wird deshalb nicht erneuert. Bestellen Sie jetzt eines (Einrichtung > Zertifikate oder sower certificate acme order), oder schalten Sie ACME aus.',
    'certificate-missing':
      'Darin ist kein Zertifikat. Ein Zertifikat als PEM beginnt mit der Zeile -----BEGIN CERTIFICATE-----.',
    'certificate-damaged':
      'Zertifikat {{number}}, das in Zeile {{line}} beginnt, kann nicht gelesen werden: Es ist beschädigt. Die Datei erneut kopieren.',
    'certificate-repeated':
      'Zertifikat {{number}} ({{subject}}) steht zweimal in der Kette. Eines davon herausnehmen.',
    'chain-too-long':
      'Darin sind {{found}} Zertifikate; eine Kette hat höchstens 10. Herausnehmen, was nicht dazugehört.',
    'key-missing':
      'Es ist kein privater Schlüssel dabei, und kein hier erzeugter Schlüssel gehört zu diesem Zertifikat. Die Schlüsseldatei hinzufügen.',
    'key-damaged':
      'Der private Schlüssel kann nicht gelesen werden. Ein Schlüssel als PEM beginnt mit der Zeile -----BEGIN PRIVATE KEY----- oder mit ENCRYPTED, RSA oder EC PRIVATE KEY.',
    'several-keys': 'Darin sind {{found}} private Schlüssel. Nur den des Zertifikats darin lassen.',
    'password-missing': 'Der private Schlüssel ist verschlüsselt. Sein Passwort eingeben.',
    'password-wrong': 'Das Passwort ist nicht das richtige.',
    'pkcs12-damaged':
      'Das ist keine PKCS#12-Datei (.p12 oder .pfx), oder sie ist beschädigt. Die Datei erneut wählen.',
    'encryption-method':
      'Die Verschlüsselung kann hier nicht gelesen werden ({{method}}). Erneut mit AES-256 und SHA-256 exportieren.',
    'too-many-rounds':
      'Die Datei verlangt {{found}} Runden zur Prüfung ihres Passworts; so viele schreibt kein Programm. Erneut exportieren.',
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
