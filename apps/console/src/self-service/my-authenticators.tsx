/** My Accounts > My Authenticators: each token, and what its owner can do with it. */
import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  CardTitle,
  Content,
  Label,
  Title,
} from '@patternfly/react-core';
import type { OwnToken, SelfServiceSwitch } from '@sower/api/self-service';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { ActionMenu, type MenuEntry } from '../ui/action-menu.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Loading, Nothing } from '../ui/loaded.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTimes } from '../ui/times.ts';
import { Facts } from '../ui/titled-card.tsx';
import { OwnRequests } from './own-requests.tsx';
import { Part } from './part.tsx';
import { TokenDialog, type TokenDialogName } from './token/token-dialog.tsx';
import { usesPin, useTokenName } from './token/token-name.ts';
import { usePerson, useTexts } from './use-person.ts';

const COLORS = {
  active: 'green',
  'to-confirm': 'blue',
  'to-activate': 'blue',
  'not-distributed': 'grey',
  disabled: 'grey',
  expired: 'orange',
  lost: 'red',
} as const;

export function Component() {
  const t = useTexts();
  const [asked, setAsked] = useState<{ dialog: TokenDialogName; token: OwnToken }>();
  const tokens = useAnswer('listOwnTokens', {});
  return (
    <Part title={t('tokens.page')}>
      <Title headingLevel="h2" size="xl">
        {t('tokens.title')}
      </Title>
      <ProblemAlert error={tokens.error} />
      {tokens.isPending && <Loading />}
      {tokens.data?.items.length === 0 && <Nothing title={t('tokens.none')} body={t('tokens.noneBody')} />}
      {tokens.data !== undefined && tokens.data.items.length > 0 && (
        <>
          <Content component="p">{t('tokens.intro')}</Content>
          {tokens.data.items.map((token) => (
            <TokenCard key={token.serial} token={token} ask={(dialog) => setAsked({ dialog, token })} />
          ))}
        </>
      )}
      <OwnRequests />
      {asked && <TokenDialog dialog={asked.dialog} token={asked.token} onClose={() => setAsked(undefined)} />}
    </Part>
  );
}

function TokenCard({ token, ask }: { token: OwnToken; ask: (dialog: TokenDialogName) => void }) {
  const t = useTexts();

  const { date, time } = useTimes();
  const nameOf = useTokenName();
  const name = nameOf(token);
  const works = token.state === 'active';
  const given = token.state !== 'not-distributed';
  const { session } = usePerson();
  const may = (name: SelfServiceSwitch): boolean => !session.switchedOff.includes(name);
  const pinned = usesPin(token);
  const entry = (label: string, dialog: TokenDialogName, danger = false): MenuEntry => ({
    label,
    danger,
    separated: danger,
    onSelect: () => ask(dialog),
  });
  const entries = [
    entry(t('tokens.view'), 'view'),
    works && entry(t('tokens.test'), 'test'),
    works &&
      pinned &&
      (may('changePin') || !token.pinSet || token.pinChange) &&
      entry(t(token.pinSet ? 'tokens.changePin' : 'tokens.createPin'), 'pin'),
    token.delivery !== undefined && may('rename') && entry(t('tokens.rename'), 'rename'),
    works && token.delivery === 'qr' && may('move') && entry(t('tokens.move'), 'move'),
    given && entry(t('requests.replacement'), 'replacement'),
    entry(t('tokens.troubleshoot'), 'troubleshoot'),
    token.state !== 'lost' && may('reportLost') && entry(t('tokens.lost'), 'lost', true),
  ];
  const hint =
    works && token.activation !== 'none'
      ? t('tokens.hints.newDevice')
      : token.state !== 'active'
        ? t(`tokens.hints.${token.state}`)
        : pinned && token.pinChange
          ? t('tokens.hints.newPin')
          : pinned && !token.pinSet
            ? t('tokens.hints.noPin')
            : undefined;
  return (
    // Two may have one nickname.
    <Card component="section" aria-labelledby={`token-${token.serial} serial-${token.serial}`}>
      <CardHeader
        actions={{
          actions: <ActionMenu label={t('ui.menuOf', { name })} text={t('ui.actions')} entries={entries} />,
          hasNoOffset: true,
        }}
      >
        <CardTitle component="h3" id={`token-${token.serial}`}>
          <span className="sower-wrap">{name}</span>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <div className="sower-stack">
          <Facts
            facts={[
              [
                t('tokens.state'),
                <Label key="state" color={COLORS[token.state]}>
                  {t(`tokens.states.${token.state}`)}
                </Label>,
              ],
              [
                t('tokens.serial'),
                <span key="serial" id={`serial-${token.serial}`} className="sower-mono sower-serial">
                  {token.serial}
                </span>,
              ],
              [t('tokens.expiresOn'), date(token.expiresOn)],
              [
                t('tokens.lastUsed'),
                token.lastUsedAt === undefined ? t('tokens.never') : time(token.lastUsedAt),
              ],
            ]}
          />
          {hint !== undefined && <p>{hint}</p>}
        </div>
      </CardBody>
      {token.activation !== 'none' && (
        <CardFooter>
          <LinkButton to={`/tokens/${token.serial}/activate`} variant="primary">
            {t(token.activation === 'to-confirm' ? 'tokens.finish' : 'tokens.activate')}
          </LinkButton>
        </CardFooter>
      )}
    </Card>
  );
}
