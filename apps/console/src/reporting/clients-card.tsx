/** Which clients ask most: for those who may see clients. */
import type { FigureRange } from '@sower/api/figures';
import { useTexts } from '../texts/use-texts.ts';
import { Loaded } from '../ui/loaded.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { Clients } from './figure-cards.tsx';
import { useClientFigures } from './use-figures.ts';

export function ClientsCard({ range }: { range: FigureRange }) {
  const t = useTexts();
  const clients = useClientFigures(range);
  return (
    <TitledCard title={t('reporting.clients')}>
      <Loaded query={clients}>{(figures) => <Clients figures={figures} />}</Loaded>
    </TitledCard>
  );
}
