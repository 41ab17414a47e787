import type { Translation } from './catalogue.ts';
import type { ImportingTexts } from './importing.en.ts';

export const importingDe: Translation<ImportingTexts> = {
  link: {
    empty: {
      message: 'Hier ist nichts, woraus sich ein Token importieren ließe.',
      next: 'Kopieren Sie den ganzen Link, den Sie erhalten haben, oder die Adresse des Servers.',
    },
    'too-long': {
      message: 'Das ist zu lang für einen Link.',
      next: 'Kopieren Sie nur den Link, ohne den Text darum herum.',
    },
    'not-https': {
      unnamed: 'Das ist keine https-Adresse. Es wurde nichts gesendet.',
      message:
        '{{host}} verwendet http; der Aktivierungscode ginge unverschlüsselt über das Netz. Es wurde nichts gesendet.',
      next: 'Mit anderen Rechnern wird nur https verwendet. Bitten Sie um einen Link mit https.',
    },
    'user-information': {
      message:
        'In der Adresse dieses Links steht vor dem Server ein Benutzername, wie bei Links, die täuschen sollen. Es wurde nichts gesendet.',
      next: 'Fragen Sie nach, ob der Link wirklich von dort stammt.',
    },
    ambiguous: {
      message:
        'Dieser Link nennt etwas doppelt oder enthält Zeichen, die in keiner Adresse stehen; Programme würden ihn verschieden lesen. Es wurde nichts gesendet.',
      next: 'Bitten Sie um einen neuen Link.',
    },
    'no-address': {
      message: 'Dieser Link nennt keinen Server.',
      next: 'Kopieren Sie den ganzen Link, oder geben Sie Adresse und Aktivierungscode ein.',
    },
    'code-too-long': {
      message: 'Der Aktivierungscode in diesem Link ist zu lang, um gültig zu sein.',
      next: 'Kopieren Sie den ganzen Link noch einmal, oder geben Sie Adresse und Aktivierungscode ein.',
    },
    ctf: {
      message:
        'Das ist ein Token in komprimierter Form (CTF), mitsamt seinem Schlüssel. Dieser Authenticator vereinbart den Schlüssel stattdessen mit dem Server.',
      next: 'Bitten Sie darum, dass das Token über CT-KIP verteilt wird (dynamische Schlüsselvereinbarung).',
    },
    otpauth: {
      message:
        'Das ist ein Schlüssel für eine andere Art von Authenticator (otpauth), mitsamt dem Geheimnis, und kein CT-KIP-Link.',
      next: 'Bitten Sie darum, dass das Token über CT-KIP verteilt wird (dynamische Schlüsselvereinbarung).',
    },
    'not-a-link': {
      message: 'Das ist weder ein CT-KIP-Link noch eine Adresse.',
      next: 'Kopieren Sie den ganzen Link, oder geben Sie die Adresse, etwa https://otp.example.com/ctkip/services/CtkipService, und den Code einzeln ein.',
    },
  },
  noQrCode: {
    file: 'In {{file}} ist kein QR-Code zu lesen.',
    picture: 'In diesem Bild ist kein QR-Code zu lesen.',
    camera: 'Im Kamerabild ist kein QR-Code zu lesen.',
    next: 'Schneiden Sie das Bild so zu, dass der Code mit einem weißen Rand es ausfüllt.',
  },
  severalQrCodes: {
    file: 'In {{file}} sind mehrere QR-Codes; welcher gemeint ist, lässt sich nicht erkennen.',
    picture: 'In diesem Bild sind mehrere QR-Codes; welcher gemeint ist, lässt sich nicht erkennen.',
    camera: 'Im Kamerabild sind mehrere QR-Codes; welcher gemeint ist, lässt sich nicht erkennen.',
    next: 'Zeigen Sie nur den einen, den Sie erhalten haben, oder schneiden Sie ihn aus.',
  },
  codeMissing: 'Der Aktivierungscode fehlt.',
  mac: {
    message:
      'Die Prüfsumme (MAC) der Antwort ist falsch. Möglicherweise fängt jemand die Verbindung zwischen diesem Gerät und {{host}} ab. Es wurde nichts gespeichert.',
    next: 'Versuchen Sie es nicht noch einmal aus diesem Netz. Verständigen Sie die Administration des Servers; das Token muss neu verteilt werden.',
  },
  addressRefused: 'Die Adresse {{address}} wird abgelehnt.',
  unavailable: '{{host}} ist zurzeit nicht verfügbar (HTTP {{status}}).',
  unreachable: {
    offline: '{{host}} ist nicht erreichbar: dieses Gerät ist offline.',
    slow: '{{host}} ist nicht erreichbar: innerhalb von {{seconds}} Sekunden kam keine vollständige Antwort.',
    large: '{{host}} ist nicht erreichbar: die Antwort ist länger als {{kib}} KiB.',
    unknown:
      '{{host}} ist nicht erreichbar: er antwortet nicht, seinem Zertifikat wird hier nicht vertraut, oder er lässt keinen Authenticator von dieser Adresse zu.',
  },
  notSpent: 'Prüfen Sie Adresse und Verbindung. Der Aktivierungscode ist nicht verbraucht.',
  maybeSpent:
    'Der Aktivierungscode ist möglicherweise verbraucht. Wird er nicht mehr angenommen, bitten Sie darum, dass das Token neu verteilt wird.',
  refused: 'Der Server hat abgelehnt: {{detail}}',
  codeNotValid: 'Der Server hat abgelehnt: Der Aktivierungscode ist nicht gültig.',
  codeRefused:
    'Ist der Aktivierungscode richtig, unbenutzt und nicht abgelaufen, und ist das Token für dieses Gerät bestimmt ({{about}})? Dann bitten Sie darum, dass das Token neu verteilt wird.',
  status: 'Der Server hat den Austausch mit dem Status {{status}} beendet.',
  accessDenied: 'Ist das Token für dieses Gerät bestimmt? Siehe: {{about}}',
  askAdministrator: 'Fragen Sie die Administration des Servers; der Grund steht dort im Prüfprotokoll.',
  tooManyAttempts:
    '{{host}} hat von dieser Adresse zu viele falsche Aktivierungscodes erhalten; warten Sie einige Minuten.',
  redirected:
    '{{host}} verweist auf eine andere Adresse, und Verweisen wird nicht gefolgt. Geben Sie jene Adresse selbst ein, wenn Sie ihr vertrauen.',
  noService: 'Unter {{address}} gibt es keinen CT-KIP-Dienst.',
  notCtkip: 'Die Antwort von {{host}} ist kein CT-KIP: {{detail}}. Stimmt die Adresse?',
  http: '{{host}} hat mit HTTP {{status}} geantwortet: {{detail}}.',
  weakKey: '{{detail}}: Er hat weniger als 1024 Bit.',
  broken: 'CT-KIP ist nach {{stage}} gescheitert: {{detail}}.',
  unusable:
    'Der Server hat ein Token erstellt, das dieser Authenticator nicht verwenden kann: {{keyType}}, Seriennummer {{serial}}, {{digits}} Ziffern alle {{interval}} Sekunden, {{format}}.',
  alreadyHere:
    'Token {{serial}} ist schon hier. Es wurde nichts gesendet, was den Aktivierungscode verbraucht.',
  keptOld: {
    message:
      'Token {{serial}} ist schon hier und blieb, wie es ist. Der Aktivierungscode ist verbraucht, und der neue Schlüssel wurde verworfen.',
    next: 'Der vorhandene Schlüssel bleibt gültig. Wenn Sie einen neuen wollen, bitten Sie darum, dass das Token neu verteilt wird.',
  },
};
