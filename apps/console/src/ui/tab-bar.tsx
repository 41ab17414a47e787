/** Tabs of a page; only the content of the one that is shown exists. */
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import type { ReactNode } from 'react';

export function TabBar<Name extends string>({
  label,
  tabs,
  nameOf,
  shown,
  onShow,
  children,
}: {
  /** Names them all for screen readers. */
  label: string;
  tabs: readonly Name[];
  nameOf: (tab: Name) => string;
  shown: Name;
  onShow: (tab: string) => void;
  children: ReactNode;
}) {
  return (
    <Tabs activeKey={shown} aria-label={label} onSelect={(_, key) => onShow(String(key))}>
      {tabs.map((tab) => (
        <Tab
          key={tab}
          eventKey={tab}
          title={<TabTitleText>{nameOf(tab)}</TabTitleText>}
          aria-label={nameOf(tab)}
        >
          {tab === shown && <div className="sower-tab sower-stack">{children}</div>}
        </Tab>
      ))}
    </Tabs>
  );
}
