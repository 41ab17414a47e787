/** What the Self-Service Console says to users; see self-service.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { selfService as en } from './self-service.en.ts';

export const selfService: Translation<typeof en> = {
  'self-service': {
    changed:
      'Das hat sich soeben geändert, vielleicht in einem anderen Fenster. Laden Sie neu, und versuchen Sie es erneut.',
    off: 'Das ist hier ausgeschaltet. Fragen Sie Ihren Helpdesk.',
    'no-window':
      'Für diesen Benutzer ist kein Aktivierungsfenster offen. Laden Sie neu, und versuchen Sie es erneut.',
    'link-from-administrator':
      'Dieses Token wird mit einem Link und einem Code Ihres Administrators aktiviert. Funktionieren sie nicht mehr, bitten Sie um neue.',
    'code-used':
      'Dieser Code wurde verwendet, oder Ihr Administrator hat ihn zurückgezogen. Laden Sie neu, und versuchen Sie es erneut.',
    'cannot-move':
      'Dieses Token kann hier nicht umziehen. Bitten Sie den Helpdesk, es Ihnen für das andere Gerät neu zu schicken.',
    'approval-invalid':
      'Diese Zustimmung ist falsch, schon verwendet oder zu alt. Lassen Sie das Gerät, das das Token hat, eine neue zeigen.',
    'delivery-changed':
      'Token wie dieses werden jetzt anders verteilt. Bitten Sie den Helpdesk, es Ihnen neu zu schicken.',
    'reported-lost':
      'Sie haben dieses Token als verloren gemeldet. Haben Sie es gefunden, sagen Sie es dem Helpdesk.',
    'token-disabled': 'Dieses Token ist deaktiviert. Bitten Sie den Helpdesk, es zu aktivieren.',
    'token-expired': 'Dieses Token ist abgelaufen. Bitten Sie den Helpdesk um ein anderes.',
    'passcode-first':
      'Geben Sie einen Passcode Ihres Tokens ein. Haben Sie es nicht mehr, bitten Sie Ihren Administrator, ein Aktivierungsfenster zu öffnen.',
    'not-distributed': 'Dieses Token wurde noch nicht an Sie verteilt. Bitten Sie den Helpdesk darum.',
    'not-activated': 'Noch keine App hat dieses Token aktiviert. Scannen Sie zuerst den QR-Code.',
    'passcode-for-pin':
      'Geben Sie zuerst einen Passcode Ihres Tokens ein. Haben Sie Ihre PIN vergessen, bitten Sie den Helpdesk, sie zu löschen.',
  },
};
