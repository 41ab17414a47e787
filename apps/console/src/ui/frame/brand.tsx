/** The product's sign and name. */
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import sign from './sower.svg';

export function Brand() {
  const t = useSharedTexts();
  return (
    <span className="sower-brand">
      <img src={sign} alt="" width="32" height="32" />
      <span className="sower-brand-name">
        Sower <span className="sower-brand-console">{t('shell.console')}</span>
      </span>
    </span>
  );
}
