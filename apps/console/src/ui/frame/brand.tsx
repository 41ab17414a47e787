/** The mark and name of the organization, or of the product, and what this console is. */
import { visible } from '@sower/bytes/printable';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import sign from './sower.svg';
import { useLook } from './use-look.ts';

export function Brand() {
  const t = useSharedTexts();
  const { name, mark } = useLook();
  return (
    <span className="sower-brand">
      <img
        className="sower-brand-mark"
        src={mark ? '/look/mark' : sign}
        alt=""
        height="32"
        {...(mark ? {} : { width: 32 })}
      />
      <span className="sower-brand-name">
        {name === '' ? 'Sower' : visible(name)}{' '}
        <span className="sower-brand-console">{t('shell.console')}</span>
      </span>
    </span>
  );
}
