/** Setup > Offers and Workflow. */
import { Label } from '@patternfly/react-core';
import type { Offer } from '@sower/api/offers';
import { useNavigate } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { lastEntry } from '../ui/action-menu.tsx';
import { useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { OfferIcon } from '../ui/offer-icon.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, api, can } = useConsole();
  const navigate = useNavigate();
  const [remove, removing] = useQuestion<Offer>(({ id, name }) => ({
    ...asking(t, 'offers.delete', { name }),
    onConfirm: () => api('deleteOffer', { params: { id } }),
    said: t('offers.deleted', { name }),
    changes: ['offers'],
  }));
  const offers = useAnswer('listOffers', {});
  const add = can('profiles:edit') && (
    <LinkButton to="/offers/new" variant="primary">
      {t('offers.add')}
    </LinkButton>
  );
  const workflow = ({ steps, distribution }: Offer): string =>
    [t('offers.steps', { count: steps.length }), ...(distribution ? [t('offers.andDistribution')] : [])].join(
      ', ',
    );
  return (
    <Screen title={t('offers.title')} intro={t('offers.intro')} actions={add}>
      <Listing
        query={offers}
        none={{ title: t('offers.none'), body: t('offers.noneBody'), action: add }}
        columns={[
          [
            t('offers.name'),
            (offer) => (
              <span>
                <OfferIcon icon={offer.icon} /> <Link to={`/offers/${offer.id}`}>{offer.name}</Link>
              </span>
            ),
          ],
          [t('offers.profile'), (offer) => offer.profileName],
          { label: t('offers.workflow'), cell: (offer) => workflow(offer) },
          {
            label: t('offers.state'),
            cell: (offer) => (
              <>
                <Label color={offer.enabled ? 'green' : 'grey'}>
                  {t(offer.enabled ? 'offers.offered' : 'offers.notOffered')}
                </Label>{' '}
                {offer.isDefault && <Label color="blue">{t('offers.defaultOne')}</Label>}
              </>
            ),
          },
        ]}
        menu={(offer) =>
          can('profiles:edit') && {
            label: t('offers.menuOf', { name: offer.name }),
            entries: [
              { label: t('offers.edit'), onSelect: () => navigate(`/offers/${offer.id}`) },
              lastEntry(t('offers.delete'), () => remove(offer)),
            ],
          }
        }
      />
      {removing}
    </Screen>
  );
}
