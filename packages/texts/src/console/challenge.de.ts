/** What is asked after a right passcode, in German. */
import type { Translation } from '../catalogue.ts';
import type { challengeEn } from './challenge.en.ts';

export const challengeDe: Translation<typeof challengeEn> = {
  challenge: {
    asked: {
      'next-tokencode':
        'Der Code stimmt, aber ein weiterer ist nötig: Warten Sie, bis die Anzeige Ihres Authenticators wechselt, und geben Sie den neuen Code allein ein.',
      'new-pin':
        'Der Code stimmt. Ihr Token braucht eine neue PIN. Wählen Sie eine und merken Sie sie sich: Sie gehört von nun an zu jedem Passcode.',
      'new-pin-or-system':
        'Der Code stimmt. Ihr Token braucht eine neue PIN. Wählen Sie eine und merken Sie sie sich, oder lassen Sie die Felder leer, um eine erzeugen zu lassen.',
      'system-pin':
        'Ihre neue PIN steht unten. Merken Sie sie sich: Sie wird nur dieses eine Mal gezeigt und gehört von nun an zu jedem Passcode.',
      'passcode-with-new-pin':
        'Ihre PIN gilt. Warten Sie, bis die Anzeige Ihres Authenticators wechselt, und geben Sie den Passcode mit der neuen PIN ein.',
    },
    tokencode: 'Nächster Code',
    passcode: 'Passcode mit der neuen PIN',
    pin: 'Neue PIN',
    again: 'Neue PIN noch einmal',
    digits: '{{least}} bis {{most}} Ziffern',
    letters: '{{least}} bis {{most}} Buchstaben und Ziffern',
    differ: 'Die beiden sind nicht gleich.',
    missing: 'Füllen Sie dieses Feld aus.',
    goOn: 'Weiter',
    take: 'Ich habe sie mir gemerkt',
    giveUp: 'Von vorn beginnen',
  },
};
