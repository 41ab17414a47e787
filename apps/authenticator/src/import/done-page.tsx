/** After the exchange: the number with which users check that the exchange was not intercepted. It is shown once. */
import { useState } from 'react';
import type { Parts } from '../parts.ts';
import type { Screen } from '../screens.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Message } from '../ui/message.tsx';
import { ScreenFrame } from '../ui/screen.tsx';

export function DonePage({ vault, screens, done }: Parts & { done: Screen & { name: 'done' } }) {
  const t = useTexts();
  const { serial, replaced, comparison } = done;
  const [dropped, setDropped] = useState(false);
  if (dropped) {
    return (
      <ScreenFrame title={t('review.macTitle')} back={screens.home}>
        <Message kind="danger" text={t('done.dropped', { serial })} next={t('done.droppedNext')} />
      </ScreenFrame>
    );
  }
  const groups = comparison.match(/\d{3}/g) ?? [];
  return (
    <ScreenFrame title={t('done.number')} back={screens.home}>
      <Message kind="success" text={t(replaced ? 'done.replaced' : 'done.imported', { serial })} />
      <section className="card">
        <p className="comparison">
          {groups.map((group, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: three groups in their order
            <span key={place}>{group} </span>
          ))}
        </p>
        <p>{t('done.why')}</p>
        <p className="quiet">{t('done.skip')}</p>
      </section>
      <button type="button" className="primary" onClick={() => screens.replace({ name: 'token', serial })}>
        {t('done.toCode')}
      </button>
      <button
        type="button"
        className="danger"
        onClick={() => void vault.remove(serial).then(() => setDropped(true))}
      >
        {t('done.differs')}
      </button>
    </ScreenFrame>
  );
}
