/** Offers, and requests for tokens; see requests.en.ts. */
import type { Translation } from '../catalogue.ts';
import { secondApprovalActions } from '../names.de.ts';
import type { requests as en } from './requests.en.ts';

export const requests: Translation<typeof en> = {
  offer: {
    'not-found': 'Es gibt kein Angebot „{{offer}}“.',
    exists: 'Es gibt schon ein Angebot „{{offer}}“. Wählen Sie einen anderen Namen.',
    empty: 'Das Angebot „{{offer}}“ ist nicht mehr verfügbar. Wählen Sie ein anderes Angebot.',
    'url-needs-step':
      'Bei der Zustellung per URL muss jemand Link und Aktivierungscode übergeben. Fügen Sie den Verteilungsschritt hinzu, oder bieten Sie ein Profil mit Zustellung per QR-Code an.',
  },
  'token-request': {
    open: 'Ein Antrag auf „{{offer}}“ ist schon offen. Warten Sie die Entscheidung ab, oder ziehen Sie ihn zurück.',
    'not-found': 'Dieser Antrag wurde nicht gefunden.',
    'user-disabled': 'Der Benutzer ist deaktiviert. Aktivieren Sie ihn, oder lehnen Sie den Antrag ab.',
    'not-approved': 'Der Antrag ist noch nicht genehmigt.',
    'closed-distribute': 'Der Antrag ist abgeschlossen; es gibt nichts zu verteilen.',
    closed: 'Der Antrag ist abgeschlossen.',
    approved: 'Der Antrag ist genehmigt und wartet auf die Verteilung.',
    own: 'Sie haben diesen Antrag gestellt, oder er ist für Sie. Jemand anderes muss ihn genehmigen.',
    'own-distribution':
      'Sie haben diesen Antrag gestellt, oder er ist für Sie. Jemand anderes muss das Token verteilen.',
    'earlier-step': 'Sie haben einen früheren Schritt genehmigt. Jeder Schritt braucht eine andere Person.',
    'own-of-other':
      'Sie vertreten {{administrator}}, und {{administrator}} hat diesen Antrag gestellt, einen früheren Schritt genehmigt oder ist der Benutzer. Jemand anderes muss ihn genehmigen.',
    'not-your-user': 'Über Anträge dieses Benutzers dürfen Sie nicht entscheiden.',
    'other-role': 'Der Schritt „{{step}}“ ist für eine andere Rolle.',
    date: 'Wählen Sie einen Tag in der Zukunft, innerhalb eines Jahres.',
    'just-decided': 'Jemand anderes hat soeben über diesen Antrag entschieden. Laden Sie ihn neu.',
  },
  'second-approval': {
    waits:
      'Zuerst muss eine zweite Person aus der Administration dies genehmigen, in der Security Console unter Verwaltung > Zweite Genehmigungen, bis {{time, time}}. Wiederholen Sie es danach.',
    rejected: '{{who}} hat dies abgelehnt. Einen Tag nach der Anforderung kann es erneut angefordert werden.',
    'too-many': 'Sie warten schon auf {{count, number}} Genehmigungen. Lassen Sie zuerst diese entscheiden.',
    used: 'Die Genehmigung wurde inzwischen verwendet. Wiederholen Sie es, um eine weitere anzufordern.',
    own: 'Eigene Anforderungen kann niemand selbst genehmigen. Das muss jemand anderes tun.',
    'not-by-key':
      'Mit einem API-Schlüssel lässt sich dies nicht genehmigen. Melden Sie sich an der Security Console an.',
    'not-found': 'Dies wurde nicht gefunden oder ist abgelaufen.',
    'other-object': 'Das ist nicht, was angefordert wurde. Laden Sie neu, und prüfen Sie es noch einmal.',
    decided: 'Dies wurde inzwischen entschieden.',
    'too-few':
      'Das Vier-Augen-Prinzip braucht mindestens zwei aktive Administratoren, die in der obersten Sicherheitsdomäne Einstellungen bearbeiten dürfen. Fügen Sie zuerst einen hinzu.',
    alone: 'Ändern Sie dies allein, ohne andere Änderungen: Genau das genehmigt jemand anderes.',
  },
  'second-approval-action': secondApprovalActions,
  'stand-in': {
    'not-found': 'Diese Vertretung wurde nicht gefunden.',
    ended: 'Sie vertreten {{administrator}} nicht mehr.',
    nothing:
      'Der Administrator {{administrator}} darf nicht über Anträge entscheiden; niemand kann es an seiner Stelle tun.',
    oneself: 'Niemand kann sich selbst vertreten. Nennen Sie jemand anderen.',
    until: 'Wählen Sie ein Ende, das in der Zukunft und nach dem Anfang liegt, innerhalb eines Jahres.',
    'too-many': 'Es kann höchstens {{count, number}} Vertretungen geben. Beenden Sie zuerst eine.',
    whose: 'Nennen Sie den abwesenden Administrator: Dieser API-Schlüssel hat keinen Eigentümer.',
  },
};
