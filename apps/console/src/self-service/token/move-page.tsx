/** Where the QR code of an old phone leads: one question, and then the token is activated on the new one. */
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { Part } from '../part.tsx';
import { useTexts } from '../use-texts.ts';
import { forgetApproval, takeApproval, takenApproval } from './approval.ts';
import { MoveForm } from './move-form.tsx';

export function Component() {
  const t = useTexts();
  const [taken, setTaken] = useState(takenApproval);
  useEffect(() => {
    // Scanned again while this page is open: only the fragment changes then.
    const look = (): void => {
      if (takeApproval()) setTaken(takenApproval());
    };
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  return (
    <Part title={t('move.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      {taken === undefined ? (
        <p>{t('move.none')}</p>
      ) : (
        <MoveForm
          key={taken.serial + taken.approval}
          serial={taken.serial}
          approval={taken.approval}
          onEnd={forgetApproval}
        />
      )}
    </Part>
  );
}
