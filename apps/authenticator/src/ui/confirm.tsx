/** What cannot be undone is confirmed by typing what it is about. */
import { useEffect, useId, useRef, useState } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Field, Form } from './field.tsx';

export function Confirm(props: {
  title: string;
  text: string;
  label: string;
  word: string;
  action: string;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const { title, text, label, word, action, onConfirm, onCancel } = props;
  const t = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const fits = typed.trim().toLowerCase() === word.toLowerCase();
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={onCancel}>
      <Form
        onSubmit={() => {
          if (fits) onConfirm();
        }}
      >
        <h2 id={id}>{title}</h2>
        <p>{text}</p>
        <Field label={label} value={typed} onValue={setTyped} />
        <div className="buttons">
          <button type="submit" className="danger" disabled={!fits}>
            {action}
          </button>
          <button type="button" onClick={onCancel}>
            {t('cancel')}
          </button>
        </div>
      </Form>
    </dialog>
  );
}

/** Erases what is on this device, after the word for it was typed. */
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
