/** The product's sign and name. */
import { useTranslation } from 'react-i18next';
import sign from './sower.svg';

export function Brand() {
  const { t } = useTranslation();
  return (
    <span className="sower-brand">
      <img src={sign} alt="" width="32" height="32" />
      <span className="sower-brand-name">
        Sower <span className="sower-brand-console">{t('shell.console')}</span>
      </span>
    </span>
  );
}
