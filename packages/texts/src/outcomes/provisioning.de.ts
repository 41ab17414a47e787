/** Distribution, activation codes, token profiles and device types; see provisioning.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { provisioning as en } from './provisioning.en.ts';

export const provisioning: Translation<typeof en> = {
  'activation-code': {
    generated:
      'Bei der Übergabe als QR-Code erzeugt der Server den Aktivierungscode; er kann nicht geändert werden.',
    taken: 'Dieser Code kann nicht verwendet werden. Wählen Sie einen anderen.',
    characters:
      'Verwenden Sie nur Buchstaben, Ziffern, Punkte und Unterstriche: Manche Apps verändern andere Zeichen.',
    'too-short':
      'Verwenden Sie mindestens {{minimum, number}} Zeichen, Leerzeichen und Striche nicht gezählt.',
    'digits-too-short': 'Ein Code nur aus Ziffern braucht mindestens 12 davon.',
    repetitive: 'Der Code hat zu wenige verschiedene Zeichen.',
    sequence: 'Der Code zählt nur auf- oder abwärts.',
    'contains-user-id': 'Der Code enthält die Benutzer-ID, und die ist kein Geheimnis.',
    'contains-serial': 'Der Code enthält die Seriennummer, und die ist kein Geheimnis.',
    'none-live': 'Das Token hat keinen gültigen Aktivierungscode, der zurückgezogen werden könnte.',
  },
  distribution: {
    'device-id-form': 'Eine Geräte-ID hat 1 bis 64 Buchstaben und Ziffern.',
    'not-waiting':
      'Das Token wartet nicht auf eine Aktivierung mit QR-Code. Bitten Sie einen Administrator, es zu verteilen.',
    'not-found': 'Die Verteilung gibt es nicht mehr.',
    'no-mail-with-qr':
      'Bei der Zustellung per QR-Code gibt es nichts per E-Mail zu senden. Lassen Sie es weg.',
  },
  notice: {
    'device-recorded':
      'Die Bindung an dieses Gerät ist vermerkt und wird durchgesetzt, wenn die App ihre Geräte-ID sendet. Apps für {{deviceType}}, die keine senden, werden angenommen.',
    'class-recorded':
      'Die Geräteklasse ist vermerkt und wird durchgesetzt, wenn die App sie sendet. Apps für {{deviceType}}, die keine senden, werden angenommen.',
    'no-pin':
      'Für dieses Token ist keine PIN gesetzt. Verlangt die Token-Richtlinie eine, muss der Benutzer sie bei der nächsten Verwendung anlegen; sonst wird der Tokencode allein angenommen.',
    certificate: '{{deviceType}} lehnt Server ab, deren Zertifikat es nicht vertraut.',
  },
  profile: {
    'not-found': 'Es gibt kein Token-Profil „{{profile}}“.',
    exists: 'Es gibt schon ein Token-Profil „{{profile}}“.',
    'codes-live':
      'Aktivierungscodes aus diesem Profil gelten noch. Ziehen Sie sie zurück, oder lassen Sie sie ablaufen.',
    offered:
      'Das Profil wird Benutzern angeboten oder ist beantragt. Löschen Sie zuerst das Angebot, und entscheiden Sie über die Anträge.',
    'does-not-fit': 'Das Profil passt nicht zum Gerätetyp.',
    'no-dynamic-provisioning': '{{deviceType}} unterstützt kein Dynamic Seed Provisioning.',
    'no-qr': '{{deviceType}} kann keine QR-Codes lesen.',
    'no-algorithm': '{{deviceType}} unterstützt den Algorithmus {{algorithm}} nicht.',
    'no-digits': '{{deviceType}} kann keine {{digits}} Ziffern anzeigen.',
    'no-interval': '{{deviceType}} kann den Tokencode nicht alle {{seconds}} Sekunden wechseln.',
    'no-authentication-type':
      '{{deviceType}} unterstützt die Authentifizierungsart {{authenticationType}} nicht.',
    'pinpad-securid': 'PINPad ist für SecurID-Token. Verwenden Sie fob oder tokencode.',
    'delivery-url': 'Dynamic Seed Provisioning (per URL)',
    'delivery-qr': 'Dynamic Seed Provisioning (per QR-Code)',
  },
  'device-type': {
    'not-found': 'Es gibt keinen Gerätetyp „{{deviceType}}“.',
    unknown: 'Es gibt keinen Gerätetyp „{{deviceType}}“. Verfügbar: {{known}}.',
    gone: 'Den Gerätetyp „{{deviceType}}“ gibt es nicht mehr.',
    'gone-import': 'Den Gerätetyp „{{deviceType}}“ gibt es nicht mehr. Importieren Sie ihn erneut.',
    'built-in': '„{{deviceType}}“ wird mit Sower geliefert. Geben Sie der Definition eine andere Kennung.',
    'built-in-kept': '„{{deviceType}}“ wird mit Sower geliefert und kann nicht gelöscht werden.',
    'in-use': 'Token-Profile verwenden diesen Gerätetyp. Löschen Sie sie zuerst.',
    'link-not-app': 'Die Link-Vorlage ist kein Link zu einer App.',
    'link-invalid': 'Die Link-Vorlage kann nicht verwendet werden: {{reason}}.',
  },
  'link-template': {
    stray: 'einzelne Klammer oder Leerraum',
    control: 'Steuerzeichen oder unsichtbare Zeichen',
    'no-address': 'kein Platzhalter für die Adresse',
    'unknown-placeholder': 'unbekannter Platzhalter {{placeholder}}',
  },
};
