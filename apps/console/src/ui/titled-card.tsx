/** A part of a page below its title, in a frame of its own or without one, and the facts that stand in it. */
import {
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** Parts below each other, with room between them. */
export const Stack = ({ children }: { children: ReactNode }) => <div className="sower-stack">{children}</div>;

export function TitledCard({
  title,
  actions,
  stacked = false,
  children,
}: {
  title: ReactNode;
  actions?: ReactNode;
  /** What is in it is a stack. */
  stacked?: boolean;
  children: ReactNode;
}) {
  return (
    <Card component="section">
      {actions === undefined ? (
        <CardTitle component="h2">{title}</CardTitle>
      ) : (
        <CardHeader actions={{ actions }}>
          <CardTitle component="h2">{title}</CardTitle>
        </CardHeader>
      )}
      <CardBody>{stacked ? <Stack>{children}</Stack> : children}</CardBody>
    </Card>
  );
}

/** @param id names it as a region of the page; without, it is a heading and what follows */
export function Section({
  title,
  id,
  className = 'sower-stack',
  children,
}: {
  title: string;
  id?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={className} {...(id === undefined ? {} : { 'aria-labelledby': id })}>
      <h2 className="pf-v6-c-title pf-m-lg" {...(id === undefined ? {} : { id })}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** What it is called, and its value; nothing is shown of one without. */
export type Fact = readonly [string, ReactNode] | false | undefined;

/** A value that may be one long word, such as a name in a directory. */
export const wrapped = (text: ReactNode): ReactNode => <span className="sower-wrap">{text}</span>;

/** The same of what is compared letter by letter, such as a fingerprint. */
export const monospaced = (text: ReactNode): ReactNode => (
  <span className="sower-mono sower-wrap">{text}</span>
);

/** Names and values, one below the other on a phone. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '16ch', md: '18ch' }}>
      {facts.map(
        (fact) =>
          fact &&
          fact[1] !== undefined && (
            <DescriptionListGroup key={fact[0]}>
              <DescriptionListTerm>{fact[0]}</DescriptionListTerm>
              <DescriptionListDescription>{fact[1]}</DescriptionListDescription>
            </DescriptionListGroup>
          ),
      )}
    </DescriptionList>
  );
}
