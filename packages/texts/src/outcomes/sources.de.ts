/** Identity sources; see sources.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { sources as en } from './sources.en.ts';

export const sources: Translation<typeof en> = {
  source: {
    'not-found': 'Diese Identitätsquelle gibt es nicht. Laden Sie die Liste neu.',
    exists: 'Es gibt schon eine Identitätsquelle „{{source}}“.',
    altered:
      'Die Identitätsquelle {{source}} wurde in der Datenbank verändert, nicht vom Server. Speichern Sie sie neu.',
    'too-many': 'Es gibt schon {{maximum, number}} Identitätsquellen; mehr sind nicht möglich.',
    plain:
      'Mit ldap:// und ohne StartTLS kann jeder im Netz dazwischen jedes Passwort mitlesen. Verwenden Sie ldaps:// oder StartTLS, oder erlauben Sie LDAP ohne TLS.',
    authority: 'Kein Zertifikat. Geben Sie die Zertifikate der Zertifizierungsstelle als PEM an.',
    'filter-syntax': 'Kein LDAP-Filter. Beispiel: (objectClass=person)',
    'placement-name': 'Kein DN. Beispiel: cn=finanzen,ou=gruppen,dc=example,dc=com',
    'key-in-use':
      'An diesem Attribut werden die Benutzer erkannt. Mit einem anderen würde jeder von ihnen als jemand anderes gelten. Fügen Sie stattdessen eine weitere Quelle hinzu.',
    'has-users': 'Aus dieser Quelle kommen Benutzer. Löschen Sie diese zuerst.',
    'has-administrators': 'Administratoren melden sich über diese Quelle an. Ändern Sie das zuerst.',
    'password-for-other-server':
      'Das Bind-Passwort wurde für andere Server oder einen anderen Schutz eingegeben. Geben Sie es neu ein, oder entfernen Sie es.',
    'other-domain':
      'Die Benutzer von {{source}} sind in einer Sicherheitsdomäne, in der Sie keine Benutzer bearbeiten dürfen.',
    'above-you':
      'Ein Administrator mit mehr Rechten als Sie meldet sich über {{source}} an. Fragen Sie jemanden, der diese Rechte auch hat.',
  },
  'source-test': {
    'no-server': 'Kein Server war verwendbar, deshalb wurde das nicht versucht.',
    addresses: 'Der Name hat diese Adressen: {{addresses}}.',
    reached: 'Der Server nimmt Verbindungen an.',
    trusted: 'Die Verbindung ist geschützt, und dem Zertifikat wird vertraut; es gilt für diesen Host.',
    plain: 'Die Verbindung ist nicht geschützt: Jeder im Netz dazwischen kann jedes Passwort mitlesen.',
    anonymous:
      'Es ist kein Konto für die Suche eingestellt. Die meisten Verzeichnisse zeigen anonymen Clients wenig.',
    bound: 'Angemeldet als {{name}}.',
    base: '{{base}} ist vorhanden.',
    nobody:
      'Der Filter findet unter der Basis-DN keine Einträge. Prüfen Sie beides, und ob das Konto dort lesen darf.',
    found_one: 'Der Filter findet einen Eintrag, und das Verzeichnis liefert ihn.',
    found_other: 'Der Filter findet {{count, number}} Einträge, und das Verzeichnis liefert sie alle.',
    'counted-part_one':
      'Der Filter findet mindestens einen Eintrag. Das Verzeichnis ist langsam; ob es alle liefert, wurde nicht bis zum Ende versucht.',
    'counted-part_other':
      'Der Filter findet mindestens {{count, number}} Einträge. Alle zu lesen dauert lange; ob das Verzeichnis sie liefert, wurde nicht bis zum Ende versucht.',
    mapped_one: 'Der Eintrag kann Benutzer werden.',
    mapped_other: 'Alle {{count, number}} können Benutzer werden.',
    'some-refused_one': '{{count, number}} davon kann nicht Benutzer werden. Der Grund steht daneben.',
    'some-refused_other': '{{count, number}} davon können nicht Benutzer werden. Die Gründe stehen daneben.',
    'not-found':
      'Kein Eintrag oder mehr als einer hat den Namen „{{name}}“ in den Attributen, mit denen Benutzer sich anmelden.',
    'no-groups': 'Es ist kein Attribut für Mitglieder von Gruppen eingestellt.',
    groups_one: '{{name}} ist in {{count, number}} Gruppe.',
    groups_other: '{{name}} ist in {{count, number}} Gruppen.',
  },
  'source-failure': {
    name: 'Der Hostname hat keine Adresse. Prüfen Sie die Schreibweise und das DNS dieses Hosts. ({{detail}})',
    unreachable:
      'Unter dieser Adresse und diesem Port antwortet nichts. Prüfen Sie Port und Firewall, und ob das Verzeichnis läuft. ({{detail}})',
    timeout:
      'Der Server hat nicht rechtzeitig geantwortet. Prüfen Sie die Firewall, oder lassen Sie mehr Sekunden zu. ({{detail}})',
    certificate:
      'Dem Zertifikat des Servers wird nicht vertraut, oder es ist abgelaufen. Geben Sie das Zertifikat seiner Zertifizierungsstelle an. ({{detail}})',
    'certificate-name':
      'Das Zertifikat gilt für einen anderen Host. Verwenden Sie den Namen, der darin steht, oder geben Sie dem Server ein Zertifikat mit diesem Namen. ({{detail}})',
    tls: 'Der Server bietet hier kein TLS an oder nur zu schwache Versionen. Verwenden Sie ldaps:// auf Port 636 oder ldap:// mit StartTLS. ({{detail}})',
    bind: 'Das Verzeichnis nimmt den Bind-Namen und sein Passwort nicht an. Geben Sie beides neu ein. ({{detail}})',
    'strong-auth':
      'Das Verzeichnis verlangt eine geschützte Verbindung. Verwenden Sie ldaps:// oder StartTLS. ({{detail}})',
    base: 'Die Basis-DN gibt es nicht, oder das Konto darf sie nicht sehen. ({{detail}})',
    'dn-syntax': 'Das ist kein DN. Beispiel: ou=people,dc=example,dc=com ({{detail}})',
    access: 'Das Konto darf das im Verzeichnis nicht. Geben Sie ihm Lesezugriff. ({{detail}})',
    'size-limit':
      'Das Verzeichnis gibt nur einen Teil der Einträge heraus. Erhöhen Sie dort die Grenze für dieses Konto, oder erlauben Sie die seitenweise Abfrage. ({{detail}})',
    'time-limit':
      'Das Verzeichnis hat die Suche aufgegeben. Indizieren Sie dort die Attribute des Filters. ({{detail}})',
    endless:
      'Das Verzeichnis kam zu keinem Ende: zu lange, zu viel oder Seiten ohne Einträge. Prüfen Sie es, grenzen Sie den Filter ein, oder erhöhen Sie die Grenzen der Quelle. ({{detail}})',
    lost: 'Die Verbindung endete mitten in einer Antwort. ({{detail}})',
    resting:
      'Die Server dieses Verzeichnisses sind soeben ausgefallen und werden bald wieder versucht. ({{detail}})',
    protocol: 'Das Verzeichnis hat eine unerwartete Antwort gesendet: {{detail}}',
  },
  'source-run': {
    'not-found': 'Diesen Abgleich gibt es nicht.',
    running: 'Ein Abgleich von {{source}} ist im Gang. Warten Sie darauf, oder brechen Sie ihn ab.',
    'source-changed':
      'Die Einstellungen der Quelle wurden inzwischen geändert. Starten Sie einen neuen Abgleich.',
    'no-watermark':
      'Es gibt keinen früheren Abgleich, an den angeschlossen werden kann. Starten Sie einen vollständigen.',
    'not-read':
      'Das Verzeichnis ließ sich nicht bis zum Ende lesen. Daher wurde nichts geändert und niemand deaktiviert. {{reason}}',
    empty:
      'Das Verzeichnis zeigte überhaupt keine Einträge. Das heißt nicht, dass alle ausgeschieden sind; niemand wurde deaktiviert. Prüfen Sie Basis-DN, Filter und was das Konto lesen darf.',
    'no-group':
      'Die Gruppe {{name}} wurde nicht gefunden. Daher wurde niemand verschoben und nichts geändert. Prüfen Sie die Gruppen und die Regeln der Quelle.',
    'no-domain':
      'Die Sicherheitsdomäne der Regel für {{name}} gibt es nicht mehr. Nichts wurde geändert. Ändern Sie die Regeln der Quelle.',
    'too-many':
      'Das Verzeichnis hat mehr als {{maximum, number}} Einträge. Grenzen Sie den Filter ein, oder erhöhen Sie die Grenze der Quelle. Nichts wurde geändert.',
    stopped_one:
      'Er würde {{count, number}} von {{users, number}} Benutzern deaktivieren, mehr als {{percent}} %. Nichts wird geändert, bis jemand die Zahl bestätigt.',
    stopped_other:
      'Er würde {{count, number}} von {{users, number}} Benutzern deaktivieren, mehr als {{percent}} %. Nichts wird geändert, bis jemand die Zahl bestätigt.',
    bounds:
      'Bei {{users, number}} aktivierten Benutzern würde er mehr ändern, als die Quelle zulässt: {{changes}}. Nichts wird geändert, bis jemand die Zahl bestätigt.',
    'all-refused_one':
      'Der einzige gelesene Eintrag wurde abgelehnt. Nichts wurde geändert. Prüfen Sie die Befunde, die Zuordnung und was das Konto lesen darf.',
    'all-refused_other':
      'Alle {{count, number}} gelesenen Einträge wurden abgelehnt. Nichts wurde geändert. Prüfen Sie die Zuordnung, den Filter und was das Konto lesen darf.',
    confirm_one:
      'Eine Änderung liegt über den Grenzen der Quelle. Um den Abgleich trotzdem zu starten, geben Sie diese Zahl ein.',
    confirm_other:
      '{{count, number}} Änderungen liegen über den Grenzen der Quelle. Um den Abgleich trotzdem zu starten, geben Sie diese Zahl ein.',
    confirmed_one:
      'bestätigt, deaktiviert {{count, number}} Benutzer; {{exceeding, number}} Änderungen über den Grenzen',
    confirmed_other:
      'bestätigt, deaktiviert {{count, number}} Benutzer; {{exceeding, number}} Änderungen über den Grenzen',
    conflicts_one:
      '{{count}} Benutzer-ID gehört jemand anderem. Unter ihr wird niemand angenommen, bis gewählt ist, was mit dem Eintrag geschieht.',
    conflicts_other:
      '{{count, number}} Benutzer-IDs gehören jemand anderem. Unter ihnen wird niemand angenommen, bis gewählt ist, was mit den Einträgen geschieht.',
    'not-waiting': 'Dieser Abgleich wartet nicht darauf, gestartet zu werden.',
    stale: 'Diese Vorschau ist älter als eine Stunde. Machen Sie eine neue.',
    'paused-long':
      'Dieser Abgleich war mehr als eine Stunde angehalten, und das Verzeichnis kann sich geändert haben. Brechen Sie ihn ab, und starten Sie einen neuen.',
    ended: 'Dieser Abgleich ist beendet.',
  },
  'source-change': {
    disabled_one: '{{count, number}} Benutzer deaktiviert',
    disabled_other: '{{count, number}} Benutzer deaktiviert',
    returning_one: '{{count, number}} Benutzer wieder aktiviert',
    returning_other: '{{count, number}} Benutzer wieder aktiviert',
    added_one: '{{count, number}} Benutzer hinzugefügt',
    added_other: '{{count, number}} Benutzer hinzugefügt',
    userIds_one: '{{count, number}} Benutzer-ID geändert',
    userIds_other: '{{count, number}} Benutzer-IDs geändert',
    names_one: 'Mailadresse oder Anmeldenamen von {{count, number}} Benutzer',
    names_other: 'Mailadresse oder Anmeldenamen von {{count, number}} Benutzern',
    details_one: 'Name, Telefonnummer oder Eintrag von {{count, number}} Benutzer',
    details_other: 'Name, Telefonnummer oder Eintrag von {{count, number}} Benutzern',
    groups_one: 'Gruppen von {{count, number}} Benutzer',
    groups_other: 'Gruppen von {{count, number}} Benutzern',
    domains_one: '{{count, number}} Benutzer in eine andere Sicherheitsdomäne verschoben',
    domains_other: '{{count, number}} Benutzer in andere Sicherheitsdomänen verschoben',
    roles_one: 'eine Rolle für {{count, number}} Benutzer',
    roles_other: 'Rollen für {{count, number}} Benutzer',
    rolesLost_one: 'eine Rolle von {{count, number}} Benutzer entzogen',
    rolesLost_other: 'Rollen von {{count, number}} Benutzern entzogen',
    conflicts_one: '{{count, number}} Benutzer-ID im Konflikt',
    conflicts_other: '{{count, number}} Benutzer-IDs im Konflikt',
  },
  'client-group': {
    'not-kept':
      'Keine Identitätsquelle führt die Mitglieder von {{name}}. Tragen Sie die Gruppe in der Quelle unter Gruppen ein, und starten Sie einen Abgleich.',
  },
  'source-choice': {
    'numbers-or-kind':
      'Nennen Sie Befunde nach ihrer Nummer, oder wählen Sie alle Konflikte einer Art, aber nicht beides.',
    suffix:
      'Eine erweiterte Benutzer-ID braucht einen Zusatz, etwa @example.com; bei anderer Wahl gibt es keinen.',
    'no-conflict': 'Für einen dieser Einträge gibt es nichts zu wählen. Laden Sie die Liste neu.',
    count_one:
      'Inzwischen gibt es {{count, number}} Konflikt dieser Art. Sehen Sie die Liste noch einmal an.',
    count_other:
      'Inzwischen gibt es {{count, number}} Konflikte dieser Art. Sehen Sie die Liste noch einmal an.',
    'not-linkable':
      'Ein Eintrag kann nur mit einem Benutzer der internen Datenbank verknüpft werden oder mit einem, der aus seinem Verzeichnis ausgeschieden ist.',
    promised: 'Dieser Benutzer soll schon mit einem anderen Eintrag verknüpft werden.',
    'other-domain':
      'Der Benutzer mit dieser Benutzer-ID ist in einer Sicherheitsdomäne, in der Sie keine Benutzer bearbeiten dürfen.',
    'not-found': 'Für diesen Eintrag ist nichts gewählt. Laden Sie die Liste neu.',
  },
  'source-action': {
    added: 'hinzugefügt',
    linked: 'verknüpft',
    changed: 'geändert',
    moved: 'verschoben',
    disabled: 'deaktiviert',
    returning: 'zurück',
    gone: 'ausgeschieden',
    conflict: 'Konflikt',
    skipped: 'ausgelassen',
    refused: 'abgelehnt',
  },
  'source-entry': {
    'same-key': 'Ein anderer Eintrag hat denselben Schlüssel. Welcher der Benutzer ist, ist unklar.',
    'user-id-taken':
      'Jemand anderes hat diese Benutzer-ID und behält sie. Wählen Sie, was aus dem Eintrag wird, oder ändern Sie eine der beiden Benutzer-IDs.',
    'user-id-twice':
      'Ein anderer Eintrag dieses Verzeichnisses bekommt dieselbe Benutzer-ID. Wählen Sie, was aus dem Eintrag wird, oder ändern Sie eine der beiden Benutzer-IDs.',
    'link-other-id':
      'Dieser Eintrag sollte mit dem Benutzer {{user}} verknüpft werden, aber seine Benutzer-ID hat sich seither geändert. Wählen Sie neu.',
    'link-taken':
      'Der Benutzer, mit dem dieser Eintrag verknüpft werden sollte, kommt inzwischen aus einem Verzeichnis. Wählen Sie neu.',
    'link-right-lost':
      '{{name}} hat die Verknüpfung gewählt und darf diesen Benutzer nicht mehr bearbeiten. Jemand, der das darf, muss neu wählen.',
    'not-moved':
      'Eine Regel ordnet diesen Benutzer einer anderen Sicherheitsdomäne zu; wer die Quelle zuletzt gespeichert hat, darf ihn nicht dorthin verschieben.',
    'roles-not-held':
      'Eine Gruppe gibt diesem Administrator eine Rolle, die der Administrator, der die Quelle zuletzt gespeichert hat, nicht hat. Sie wird nicht vergeben.',
    'roles-above':
      'Eine Gruppe gibt diesem Administrator eine Rolle, aber er hat mehr Rechte als der Administrator, der die Quelle zuletzt gespeichert hat. Sie wird nicht vergeben.',
    'administrator-exists':
      'Eine Gruppe macht diesen Benutzer zum Administrator, aber es gibt schon einen anderen Administrator dieses Namens. Löschen Sie ihn, oder geben Sie diesem Benutzer im Verzeichnis eine andere Benutzer-ID.',
    'qualified-too-long': 'Mit {{suffix}} am Ende ist die Benutzer-ID zu lang.',
    disabled: 'Im Verzeichnis deaktiviert. Der Benutzer wird hinzugefügt, sobald er dort aktiviert ist.',
    expired:
      'Im Verzeichnis abgelaufen. Der Benutzer wird hinzugefügt, sobald sein Konto dort verlängert ist.',
    'changed-meanwhile': 'Seit der Vorschau geändert. Der nächste Abgleich prüft es erneut.',
    'no-key': 'Der Eintrag hat keinen brauchbaren Wert von {{attribute}}, an dem er erkannt wird.',
    'no-user-id': 'Der Eintrag hat kein {{attribute}}, der Benutzer hätte also keine Benutzer-ID.',
    'many-user-ids':
      'Der Eintrag hat mehrere Werte von {{attribute}}. Welcher davon die Benutzer-ID ist, ist unklar.',
    'bad-user-id':
      'Der Wert von {{attribute}} kann keine Benutzer-ID sein: Er ist zu lang oder enthält unsichtbare Zeichen.',
    'no-state':
      'Das Konto, das sucht, darf {{attribute}} nicht lesen. Ob dieser Benutzer deaktiviert ist, ist daher unbekannt.',
  },
};
