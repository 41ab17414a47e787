/** The templates of mail that ship, in German; see mail.en.ts. */
import type { Translation } from './catalogue.ts';
import type { mailEn } from './mail.en.ts';

export const mailDe: Translation<typeof mailEn> = {
  'request-submitted': {
    subject: 'Ihr Antrag ist eingegangen: {{offer}}',
    body: `Guten Tag {{name}},

Ihr Antrag auf „{{offer}}“ ist eingegangen. Sobald darüber entschieden ist, schreiben wir Ihnen wieder.

In der Selbstbedienung können Sie den Stand verfolgen oder den Antrag zurückziehen:
{{selfServiceUrl}}

Wenn Sie das nicht beantragt haben, wenden Sie sich bitte an Ihren Service Desk.
`,
  },
  'request-approved': {
    subject: 'Ihr Antrag wurde genehmigt: {{offer}}',
    body: `Guten Tag {{name}},

Ihr Antrag auf „{{offer}}“ wurde genehmigt.
{{comment}}

Wir schreiben Ihnen wieder, wenn Ihr Token zum Aktivieren bereit ist.
{{helpUrl}}
`,
  },
  'request-rejected': {
    subject: 'Ihr Antrag wurde nicht genehmigt: {{offer}}',
    body: `Guten Tag {{name}},

Ihr Antrag auf „{{offer}}“ wurde nicht genehmigt.
{{comment}}

Bei Fragen wenden Sie sich bitte an Ihren Service Desk.
`,
  },
  'request-deferred': {
    subject: 'Ihr Antrag wurde zurückgestellt: {{offer}}',
    body: `Guten Tag {{name}},

die Entscheidung über Ihren Antrag auf „{{offer}}“ wurde bis {{until}} zurückgestellt.
{{comment}}

Sie brauchen nichts zu tun.
`,
  },
  'request-cancelled': {
    subject: 'Ihr Antrag wurde zurückgezogen: {{offer}}',
    body: `Guten Tag {{name}},

Ihr Antrag auf „{{offer}}“ wurde zurückgezogen. Sie können jederzeit einen neuen stellen:
{{selfServiceUrl}}
`,
  },
  'approvals-waiting': {
    subject: 'Anträge warten auf Ihre Entscheidung: {{count}}',
    body: `Guten Tag {{name}},

Anträge auf Token warten auf Ihre Entscheidung: {{count}}
Der älteste, für "{{offer}}", wartet seit {{since}}.

Entscheiden Sie in der Security Console:
{{consoleUrl}}
`,
  },
  'approvals-escalated': {
    subject: 'Anträge, über die noch niemand entschieden hat: {{count}}',
    body: `Guten Tag {{name}},

Über diese Anträge auf Token hat noch niemand entschieden, und Sie können es: {{count}}
Der älteste, für "{{offer}}", wartet seit {{since}}.

Entscheiden Sie in der Security Console:
{{consoleUrl}}
`,
  },
  'stand-in-named': {
    subject: 'Sie vertreten {{administrator}}',
    body: `Guten Tag {{name}},

Sie vertreten {{administrator}} von {{from}} bis {{until}}.
In dieser Zeit sehen Sie die Anträge auf Token, über die {{administrator}} entscheiden darf, und können sie genehmigen, ablehnen oder zurückstellen. Bei jeder Entscheidung steht, für wen sie getroffen wurde.

Entscheiden Sie in der Security Console:
{{consoleUrl}}
`,
  },
  report: {
    subject: 'Bericht: {{report}}',
    body: `Guten Tag {{name}},

angehängt ist der Bericht „{{report}}“. Er wurde am {{time}} erstellt und enthält, was {{administrator}} sehen darf.

Wer ihn wann bekommt, steht in der Security Console:
{{consoleUrl}}
`,
  },
  alert: {
    subject: 'Sower braucht Aufmerksamkeit',
    body: `Guten Tag {{name}},

das braucht seit {{time}} Aufmerksamkeit:
{{reason}}

Alles, was Aufmerksamkeit braucht, steht auf der ersten Seite der Security Console:
{{consoleUrl}}
`,
  },
  'source-stopped': {
    subject: 'Ein Abgleich von {{source}} hat angehalten',
    body: `Guten Tag {{name}},

ein Abgleich der Identitätsquelle „{{source}}“ hat angehalten, am {{time}}:
{{reason}}

Bis wieder ein Abgleich gelingt, kommen Änderungen im Verzeichnis bei den Benutzern in Sower nicht an. Einzelheiten stehen in der Security Console:
{{consoleUrl}}
`,
  },
  'token-ready': {
    subject: 'Ihr Token kann aktiviert werden',
    body: `Guten Tag {{name}},

Ihr Token {{serial}} für {{deviceType}} kann jetzt aktiviert werden.

1. Installieren Sie die App {{application}} auf dem Gerät, auf dem Sie das Token verwenden möchten.
{{downloadUrl}}
2. Öffnen Sie auf einem anderen Gerät die Selbstbedienung: {{selfServiceUrl}}
3. Wählen Sie unter „Meine Authenticatoren“ „Token aktivieren“ und folgen Sie dem Fenster.

Wenn Sie stattdessen eine Adresse und einen Aktivierungscode erhalten haben, geben Sie beides in der App ein.

Niemand fragt Sie per E-Mail oder Telefon nach einem Aktivierungscode oder Tokencode.
`,
  },
  'code-expiring': {
    subject: 'Ihr Aktivierungscode läuft bald ab',
    body: `Guten Tag {{name}},

der Aktivierungscode Ihres Tokens {{serial}} für {{deviceType}} läuft am {{expires}} ab und wurde noch nicht verwendet.

Importieren Sie das Token vorher. Wenn Sie keinen Aktivierungscode haben, bitten Sie Ihren Service Desk um einen neuen.
`,
  },
  'token-activated': {
    subject: 'Ihr Token wurde aktiviert',
    body: `Guten Tag {{name}},

Ihr Token {{serial}} wurde am {{time}} aktiviert.

Gerätetyp: {{deviceType}}
Gerät: {{device}}

Wenn Sie das nicht waren, melden Sie sich bitte sofort bei Ihrem Service Desk: Jemand anderes könnte Ihr Token haben.
`,
  },
  'token-expiring': {
    subject: 'Ihr Token läuft bald ab',
    body: `Guten Tag {{name}},

Ihr Token {{serial}} läuft am {{expires}} ab. Danach können Sie sich damit nicht mehr anmelden.

Beantragen Sie Ersatz in der Selbstbedienung oder bei Ihrem Service Desk:
{{selfServiceUrl}}
`,
  },
  'pin-changed': {
    subject: 'Die PIN Ihres Tokens wurde geändert',
    body: `Guten Tag {{name}},

die PIN Ihres Tokens {{serial}} wurde am {{time}} geändert.

Wenn Sie das nicht waren, melden Sie sich bitte sofort bei Ihrem Service Desk.
`,
  },
  'window-opened': {
    subject: 'Sie können ein Token auf einem anderen Gerät aktivieren',
    body: `Guten Tag {{name}},

ein Administrator, oder Sie selbst mit Ihrem bisherigen Token, haben ermöglicht, ein Token auf einem anderen Gerät zu aktivieren.
Das ist einmal möglich, bis {{expires}}:
{{selfServiceUrl}}

Wenn Sie nicht darum gebeten haben, melden Sie sich bitte sofort bei Ihrem Service Desk.
`,
  },
  'delivery-link': {
    subject: 'Ihr Token: Adresse zum Importieren',
    body: `Guten Tag {{name}},

Ihr Token {{serial}} für {{deviceType}} kann bis {{expires}} importiert werden.

1. Installieren Sie die App {{application}}.
{{downloadUrl}}
2. Importieren Sie das Token von dieser Adresse:
{{url}}
3. Die App fragt nach einem Aktivierungscode. Er kommt in einer weiteren E-Mail.
`,
  },
  'delivery-code': {
    subject: 'Ihr Token: Aktivierungscode',
    body: `Guten Tag {{name}},

der Aktivierungscode Ihres Tokens {{serial}} lautet:

{{code}}

Er gilt einmal und bis {{expires}}. Geben Sie ihn ein, wenn die App danach fragt, und löschen Sie diese E-Mail.
`,
  },
  'delivery-encrypted': {
    subject: 'Ihr Token',
    body: `Guten Tag {{name}},

Ihr Token {{serial}} für {{deviceType}} kann bis {{expires}} importiert werden.

1. Installieren Sie die App {{application}}.
{{downloadUrl}}
2. Öffnen Sie diesen Link auf dem Gerät:
{{link}}

Oder geben Sie beides in der App ein:
Adresse: {{url}}
Aktivierungscode: {{code}}

Der Code gilt einmal. Löschen Sie diese E-Mail danach.
`,
  },
};
