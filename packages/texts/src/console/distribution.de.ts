/** Distributing tokens; see distribution.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { distributionEn } from './distribution.en.ts';

export const distributionDe: Translation<typeof distributionEn> = {
  distribution: {
    state: 'Zustand',
    reason: 'Grund',
    profile: 'Token-Profil',
    delivery: 'Übergabeart',
    deviceType: 'Gerätetyp',
    binding: 'DeviceSerialNumber',
    enforced: 'Bindung',
    enforcedYes: 'Erzwungen',
    enforcedNo: 'Vermerkt; erzwungen, wenn die App ihr Gerät nennt',
    device: 'Aktiviert von Gerät',
    nickname: 'Kurzname',
    by: 'Verteilt von',
    expires: 'Aktivierungscode läuft ab',
    never: 'Nie',
    history: 'Verlauf',
  },
  distribute: {
    title: 'Token {{serial}} verteilen',
    toToken: 'Zum Token',
    forWhom: 'Token {{serial}} ist {{userId}} zugewiesen.',
    waiting: 'Ein Aktivierungscode dieses Tokens wartet bereits. Erneutes Verteilen zieht ihn zurück.',
    profile: 'Token-Profil auswählen',
    profilePlaceholder: 'Ein Software-Token-Profil auswählen',
    profileMissing: 'Ein Software-Token-Profil auswählen.',
    profileSays: '{{device}}: {{digits}} Ziffern alle {{interval}} Sekunden, {{type}}.',
    noProfiles: 'Es gibt noch kein Software-Token-Profil',
    noProfilesBody:
      'Ein Software-Token-Profil sagt, für welche Geräte und wie Token verteilt werden. Zuerst eines hinzufügen.',
    device: {
      label: 'DeviceSerialNumber',
      nowClass:
        'Jetzt: bindet das Token an die Geräteklasse. Jedes unterstützte Gerät ({{device}}) kann es importieren.',
      nowAny: 'Jetzt: keine Geräte-ID. Die Geräteklasse wird geprüft und die Geräte-ID vom Gerät gelernt.',
      nowId: 'Jetzt: bindet das Token an ein Gerät. Verglichen wird {{id}}.',
      nowIdWhenPresent: 'Jetzt: für ein Gerät. Sendet die App eine Kennung, wird sie mit {{id}} verglichen.',
      leave:
        'Die Vorgabe stehen lassen: das Token ist an die Geräteklasse gebunden, jedes unterstützte Gerät ({{device}}).',
      clear:
        'Das Feld leeren: die Geräteklasse wird geprüft und die Geräte-ID vom Gerät des Benutzers geholt.',
      unenforced:
        '{{device}}-Apps senden womöglich weder ID noch Klasse. Sie können das Token trotzdem importieren; die Bindung gilt dann als nicht durchgesetzt.',
      enterRequired:
        'Die vom Benutzer erhaltene Geräte-ID eingeben: nur dieses Gerät kann das Token importieren. Striche, Leerzeichen, Groß- und Kleinschreibung spielen keine Rolle.',
      enterWhenPresent:
        'Die vom Benutzer erhaltene Geräte-ID eingeben: ein Gerät, das eine andere ID sendet, wird abgelehnt. {{device}}-Apps, die keine ID senden, können das Token trotzdem importieren. Striche, Leerzeichen, Groß- und Kleinschreibung spielen keine Rolle.',
      qrAdvice: 'Bei Übergabe per QR-Code wird eine gerätespezifische ID empfohlen.',
    },
    nickname: 'Kurzname',
    nicknameInApp:
      'Steht in den Konsolen und in Mails beim Token, und in der App, wenn sie den Link bekommt oder den QR-Code scannt. Höchstens 24 Buchstaben und Ziffern; darf leer bleiben.',
    nicknameNotInApp:
      'Steht in den Konsolen und in Mails beim Token. Der Link hat keinen Platz dafür: {{device}}-Apps benennen das Token selbst. Höchstens 24 Buchstaben und Ziffern; darf leer bleiben.',
    nicknameWrong: 'Höchstens 24 Buchstaben und Ziffern, ohne Leer- und Sonderzeichen.',
    code: 'CT-KIP-Aktivierungscode',
    codeDigits: 'Vom System erzeugt, 12 Ziffern',
    codeLong: 'Vom System erzeugt, 20 Zeichen',
    codeChosen: 'Von mir gewählt',
    codeHelp: 'Einmalig: er lässt einen Import des Tokens zu.',
    codeQr:
      'Bei Übergabe per QR-Code wird der Aktivierungscode vom System erzeugt und kann nicht geändert werden. Nur der Benutzer sieht ihn, im QR-Code.',
    chosenCode: 'Von Ihnen gewählter Aktivierungscode',
    chosenCodeHelp:
      'Mindestens {{minimum}} Buchstaben, Ziffern, Punkte und Unterstriche; nur Ziffern: mindestens {{digits}}. Mindestens {{different}} verschiedene Zeichen, keine Folge wie 1234 und weder die Benutzer-ID noch die Seriennummer darin. Leerzeichen und Striche zählen nicht, Groß- und Kleinschreibung auch nicht.',
    present: 'Vorhandener Seed des Tokens',
    presentKeep: 'Behalten, bis der neue sich bewährt hat',
    presentKeepSays: 'Das Token gilt weiter, bis der erste Tokencode des neuen Seeds angenommen ist.',
    presentRevoke: 'Jetzt widerrufen',
    presentRevokeSays:
      '{{userId}} kann sich mit diesem Token nicht authentifizieren, bis der neue Seed importiert ist.',
    certificateRefused: '{{device}} lehnt Zertifikate ab, denen es nicht vertraut: der Import wird scheitern',
    certificateAsked:
      'Benutzer von {{device}} werden gefragt, ob sie ein nicht vertrauenswürdiges Zertifikat annehmen',
    certificateToDo:
      'Das Zertifikat durch eines einer vertrauenswürdigen Stelle ersetzen oder an einen anderen Gerätetyp verteilen.',
    certificateTell:
      'Dem Benutzer die Frage ankündigen und den Fingerabdruck zum Vergleichen nennen, oder das Zertifikat durch eines einer vertrauenswürdigen Stelle ersetzen.',
    certificateHard: 'So wie die Adresse jetzt antwortet, kann kein Gerät importieren',
    certificateMend: 'Das zuerst beheben; ein jetzt verteiltes Token kann sonst nicht eingerichtet werden.',
    certificateCheck: 'Prüfung von Zertifikat und Erreichbarkeit',
    certificateChecking: 'Das Zertifikat wird geprüft …',
    certificateLink: 'Das Zertifikat ansehen',
    whatHappens: 'Was geschehen wird',
    happensUrl:
      '{{userId}} öffnet den Link auf dem Gerät oder gibt die CT-KIP-URL und den Aktivierungscode ein, die Sie übergeben; die App vereinbart dann einen Seed mit diesem Server, und keine Nachricht enthält den Seed.',
    happensQr:
      '{{userId}} meldet sich an der Self-Service Console an und scannt den QR-Code mit der App; Sie sehen weder Code noch QR-Code, und nichts muss verschickt werden.',
    happensKept: 'Der vorhandene Seed bleibt gültig, bis der erste Tokencode des neuen angenommen ist.',
    happensRevoked: 'Der vorhandene Seed gilt sofort nicht mehr.',
    save: 'Speichern und verteilen',
  },
  result: {
    done: 'Token {{serial}} ist an {{userId}} verteilt',
    left: 'Token {{serial}} ist an {{userId}} verteilt, aber Sie hatten die Seite verlassen, die seinen Aktivierungscode zeigt. Für einen neuen erneut verteilen.',
    doneUrl: 'CT-KIP-URL und Aktivierungscode dem Benutzer übergeben.',
    doneQr: 'Dem Benutzer die folgende Anleitung geben.',
    notices: 'Was Sie wissen sollten',
    handOver: 'Zu übergeben',
    once: 'Der Aktivierungscode wird nur jetzt angezeigt. Nach dem Verlassen dieser Seite kann er nicht wieder angezeigt werden.',
    ctkipUrl: 'CT-KIP-URL',
    link: 'Link für {{device}}',
    expires: 'Läuft ab',
    advice: {
      title: 'Wie er sicher übergeben wird',
      intro: 'E-Mail ist nicht verschlüsselt. Für eine sicherere Übergabe eines davon tun:',
      offline: 'Die Angaben auf anderem Weg geben, etwa durch einen Anruf beim Benutzer.',
      encrypt: 'Die Angaben in eine E-Mail kopieren, die Sie verschlüsseln.',
      gateway: 'Ein Verschlüsselungs-Gateway für E-Mail (SMTP) benutzen.',
      qr: 'Das Token per QR-Code verteilen, denn dabei ist keine E-Mail im Spiel.',
      after: 'Danach:',
      copy: 'Aktivierungscode und CT-KIP-URL kopieren und dem Benutzer sicher übergeben.',
      instruct:
        'Dem Benutzer sagen, wie er das Token importiert: die App installieren ({{application}}), dann den Link auf dem Gerät öffnen.',
      expiry:
        'Dem Benutzer raten, das Token vor dem Ablauf zu importieren. Läuft der Aktivierungscode ungenutzt ab, müssen Sie das Token neu verteilen und CT-KIP-URL und neuen Aktivierungscode übergeben.',
      noExpiry:
        'Der Aktivierungscode läuft nicht ab. Ihn zurückziehen, wenn der Benutzer das Token nicht importiert.',
    },
    qr: {
      title: 'Anleitung für den Benutzer',
      intro:
        'Hier stehen weder Code noch QR-Code: nur der Benutzer sieht ihn, nach der Anmeldung an der Self-Service Console.',
      instructions: 'Anleitung',
      install: 'Die Authenticator-App auf dem Mobilgerät installieren ({{application}}).',
      logOn:
        'Sich an der Self-Service Console ({{url}}) anmelden, auf einem anderen Gerät als dem mit der Authenticator-App.',
      activate: 'Im Abschnitt „Meine Authenticatoren“ der Seite „Mein Konto“ auf „Token aktivieren“ klicken.',
      follow: 'Den Anweisungen im Fenster „Token aktivieren“ folgen, um das Token zu aktivieren.',
      download: 'Die App gibt es unter {{url}}.',
      expires:
        'Die Aktivierung läuft am {{time}} ab. Danach den Benutzer bitten, sich an der Self-Service Console anzumelden und den QR-Code erneut zu scannen, oder das Token neu verteilen.',
    },
    toUser: 'Benutzerübersicht von {{userId}}',
    toTokens: 'Zu den Token',
    leaveTitle: 'Diese Seite verlassen?',
    leaveBody:
      'Der Aktivierungscode von Token {{serial}} steht nirgends sonst. Ohne ihn müssen Sie das Token neu verteilen.',
    leave: 'Verlassen',
  },
  live: {
    title: 'Wie es steht',
    stepDone: 'erledigt: {{step}}',
    stepOpen: 'noch nicht: {{step}}',
    refused: 'Der letzte Versuch wurde abgewiesen',
    device: 'Gerät: {{id}}',
    now: {
      issued: 'Ausgestellt: wartet darauf, dass der Benutzer die App öffnet.',
      opened: 'Geöffnet: der Aktivierungscode wurde benutzt, der Seed wird vereinbart.',
      provisioned: 'Eingerichtet: das Token ist in der App. Der erste Tokencode bestätigt es.',
      confirmed: 'Bestätigt: der erste Tokencode wurde angenommen. Das Token ist in Gebrauch.',
      expired:
        'Der Aktivierungscode lief ab, bevor er benutzt wurde. Bei Übergabe per QR-Code kann sich der Benutzer einen neuen zeigen lassen; sonst das Token neu verteilen.',
      withdrawn:
        'Der Aktivierungscode wurde zurückgezogen: jemand hat das Token neu verteilt oder die Zuweisung aufgehoben.',
      failed: 'Der Import ist fehlgeschlagen.',
    },
    will: {
      issued: 'Der Aktivierungscode besteht.',
      opened: 'Die App hat den Aktivierungscode gesendet.',
      provisioned: 'Der Seed ist vereinbart und gespeichert.',
      confirmed: 'Der erste Tokencode wurde angenommen.',
    },
  },
};
