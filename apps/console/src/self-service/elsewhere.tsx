/** Below the logon form: what else is at this address. Links lead only to what is served under this name. */
import { useQuery } from '@tanstack/react-query';
import { useTexts } from './use-texts.ts';

const PLACES = ['authenticator', 'console'] as const;

export function Elsewhere() {
  const t = useTexts();
  const { data: served = [] } = useQuery({
    queryKey: ['served'],
    queryFn: async () => {
      const found = await Promise.all(
        PLACES.map(async (place) => ((await fetch(`/${place}/`, { method: 'HEAD' })).ok ? place : undefined)),
      );
      return found.filter((place) => place !== undefined);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (served.length === 0) return null;
  return (
    <nav aria-label={t('logOn.elsewhere')} className="sower-elsewhere">
      {served.map((place) => (
        <a key={place} href={`/${place}/`}>
          {t(`logOn.places.${place}`)}
        </a>
      ))}
    </nav>
  );
}
