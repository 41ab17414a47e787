/** German; see letters.en.ts. */
import type { Translation } from './catalogue.ts';
import type { lettersEn } from './letters.en.ts';

export const lettersDe: Translation<typeof lettersEn> = {
  title: 'Briefe von {{job}}',
  subject: 'Ihr Token {{serial}}',
  codeSubject: 'Der Aktivierungscode Ihres Tokens {{serial}}',
  greeting: 'Guten Tag {{name}},',
  intro:
    'für Sie liegt ein Token bereit. Damit melden Sie sich mit einem Einmalcode an, den die App {{application}} anzeigt.',
  codeIntro:
    'dies ist der Aktivierungscode Ihres Tokens. Die Adresse, die Sie dazu eingeben, kommt mit einem anderen Brief.',
  stepsTitle: 'So aktivieren Sie es',
  steps: {
    install: 'Installieren Sie die App {{application}} auf {{device}}.',
    installFrom: 'Installieren Sie die App {{application}} auf {{device}}: {{url}}',
    scan: 'Scannen Sie das Bild mit der App. Wenn das nicht geht, wählen Sie das Importieren eines Tokens und geben Sie Adresse und Aktivierungscode ein.',
    enter:
      'Wählen Sie in der App das Importieren eines Tokens und geben Sie Adresse und Aktivierungscode ein.',
    enterSeparate:
      'Wählen Sie in der App das Importieren eines Tokens und geben Sie die Adresse ein. Der Aktivierungscode kommt mit einem anderen Brief.',
    enterCode:
      'Wählen Sie in der App das Importieren eines Tokens und geben Sie die Adresse aus dem anderen Brief und diesen Code ein.',
  },
  address: 'Adresse',
  code: 'Aktivierungscode',
  picture: 'Link und Aktivierungscode als QR-Code',
  expires: 'Der Aktivierungscode gilt einmal, bis {{until}}.',
  never: 'Der Aktivierungscode gilt einmal.',
  keep: 'Wer diesen Code zuerst verwendet, erhält das Token: Zeigen Sie ihn niemandem, und vernichten Sie den Brief, sobald das Token aktiviert ist. Wenn Sie diesen Brief nicht erwartet haben, sagen Sie Ihrem Service-Desk Bescheid.',
  keepAddress: 'Wenn Sie diesen Brief nicht erwartet haben, sagen Sie Ihrem Service-Desk Bescheid.',
};
