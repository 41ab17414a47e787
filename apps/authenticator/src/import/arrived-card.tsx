/** After the exchange: the number with which users check that the exchange was not intercepted. It is shown once, above the code. */
import { inGroupsOfThree } from '@sower/bytes/groups';
import { useState } from 'react';
import type { Parts } from '../parts.ts';
import type { Arrived } from '../screens.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Message, ScreenFrame } from '../ui/screen.tsx';
import { storageFault } from '../vault/storage.ts';

export function ArrivedCard({
  vault,
  screens,
  serial,
  arrived: { replaced, comparison },
}: Pick<Parts, 'vault' | 'screens'> & { serial: string; arrived: Arrived }) {
  const t = useTexts();
  const [problem, setProblem] = useState<string>();
  return (
    <>
      <Message kind="success" text={t(replaced ? 'done.replaced' : 'done.imported', { serial })} />
      <section className="card">
        <h2>{t('done.number')}</h2>
        <p className="comparison">{inGroupsOfThree(comparison)}</p>
        <p>{t('done.why')}</p>
        <p className="quiet">{t('done.skip')}</p>
        <button
          type="button"
          className="danger"
          onClick={() =>
            vault.remove(serial).then(
              () => screens.replace({ name: 'dropped', serial }),
              (error: unknown) => setProblem(t(`opening.fault.${storageFault(error)}.text`)),
            )
          }
        >
          {t('done.differs')}
        </button>
        {problem && <Message kind="danger" text={problem} />}
      </section>
    </>
  );
}

export function DroppedPage({ screens, serial }: Parts & { serial: string }) {
  const t = useTexts();
  return (
    <ScreenFrame title={t('review.macTitle')} back={screens.home}>
      <Message kind="danger" text={t('done.dropped', { serial })} next={t('done.droppedNext')} />
    </ScreenFrame>
  );
}
