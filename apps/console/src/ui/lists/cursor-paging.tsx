/** Pages of a long list. The cursor is in the address; the way back is the browser's history of this list. */
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useEffect, useEffectEvent } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { Loading } from '../loaded.tsx';
import { Button } from '../patternfly.tsx';
import { useTimes } from '../times.ts';
import { useIsHere } from '../use-onward.ts';

const SIZES = [20, 50, 100, 250] as const;

export function pageSize(parameters: URLSearchParams): number {
  const asked = Number(parameters.get('limit'));
  return SIZES.find((size) => size === asked) ?? 20;
}

/** The page of the list that the address names, as the API takes it. */
export function pageIn(parameters: URLSearchParams): { limit: number; cursor?: string } {
  const cursor = parameters.get('cursor');
  return { limit: pageSize(parameters), ...(cursor === null ? {} : { cursor }) };
}

/** For another search: only the chosen page size. */
export function keptSize(parameters: URLSearchParams): { limit?: string } {
  const limit = parameters.get('limit');
  return limit === null ? {} : { limit };
}

/** Where this page is: its cursor, those of the pages before it, and the way to another. */
function usePagePosition() {
  const navigate = useNavigate();
  const { pathname, state } = useLocation();
  const [parameters] = useSearchParams();
  const back = ((state as { back?: string[] } | null)?.back ?? []) as string[];
  const go = (cursor: string, before: string[], replace = false): void => {
    const changed = parametersNow();
    if (cursor === '') changed.delete('cursor');
    else changed.set('cursor', cursor);
    navigate({ pathname, search: `?${changed}` }, { replace, state: { back: before } });
  };
  return {
    here: parameters.get('cursor') ?? '',
    back,
    go,
    /** If there is no way back from here, it is the first. */
    goBefore: (replace = false): void => go(back.at(-1) ?? '', back.slice(0, -1), replace),
  };
}

/** In place of a page that has become empty: leads to the one before it, once it is known to be empty. */
export function PageBefore({ empty }: { empty: boolean }) {
  const { here, goBefore } = usePagePosition();
  const isHere = useIsHere();
  const leave = useEffectEvent(() => {
    if (isHere()) goBefore(true);
  });
  useEffect(() => {
    if (empty && here !== '') leave();
  }, [empty, here]);
  return <Loading />;
}

export type Total = { readonly count: number; readonly more: boolean };

export function CursorPaging({
  next,
  shown,
  total,
}: {
  next: string | undefined;
  shown: number;
  /** Undefined: no one has counted. */
  total?: Total | undefined;
}) {
  const t = useTexts();
  const { count } = useTimes();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [parameters] = useSearchParams();
  const { here, back, go, goBefore } = usePagePosition();
  /** Pages before this one are full. */
  const from = back.length * pageSize(parameters);
  return (
    <nav className="sower-paging" aria-label={t('ui.pages')}>
      <span>
        {total === undefined || (here !== '' && back.length === 0)
          ? t('ui.rows', { count: shown })
          : t(total.more ? 'ui.rowsOfMore' : 'ui.rowsOf', {
              from: count(from + 1),
              to: count(from + shown),
              total: count(total.count),
            })}
      </span>
      <div className="sower-paging-part">
        <span aria-hidden="true">{t('ui.perPage')}</span>
        <FormSelect
          aria-label={t('ui.perPage')}
          value={String(pageSize(parameters))}
          onChange={(_, value) => {
            const changed = parametersNow();
            changed.set('limit', value);
            changed.delete('cursor');
            navigate({ pathname, search: `?${changed}` });
          }}
        >
          {SIZES.map((size) => (
            <FormSelectOption key={size} value={String(size)} label={String(size)} />
          ))}
        </FormSelect>
      </div>
      <div className="sower-paging-part">
        {here !== '' && back.length === 0 && (
          <Button variant="secondary" onClick={() => go('', [])}>
            {t('ui.firstPage')}
          </Button>
        )}
        <Button variant="secondary" isDisabled={back.length === 0} onClick={() => goBefore()}>
          {t('ui.previousPage')}
        </Button>
        <Button
          variant="secondary"
          isDisabled={next === undefined}
          onClick={() => go(next ?? '', [...back, here])}
        >
          {t('ui.nextPage')}
        </Button>
      </div>
    </nav>
  );
}

/**
 * The parameters in the address as they are now. What a list was last drawn with may be older: anyone who chooses twice in a moment would lose the
 * first choice.
 */
export const parametersNow = (): URLSearchParams => new URLSearchParams(window.location.search);
