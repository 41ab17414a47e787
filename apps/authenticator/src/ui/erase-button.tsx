/** Erases what is on this device, after the word for it was typed. */
import { useState } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Confirm } from './confirm.tsx';

export function EraseButton({ onErase }: { onErase: () => void }) {
  const t = useTexts();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <button type="button" className="danger" onClick={() => setAsked(true)}>
        {t('erase.button')}
      </button>
      {asked && (
        <Confirm
          title={t('erase.confirmTitle')}
          text={t('erase.text')}
          label={t('erase.confirmLabel', { word: t('erase.word') })}
          word={t('erase.word')}
          action={t('erase.button')}
          onCancel={() => setAsked(false)}
          onConfirm={() => {
            setAsked(false);
            onErase();
          }}
        />
      )}
    </>
  );
}
