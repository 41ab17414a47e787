/** The icons for offers: a fixed set, so that none comes from elsewhere. */
import DesktopIcon from '@patternfly/react-icons/dist/esm/icons/desktop-icon';
import KeyIcon from '@patternfly/react-icons/dist/esm/icons/key-icon';
import LaptopIcon from '@patternfly/react-icons/dist/esm/icons/laptop-icon';
import MobileAltIcon from '@patternfly/react-icons/dist/esm/icons/mobile-alt-icon';
import ShieldAltIcon from '@patternfly/react-icons/dist/esm/icons/shield-alt-icon';
import TabletAltIcon from '@patternfly/react-icons/dist/esm/icons/tablet-alt-icon';
import type { Offer } from '@sower/api/offers';

const ICONS = {
  phone: MobileAltIcon,
  tablet: TabletAltIcon,
  laptop: LaptopIcon,
  desktop: DesktopIcon,
  key: KeyIcon,
  shield: ShieldAltIcon,
} as const satisfies Record<Offer['icon'], unknown>;

export function OfferIcon({ icon }: { icon: Offer['icon'] }) {
  const Icon = ICONS[icon];
  return <Icon aria-hidden="true" />;
}
